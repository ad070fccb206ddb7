import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from '../../scripts/audit.ts';
import { logSource } from '../../scripts/log-source.ts';
import { verify } from '../../scripts/verify.ts';
import { claim, judge } from './claims.ts';
import type { Verdict } from './driver.ts';
import { file, filesIn, of, read } from './scene.ts';
import { bagTwins, logTwins, packageTwins, receiptTwins, surplus, tileTwins } from './trees.ts';
import { flipped } from './twins.ts';

/** Our own commands, by the same rules. */
async function verified(path: string): Promise<Verdict> {
  const lines: string[] = [];
  const given = { trust: of('trust/ca.pem'), vkey: of('trust/log.vkey') };
  return { ok: (await verify(path, given, false, (line) => lines.push(line))) === 0, said: lines.join('\n') };
}

const audited = async (folder: string): Promise<Verdict> =>
  await audit(logSource(folder), { vkey: read('trust/log.vkey').toString().trim() }).then(
    ({ size }) => ({ ok: true, said: `${size} entries` }),
    ({ message }) => ({ ok: false, said: message }),
  );

judge('tiezheng', [], () => {
  const asked = { judge: 'npx tiezheng verify', ask: verified };
  claim({ ...asked, artefact: 'receipt', thing: () => of('receipt'), refuses: receiptTwins });
  claim({ ...asked, artefact: 'package', thing: () => of('export/bag'), refuses: { ...packageTwins, ...bagTwins } });
  claim({
    ...{
      ...asked,
      artefact: 'package as .asice',
      thing: () => of(join('export', filesIn('export', '.asice')[0] ?? '')),
    },
    refuses: { 'a bit in the middle': (path) => file(flipped(readFileSync(path))) },
  });
  claim({
    ...{ judge: 'npx tiezheng audit', artefact: 'log', thing: () => of('log'), ask: audited },
    refuses: { ...logTwins, ...surplus },
    overlooks: tileTwins,
  });
});
