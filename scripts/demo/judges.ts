import { spawnSync } from 'node:child_process';
import { packagePaths } from '../../signing/package-layout.ts';
import { verify } from '../verify.ts';
import { expect, type Steps } from './steps.ts';

export interface Verdict {
  judge: string;
  /** Undefined: the program is not on this machine. */
  ok: boolean | undefined;
}

const openssl = (content: string, signature: string, trust: string) => [
  'cms',
  '-verify',
  '-cades',
  '-binary',
  '-purpose',
  'any',
  '-inform',
  'DER',
  '-in',
  signature,
  '-content',
  content,
  '-CAfile',
  trust,
  '-out',
  '/dev/null',
];

/** Our own verifier on package and receipt, and tools that we did not write where they are here. Throws when any refuses. */
export async function judge(
  { bag, zip, receipt, trust, vkey }: { bag: string; zip: string; receipt: string; trust: string; vkey: string },
  steps: Steps,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const ours: [string, string, string][] = [
    ['案卷包', 'the package', bag],
    ['案卷包 zip', 'the package as a zip', zip],
    ['固化回执', 'the receipt', receipt],
  ];
  for (const [zh, en, path] of ours) {
    await steps.run(`tiezheng verify：${zh}`, en, async () => {
      const code = await verify(path, { trust, vkey }, false, (line) => console.log(`    ${line}`));
      verdicts.push({ judge: `tiezheng verify: ${en}`, ok: code === 0 });
    });
  }
  await steps.run('用他人的工具核验', 'Tools that we did not write', async () => {
    const { manifest, tagManifest, signature } = packagePaths;
    verdicts.push(
      outside('sha256sum -c', 'sha256sum', ['--quiet', '--strict', '-c', manifest, tagManifest], bag),
      outside('openssl cms: the package', 'openssl', openssl(tagManifest, signature, trust), bag),
      outside('openssl cms: the receipt', 'openssl', openssl('manifest.json', 'manifest.json.p7s', trust), receipt),
    );
    for (const { judge, ok } of verdicts.slice(ours.length)) {
      steps.tell(
        `${ok === undefined ? '－ 本机没有' : ok ? '✓' : '✗'} ${judge}`,
        ok === undefined ? '(not on this machine)' : '',
      );
    }
  });
  const refused = verdicts.filter(({ ok }) => ok === false).map((verdict) => verdict.judge);
  expect(refused.length === 0, '核验应全部通过', `refused by: ${refused.join(', ')}`);
  return verdicts;
}

function outside(judge: string, program: string, args: string[], cwd: string): Verdict {
  const { status, error, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return { judge, ok: undefined };
  if (status !== 0) console.log(`    ${stderr.trim()}`);
  return { judge, ok: status === 0 };
}
