import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { openWitnessKey, type WitnessKey } from '../../signing/cosignature.ts';
import type { RandomSource } from '../../signing/entry-key.ts';
import { createNoteKeyPem } from '../../signing/note.ts';
import { isCode, makeFolder, syncFolder } from '../../storage/objects/durable.ts';

/**
 * A witness's key: a line `witness NAME`, then the PKCS#8 PEM (text before a PEM is allowed by RFC 7468 section 2). Made when absent, mode 0600,
 * and durable before it is used. Throws an Error when the file is of another form or name.
 */
export async function openWitnessKeyFile(
  path: string,
  name: string | undefined,
  random: RandomSource,
): Promise<WitnessKey> {
  const named = name ?? `tiezheng.witness/${Buffer.from(random(4)).toString('hex')}`;
  const text = read(path) ?? (await make(path, `witness ${named}\n${createNoteKeyPem(random)}`));
  const [, kept = '', pem = ''] = /^witness (\S+)\n(-----BEGIN PRIVATE KEY-----\n[\s\S]+)$/.exec(text) ?? [];
  if (pem === '') throw new Error(`${path} is not the key of a witness`);
  if (name !== undefined && name !== kept) throw new Error(`${path} is the key of ${kept}, not ${name}`);
  return openWitnessKey(kept, pem);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function make(path: string, text: string): Promise<string> {
  const folder = dirname(resolve(path));
  await makeFolder(folder);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(folder);
  return text;
}
