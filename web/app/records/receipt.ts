import { fetchProof } from '../parts/fetch-proof.ts';

/** The receipt of a sealed record, a zip. Throws as `fetchProof` does. */
export const fetchReceipt = (id: string): Promise<File> => fetchProof(`/records/${id}/receipt`, `receipt-${id}.zip`);
