import { App, Button } from 'antd';
import type { ReactNode } from 'react';
import { useSubmission } from '../api/query.ts';
import { useProblemText } from './problem-alert.tsx';

interface Given {
  /** On the button, and on the one that confirms. */
  word: string;
  /** Names the button where the word alone does not say of what. */
  label?: string;
  /** What is asked. */
  title: string;
  lead?: ReactNode;
  danger?: boolean;
  /** Makes the change; `key` is the Idempotency-Key. */
  send: (key: string) => Promise<unknown>;
}

/** A button for what takes effect at once: it asks first, and says why when it was refused. */
export function ConfirmButton({ word, label, title, lead, danger = false, send }: Given) {
  const { modal, message } = App.useApp();
  const textOf = useProblemText();
  const change = useSubmission<string, unknown>({ send: (_, key) => send(key) });
  const refused = (problem: unknown) => {
    const { title: what, detail } = textOf(problem);
    message.error(detail ? `${what}：${detail}` : what);
  };
  const ask = () =>
    modal.confirm({
      title,
      content: lead,
      okText: word,
      okButtonProps: { danger },
      onOk: () => change.mutateAsync(title).catch(refused),
    });
  return (
    <Button size="small" danger={danger} loading={change.isPending} aria-label={label ?? word} onClick={ask}>
      {word}
    </Button>
  );
}
