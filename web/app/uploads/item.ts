import type { Problem } from '../api/problem.ts';
import type { Handle } from './handles.ts';

/** What is told of a file when its upload begins: fields of Upload-Metadata. */
export type TellOf = Partial<
  Record<
    | 'caseId'
    | 'stage'
    | 'subjectId'
    | 'source'
    | 'departmentId'
    | 'filmedBy'
    | 'place'
    | 'confidentiality'
    | 'carrier'
    | 'comparedBy',
    string
  >
>;

export type Phase =
  | 'queued'
  | 'digesting'
  | 'uploading'
  | 'paused'
  /** For the network, the session or the service; it goes on by itself. */
  | 'waiting'
  | 'sealing'
  | 'done'
  | 'failed';

/** One file on its way. */
export interface Item {
  id: string;
  file: File;
  handle?: Handle | undefined;
  told: TellOf;
  phase: Phase;
  /** Bytes of which the digest is made, and bytes that the service has. */
  digested: number;
  sent: number;
  /** Hex, made here. */
  sha256?: string;
  /** It goes on with an upload that was begun before. */
  url?: string;
  resumed?: boolean;
  /** The largest that the service takes, bytes, where it is larger. */
  limit?: number;
  /** Why it waits or failed. */
  problem?: Problem | undefined;
  recordId?: string;
  /** The record's state once it is settled, and whether its digest is the one that was made here. */
  outcome?: { state: 'sealed' | 'quarantined' | 'received'; same: boolean };
}

const active: readonly Phase[] = ['queued', 'digesting', 'uploading', 'waiting'];

/** It would be cut off if the page were closed now. */
export const isActive = ({ phase }: Item): boolean => active.includes(phase);
export const isOver = ({ phase }: Item): boolean => phase === 'done' || phase === 'failed';
