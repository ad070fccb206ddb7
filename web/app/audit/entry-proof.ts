import { fetchProof } from '../parts/fetch-proof.ts';

/** The proof that the log holds an entry, a zip. Throws as `fetchProof` does. */
export const fetchEntryProof = (seq: number): Promise<File> =>
  fetchProof(`/ledger/entries/${seq}/proof`, `entry-${seq}.zip`);
