import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withoutControls } from '../signing/checklist.ts';
import { nativeDigest } from '../signing/digest.ts';
import { type CheckLine, verifyTree } from '../signing/verifier.ts';
import { openTree } from './tree.ts';

const usage =
  'npx tiezheng verify PATH [--trust CA.pem] [--sm2-trust CA.pem] [--vkey KEY] [--witness KEY]... [--crl ca.crl] [--json]';

/** Exit codes: every check holds, one does not, the command was not understood. */
const HOLDS = 0;
const REFUSED = 1;
const MISUSED = 2;

export const command = {
  summary: {
    zh: '核验案卷包（文件夹、zip 或 asice）或固化回执，不解压',
    en: 'checks a case package (a folder, zip or asice) or a sealing receipt, read without extracting',
  },
  usage,
  besideServer: true,
  run: async (args: string[]): Promise<number> => {
    const options = readArgs(args);
    if (!options) {
      console.error(`用法 usage: ${usage}`);
      return MISUSED;
    }
    return await verify(options.path, options, options.json, (line) => console.log(line));
  },
};

/** What the verifier got another way than with what is checked. */
export interface Given {
  /** PEM file of certificates. */
  trust?: string | undefined;
  /** PEM file of SM2 certificates: then there must be an SM2 signature under them. */
  sm2Trust?: string | undefined;
  /** The log's verifier key, or the file that holds it. */
  vkey?: string | undefined;
  /** DER file of the issuer's revocation list. */
  crl?: string | undefined;
  /** Verifier keys of witnesses that must have cosigned, or files that hold them. */
  witnesses?: readonly string[];
}

/** C2SP signed-note: name, key id, key. */
const VERIFIER_KEY = /^\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/;

function readArgs(args: string[]): (Given & { path: string; json: boolean }) | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        trust: { type: 'string' },
        'sm2-trust': { type: 'string' },
        vkey: { type: 'string' },
        crl: { type: 'string' },
        witness: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
    const [path] = positionals;
    const { witness: witnesses, 'sm2-trust': sm2Trust, ...given } = values;
    return path !== undefined && positionals.length === 1 ? { path, witnesses, sm2Trust, ...given } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks a package or receipt and prints the list of what must be true, a line each; with `json`, one JSON object with all of it.
 * What cannot even be read is a line that does not hold. Returns the exit code.
 */
export async function verify(
  path: string,
  given: Given,
  json: boolean,
  print: (line: string) => void,
): Promise<number> {
  const lines: CheckLine[] = [];
  const take = (line: CheckLine) => {
    lines.push(line);
    if (!json) print(wordsOf(line));
  };
  try {
    const trust = given.trust === undefined ? undefined : await readFile(given.trust, 'utf8');
    const sm2Trust = given.sm2Trust === undefined ? undefined : await readFile(given.sm2Trust, 'utf8');
    const vkey = given.vkey === undefined ? undefined : await readVerifierKey(given.vkey);
    const crl = given.crl === undefined ? undefined : new Uint8Array(await readFile(given.crl));
    const options = {
      digest: nativeDigest,
      witnesses: await Promise.all((given.witnesses ?? []).map(readVerifierKey)),
      ...(trust !== undefined && { trust }),
      ...(sm2Trust !== undefined && { sm2Trust }),
      ...(vkey !== undefined && { vkey }),
      ...(crl !== undefined && { crl }),
    };
    const { tree, close } = await openTree(path);
    try {
      for await (const line of verifyTree(tree, options)) take(line);
    } finally {
      await close();
    }
  } catch (error) {
    take({ id: 'readable', ok: false, zh: '可以读取', en: 'it can be read', detail: (error as Error).message });
  }
  const ok = lines.length > 0 && lines.every((line) => line.ok);
  print(
    json ? JSON.stringify({ ok, lines }, undefined, 2) : ok ? '✓ 核验通过 all checks hold' : '✗ 核验未通过 refused',
  );
  return ok ? HOLDS : REFUSED;
}

/** A verifier key as it is written, or the file that holds it. */
export async function readVerifierKey(given: string): Promise<string> {
  return VERIFIER_KEY.test(given) ? given : (await readFile(given, 'utf8')).trim();
}

const wordsOf = ({ ok, zh, en, detail }: CheckLine) =>
  withoutControls(`${ok ? '✓' : '✗'} ${zh} ${en}${detail ? `: ${detail}` : ''}`);
