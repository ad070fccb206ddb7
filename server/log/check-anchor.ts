import { buffer } from 'node:stream/consumers';
import { withoutCosignatures } from '../../signing/checkpoint.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { tokenOfFile } from '../../signing/timestamp.ts';
import { readToken } from '../../signing/timestamp-token.ts';
import { type AnchorName, anchorKey, keptCheckpointKey } from '../../storage/objects/log-layout.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { type Finding, fault } from '../ledger/finding.ts';

/**
 * An object of an anchor against its own name and against what it is of: a note against the checkpoint that is kept of its size, a proof against
 * its note. Whether an authority is believed is for those who verify.
 */
export async function* checkAnchor(
  evidence: ObjectStore,
  verifier: string | undefined,
  chain: string,
  name: AnchorName,
): AsyncGenerator<Finding> {
  const key = anchorKey(chain, name);
  try {
    const bytes = await buffer(await evidence.get(key));
    if (sha256Hex(bytes) !== (name.tsr ?? name.note)) yield fault(`log ${key}`, 'its bytes are not those of its name');
    else if (name.tsr !== undefined) demandOver(bytes, name.note);
    else if (verifier !== undefined) {
      const kept = await buffer(await evidence.get(keptCheckpointKey(chain, name.size)));
      if (withoutCosignatures(bytes.toString('utf8'), verifier) !== kept.toString('utf8'))
        yield fault(`log ${key}`, 'it is not the checkpoint that is kept of this size');
    }
  } catch (error) {
    yield fault(`log ${key}`, `it cannot be read: ${(error as Error).message}`);
  }
}

function demandOver(tsr: Uint8Array, note: string): void {
  const { name, digest } = readToken(tokenOfFile(tsr)).info.imprint;
  if (name !== 'sha256' || Buffer.from(digest).toString('hex') !== note)
    throw new Error('it is not over its checkpoint');
}
