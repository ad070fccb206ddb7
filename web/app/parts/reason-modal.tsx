import type { ReactNode } from 'react';
import { FormModal } from './form-modal.tsx';
import { ReasonField } from './reason-field.tsx';

interface Given<T> {
  title: string;
  lead?: ReactNode;
  /** What is done, with its reason; `key` is the Idempotency-Key. */
  send: (reason: string, key: string) => Promise<T>;
  onDone?: (answer: T) => void;
  onClose: () => void;
  submit: string;
  danger?: boolean;
  /** The draft is kept under this name. */
  name?: string;
}

/** Asks why before something is done: the reason stands in the ledger. Shown and closed as FormModal is. */
export function ReasonModal<T>({ lead, send, ...given }: Given<T>) {
  return (
    <FormModal<{ reason: string }, T> {...given} send={({ reason }, key) => send(reason, key)}>
      {lead && <p>{lead}</p>}
      <ReasonField large focused />
    </FormModal>
  );
}
