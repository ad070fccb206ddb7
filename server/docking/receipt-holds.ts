import type { Tree } from '../../signing/tree.ts';
import { verifyTree } from '../../signing/verifier.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { RecordState } from '../records/events.ts';
import { receiptFiles } from '../seal/receipt.ts';

/**
 * Makes a sealed record's receipt and checks it as a stranger would, under the certificates and the log key of now. Throws NOT_SEALED, NOT_PUBLISHED (its
 * entry is under no checkpoint within so many ms), RECEIPT_REFUSED with the first check that fails.
 */
export async function demandReceipt(deps: Deps, chain: string, record: RecordState, patienceMs: number): Promise<void> {
  const files = await receiptFiles(deps, chain, record, { paper: false, patienceMs });
  if (!files) throw new Fault('NOT_PUBLISHED', { headers: { 'Retry-After': '2' } });
  const options = { trust: deps.signer.caPem, vkey: deps.log.verifierKey(chain) };
  for await (const { id, ok } of verifyTree(treeOf(files), options))
    if (!ok) throw new Fault('RECEIPT_REFUSED', { params: { line: id } });
}

function treeOf(files: readonly [path: string, bytes: Uint8Array][]): Tree {
  const byPath = new Map(files);
  return {
    list: async () => files.map(([path, { length: size }]) => ({ path, size, kind: 'file' as const })),
    read: async function* (path) {
      yield byPath.get(path) ?? new Uint8Array();
    },
  };
}
