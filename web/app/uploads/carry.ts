import { answer, api } from '../api/client.ts';
import { Problem, problemOf } from '../api/problem.ts';
import { passes, reasonToTry } from '../api/waiting.ts';
import { digestOf } from './digest.ts';
import { dropHandle, keepHandle } from './handles.ts';
import type { Item } from './item.ts';
import { forgetUpload, keepUpload, keptFor } from './kept.ts';
import { sizeLimit, transfer } from './transfer.ts';

/** Tells what is new of the item. */
export type Tell = (news: Partial<Item>) => void;

const LOOK_MS = 700;
/** Sealing takes longer where much is to be sealed; the record's own page says the rest. */
const LOOKS = 120;

/**
 * Brings one file to the service: its digest, then its bytes, going on where they stopped, as long as it takes. What cannot be brought is
 * told as `failed`; ends with the signal, throwing what it says.
 */
export async function carry(
  item: Item,
  personId: string,
  signal: AbortSignal,
  tell: Tell,
): Promise<string | undefined> {
  const { file } = item;
  let { sha256 } = item;
  const limit = await sizeLimit();
  signal.throwIfAborted();
  if (limit && file.size > limit) {
    tell({ phase: 'failed', limit, problem: new Problem({ code: 'FILE_TOO_LARGE' }) });
    return undefined;
  }
  if (!sha256) {
    tell({ phase: 'digesting', digested: 0 });
    try {
      sha256 = await digestOf(file, signal, (digested) => tell({ digested }));
    } catch {
      signal.throwIfAborted();
      tell({ phase: 'failed', problem: new Problem({ code: 'UNREADABLE' }) });
      return undefined;
    }
    tell({ sha256 });
  }
  const before = item.url ? undefined : keptFor(file, personId);
  let url = item.url ?? (before?.sha256 === sha256 ? before.url : undefined);
  if (url) tell({ url, resumed: true });
  for (let tries = 0; ; tries++) {
    tell({ phase: 'uploading', problem: undefined });
    try {
      const recordId = await transfer({
        ...{ file, url, signal, key: item.id, metadata: metadataOf(item, sha256) },
        onSent: (sent) => {
          tries = 0;
          tell({ sent });
        },
        onUrl: (begun) => {
          url = begun;
          tell({ url });
          keepUpload({ url, name: file.name, size: file.size, modified: file.lastModified, sha256, personId });
          if (item.handle) void keepHandle(url, item.handle);
        },
      });
      if (url) forget(url);
      return recordId;
    } catch (error) {
      signal.throwIfAborted();
      const problem = problemOf(error);
      const gone = url !== undefined && [404, 410].includes(problem.status);
      if (gone || !passes(problem)) {
        if (url) forget(url);
        url = undefined;
      }
      if (gone) continue;
      if (!passes(problem)) {
        tell({ phase: 'failed', problem });
        return undefined;
      }
      tell({ phase: 'waiting', problem });
      await reasonToTry(problem, tries, signal);
    }
  }
}

export function forget(url: string): void {
  forgetUpload(url);
  void dropHandle(url);
}

function metadataOf({ file, told }: Item, sha256: string): Record<string, string> {
  const said = Object.entries(told).filter(([, value]) => value !== undefined && value !== '');
  return { filename: file.name, ...(file.type && { filetype: file.type }), sha256, ...Object.fromEntries(said) };
}

/** Looks at the record until it is settled: whether it is sealed, and under the digest that was made here. */
export async function look(recordId: string, sha256: string | undefined): Promise<NonNullable<Item['outcome']>> {
  let same = false;
  for (let looks = 0; looks < LOOKS; looks++) {
    const record = await answer(api.GET('/records/{id}', { params: { path: { id: recordId } } })).catch(
      () => undefined,
    );
    same = record?.object?.sha256 === sha256;
    if (record?.state === 'sealed' || record?.state === 'quarantined') return { state: record.state, same };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return { state: 'received', same };
}
