import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { check } from '../../scripts/fsck.ts';
import { restoreAt } from '../../scripts/restore.ts';
import { folderPlace } from '../../scripts/restore-places.ts';
import { documentKinds } from '../../server/documents.ts';
import { canonicalBytes } from '../../signing/canonical.ts';

const views = documentKinds.filter(({ sort }) => sort === 'view').map(({ kind }) => kind);
const dump = (dir: string, sql: string, ...values: string[]) => {
  const db = new DatabaseSync(join(dir, 'tiezheng.db'), { readOnly: true });
  try {
    return db.prepare(sql).all(...values);
  } finally {
    db.close();
  }
};
/** Every view as canonical JSON, by kind and id. */
export const viewsOf = (dir: string) =>
  views.flatMap((kind) =>
    dump(dir, 'SELECT id, chain, version, body FROM documents WHERE kind = ? ORDER BY id', kind).map(
      ({ id, chain, version, body }) => `${kind} ${id} ${chain} ${version} ${canonicalBytes(JSON.parse(String(body)))}`,
    ),
  );
export const entriesOf = (dir: string) =>
  dump(dir, 'SELECT chain, seq, stream, version, hash, bytes FROM entries ORDER BY chain, seq');
export const claimsOf = (dir: string) => dump(dir, 'SELECT chain, claim, seq FROM claims ORDER BY chain, claim');
export const headsOf = (dir: string) =>
  Object.fromEntries(
    readdirSync(join(dir, 'heads')).map((name) => [name, readFileSync(join(dir, 'heads', name), 'utf8')]),
  );

/** Takes the database away, into another folder where one is given. */
export function loseDatabase(dir: string, to?: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    const path = join(dir, `tiezheng.db${suffix}`);
    if (to && existsSync(path)) copyFileSync(path, join(to, `tiezheng.db${suffix}`));
    rmSync(path, { force: true });
  }
}

/** What fsck finds wrong. */
export async function faultsOf(dir: string, settings = {}): Promise<string[]> {
  const lines: string[] = [];
  const show = ({ grade, where, what }: { grade: string; where: string; what: string }) => {
    if (grade === 'fault') lines.push(`${where}: ${what}`);
  };
  await check({ DATA_DIR: dir, ...settings }, show);
  return lines;
}

/** Restores in place, in this process. */
export async function restored(
  dir: string,
  more: { check?: boolean; vkey?: string } = {},
): Promise<{ code: number; out: string }> {
  let out = '';
  const asked = { masterKey: join(dir, 'master.key'), vkey: undefined, check: false, ...more };
  const code = await restoreAt(folderPlace({ objects: dir, to: dir }, {}), asked, (line) => {
    out += `${line}\n`;
  });
  return { code, out };
}
