import { mkdirSync, writeFileSync } from 'node:fs';
import type { FakeCamera } from './cameras.ts';

const SLASH = Buffer.from('/');

/** Writes a card as a folder below `dir`, which must not be there. */
export function writeCamera(dir: string, { folder, files }: FakeCamera): void {
  const root = Buffer.from(`${dir}/${folder}`);
  mkdirSync(root);
  for (const { path, bytes } of files) {
    const full = Buffer.concat([root, SLASH, path]);
    mkdirSync(full.subarray(0, full.lastIndexOf('/')), { recursive: true });
    writeFileSync(full, bytes());
  }
}
