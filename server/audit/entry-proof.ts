import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { decodeEntry } from '../../signing/chain.ts';
import { entryProofPaths as at } from '../../signing/package-layout.ts';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import type { Deps } from '../deps.ts';
import { entryProofGuide } from './entry-proof-guide.ts';

/**
 * The proof that the log holds an entry, as a zip (docs/formats/entry-proof.md): its exact bytes, the tlog-proof to a published checkpoint, the
 * checkpoint with its cosignatures and time, and the certificates. It opens no personal field. Undefined when the entry is not published
 * within so many ms.
 */
export async function proofOf(deps: Deps, stored: StoredEntry, patienceMs: number): Promise<Readable | undefined> {
  const { chain, seq, bytes } = stored;
  const published = await deps.anchors.covering(chain, seq, patienceMs);
  if (!published) return undefined;
  const { signer, time, log } = deps;
  const entry = decodeEntry(bytes);
  const files: [path: string, content: string | Uint8Array][] = [
    [at.entry, bytes],
    [at.proof, await log.prover(chain, published)(seq, bytes)],
    [at.checkpoint, published.note],
    [at.logVerifier, `${log.verifierKey(chain)}\n`],
    [at.ca, signer.caPem],
    [at.signer, signer.certificatePem],
    [at.tsa, time.tsaPem],
    [at.crl, time.crl()],
    [at.guide, entryProofGuide(entry, published.size)],
    ...(published.tsr ? [[at.checkpointTime, published.tsr] as [string, Uint8Array]] : []),
  ];
  const zip = new ZipFile();
  const mtime = new Date(entry.time);
  for (const [path, content] of files) zip.addBuffer(Buffer.from(content), path, { mtime, compress: false });
  zip.end();
  return zip.outputStream as Readable;
}
