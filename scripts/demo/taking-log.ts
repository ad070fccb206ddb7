import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { verifyCheckpoint } from '../../signing/checkpoint.ts';
import { tilePath, tilesBetween } from '../../signing/tiles.ts';
import { audit } from '../audit.ts';
import { logSource } from '../log-source.ts';
import type { Organisation } from './organisation.ts';
import { expect, type Steps } from './steps.ts';

/** The log's verifier key, by another way than package and receipt. Returns it. */
export async function takeVerifierKey(origin: string, { agency }: Organisation, folder: string): Promise<string> {
  const response = await fetch(`${origin}/api/v1/trust/logs/${agency.id}`);
  expect(response.ok, '应给出账本公钥', `the verifier key answers ${response.status}`);
  const key = await response.text();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'log.vkey'), key, { flag: 'wx' });
  return key.trim();
}

/** The auditor takes the whole log, entry bundles included, as a folder in tlog-tiles layout, and audits it. */
export async function takeLog({ auditor }: Organisation, folder: string, vkey: string, steps: Steps): Promise<number> {
  return await steps.run('审计人员取回并审计账本', 'The auditor takes the log and audits it', async () => {
    const take = async (path: string) => {
      const response = await auditor.send('GET', `/log/${path}`);
      expect(response.status === 200, '应给出账本文件', `${path} answers ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes, { flag: 'wx' });
      return bytes;
    };
    const timed = (await auditor.send('GET', '/log/anchored.tsr')).ok;
    for (const path of timed ? ['anchored', 'anchored.tsr'] : []) await take(path);
    const { size } = verifyCheckpoint(Buffer.from(await take('checkpoint')).toString('utf8'), vkey);
    for (const tile of tilesBetween(0, size)) {
      await take(tilePath(tile));
      if (tile.level === 0) await take(tilePath({ ...tile, level: 'entries' }));
    }
    await writeFile(join(folder, 'log.vkey'), `${vkey}\n`, { flag: 'wx' });
    const audited = await audit(logSource(folder), { vkey });
    expect(audited.size === size, '审计应覆盖全部条目', `${audited.size} of ${size} entries`);
    steps.tell(`${size} 个条目 → ${folder}`, 'entries, every one recomputed');
    return size;
  });
}
