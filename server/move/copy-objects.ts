import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { parseEvidenceKey, parseWorkKey } from '../../storage/objects/layout.ts';
import type { Keeping } from '../../storage/objects/locked-evidence.ts';
import { chainOfHead } from '../../storage/objects/log-layout.ts';
import { type ObjectInfo, ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import type { ObjectEngines } from '../engines.ts';
import type { UploadState } from '../ingest/events.ts';
import { MoveRefused } from './refused.ts';

/** Objects on their way at the same time. */
const LANES = 8;

type Progress = (bytes: number) => void;

/**
 * Evidence is written once: what is there in its size is not copied again; the check at the end reads all of it. Each object is locked as it is
 * to be kept there; what no entry names gets the first lock that all get. Throws MoveRefused, LockNotKept.
 */
export async function copyEvidence(
  from: ObjectEngines,
  to: ObjectEngines,
  keepingOf: (key: string) => Keeping | undefined,
  progress: Progress,
): Promise<void> {
  await inLanes(from.evidence.list(''), async ({ key, size }) => {
    const keeping = keepingOf(key);
    if ((await to.evidence.size(key)) === size) await to.locked?.extend(key, keeping);
    else {
      const target = to.locked?.keeping(keeping ?? {}) ?? to.evidence;
      await copy(from.evidence, target, key, parseEvidenceKey(key)?.sha256);
    }
    progress(size);
  });
}

/** Work objects change: each is copied anew and read back, and what the target has beside them goes. Throws MoveRefused. */
export async function copyWork(
  from: ObjectEngines,
  to: ObjectEngines,
  open: ReadonlySet<string>,
  progress: Progress,
): Promise<void> {
  const wanted = new Set<string>();
  await inLanes(from.work.list(''), async ({ key, size }) => {
    if (chainOfHead(key) !== undefined) return;
    wanted.add(key);
    const name = parseWorkKey(key);
    if (name?.area === 'uploads') await copyUpload(from, to, key, open.has(name.id));
    else await copyBack(from.work, to.work, key);
    progress(size);
  });
  for await (const { key } of to.work.list('')) {
    if (!wanted.has(key) && chainOfHead(key) === undefined) await to.work.delete(key);
  }
}

/** Ids of uploads that are not whole. Throws MoveRefused when the source cannot read what it has of them. */
export async function openUploads(documents: DocumentStore, { readableUploads }: ObjectEngines): Promise<Set<string>> {
  const open = new Set<string>();
  for await (const { id, body } of documents.all('upload')) {
    const { state } = body as unknown as UploadState;
    // The record that it becomes has its id, and is there before the upload has ended.
    if (state === 'open' && !(await documents.get('record', id))) open.add(id);
  }
  if (open.size > 0 && !readableUploads)
    throw new MoveRefused(
      `${open.size} uploads are not whole, and their parts cannot be read from the bucket: let them finish or end first (${[...open].slice(0, 10).join(', ')})`,
    );
  return open;
}

/** One that is not whole stays so: its sender goes on where it is. */
async function copyUpload(from: ObjectEngines, to: ObjectEngines, key: string, open: boolean): Promise<void> {
  await to.uploads.abort(key);
  if (!open) {
    await copyBack(from.work, to.work, key);
    return;
  }
  await to.uploads.begin(key);
  const source = await from.work.get(key);
  try {
    await to.uploads.append(key, 0, source, Number.MAX_SAFE_INTEGER);
  } finally {
    source.destroy();
  }
  if ((await to.uploads.length(key)) !== (await from.uploads.length(key)))
    throw new MoveRefused(`upload ${key} did not arrive whole`);
}

async function copyBack(from: ObjectStore, to: ObjectStore, key: string): Promise<void> {
  const sent = await copy(from, to, key, undefined);
  const hash = createHash('sha256');
  if (sent === undefined) return;
  for await (const chunk of await to.get(key)) hash.update(chunk);
  if (hash.digest('hex') !== sent) throw new MoveRefused(`object ${key} is read back with another digest`);
}

/** Resolves to the SHA-256 of what was copied; undefined when it has gone meanwhile. Nothing is written when it is not the one expected. */
async function copy(
  from: ObjectStore,
  to: ObjectStore,
  key: string,
  expected: string | undefined,
): Promise<string | undefined> {
  let sha256: string | undefined;
  const source = await from.get(key).catch((error) => {
    if (!(error instanceof ObjectMissing)) throw error;
  });
  if (!source) return undefined;
  const checked = async function* () {
    const hash = createHash('sha256');
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
    sha256 = hash.digest('hex');
    if (expected !== undefined && sha256 !== expected)
      throw new MoveRefused(`object ${key} of the source has another digest: ${sha256}`);
  };
  await to.put(key, Readable.from(checked(), { objectMode: false }));
  return sha256;
}

async function inLanes(objects: AsyncIterable<ObjectInfo>, work: (object: ObjectInfo) => Promise<void>): Promise<void> {
  const iterator = objects[Symbol.asyncIterator]();
  let failed = false;
  const lane = async () => {
    try {
      for (let next = await iterator.next(); !next.done && !failed; next = await iterator.next())
        await work(next.value);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
