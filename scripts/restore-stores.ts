import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FilesystemEvidenceStore, FilesystemWorkStore } from '../storage/objects/filesystem.ts';
import type { ObjectInfo, ObjectStore } from '../storage/objects/object-store.ts';
import { progressBar } from './progress.ts';

/** The two object stores of an installation. */
export interface FolderStores {
  evidence: FilesystemEvidenceStore;
  work: FilesystemWorkStore;
}

export const storesIn = (dir: string): FolderStores => ({
  evidence: new FilesystemEvidenceStore(join(dir, 'evidence')),
  work: new FilesystemWorkStore(join(dir, 'work')),
});

/** The folder that a path or a `file:` address names; undefined for an address of another kind. */
export function folderOf(place: string): string | undefined {
  if (place.startsWith('file://')) return fileURLToPath(place);
  if (place.startsWith('file:')) return resolve(place.slice('file:'.length));
  return /^[a-z][a-z\d+.-]+:/i.test(place) ? undefined : resolve(place);
}

/** Copies every object. What is there in its full size is not copied again, so that a copy that was cut short goes on. */
export async function copyStores(from: FolderStores, to: FolderStores): Promise<void> {
  for (const name of ['evidence', 'work'] as const) await copyAll(name, from[name], to[name]);
}

async function copyAll(name: string, from: ObjectStore, to: ObjectStore): Promise<void> {
  const objects: ObjectInfo[] = [];
  for await (const object of from.list('')) objects.push(object);
  const bar = progressBar(
    name,
    objects.reduce((sum, { size }) => sum + size, 0),
  );
  for (const { key, size } of objects) {
    if (name === 'work' || (await to.size(key)) !== size) await to.put(key, await from.get(key));
    bar.add(size);
  }
  bar.end();
}
