import { App, Button } from 'antd';
import { useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { save } from './save.ts';

interface Given {
  /** As `fetchProof` gives it. */
  fetch: () => Promise<File>;
  word: string;
  /** What is told while it is not published yet. */
  publishing: string;
}

/** Takes a proof along. */
export function ProofButton({ fetch, word, publishing }: Given) {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      save(await fetch());
    } catch (error) {
      const { code, title, detail } = problemOf(error);
      void message.error(code === 'PUBLISHING' ? publishing : `${title} ${detail}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button loading={busy} onClick={download}>
      {word}
    </Button>
  );
}
