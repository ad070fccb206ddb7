import { type PackagedRecord, packagePaths, payloadKind } from '../../signing/package-layout.ts';
import { readSmall, textOf } from '../../signing/tree.ts';
import type { FileTree } from './file-tree.ts';

const LIST_LIMIT = 64 * 1_048_576;

/** The records of a package, as its list has them; none when there is no list that can be read. */
export async function readRecords({ tree }: FileTree): Promise<PackagedRecord[]> {
  try {
    const list: unknown = JSON.parse(textOf(await readSmall(tree, packagePaths.records, LIST_LIMIT)));
    return Array.isArray(list) ? list.filter(isRecord) : [];
  } catch {
    return [];
  }
}

function isRecord(item: unknown): item is PackagedRecord {
  const { title, originalName, file, mediaType } = (item ?? {}) as Record<string, unknown>;
  const bare = file === undefined || (typeof file === 'string' && payloadKind(file) === 'original');
  return (
    [title, originalName].every((text) => typeof text === 'string') && bare && typeof (mediaType ?? '') === 'string'
  );
}
