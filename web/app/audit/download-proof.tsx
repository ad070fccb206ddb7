import { App, Button } from 'antd';
import { useState } from 'react';
import { problemOf } from '../api/problem.ts';
import { save } from '../parts/save.ts';
import { useWords } from '../words/use-words.ts';
import { fetchEntryProof } from './entry-proof.ts';

/** Takes the proof of an entry along. */
export function DownloadProof({ seq }: { seq: number }) {
  const { t } = useWords('audit');
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      save(await fetchEntryProof(seq));
    } catch (error) {
      const { code, title, detail } = problemOf(error);
      void message.error(code === 'PUBLISHING' ? t('publishing') : `${title} ${detail}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button loading={busy} onClick={download}>
      {t('download')}
    </Button>
  );
}
