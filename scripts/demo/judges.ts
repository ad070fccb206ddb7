import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readOnePem, readPem } from '../../signing/certificate.ts';
import { packagePaths } from '../../signing/package-layout.ts';
import { readRevocationList } from '../../signing/revocation.ts';
import { verify } from '../verify.ts';
import { expect, type Steps } from './steps.ts';

export interface Verdict {
  judge: string;
  /** Undefined: the program is not on this machine. */
  ok: boolean | undefined;
}

const openssl = (content: string, signature: string, trust: string) => [
  ...'cms -verify -cades -binary -purpose any -inform DER'.split(' '),
  ...['-in', signature, '-content', content, '-CAfile', trust, '-out', '/dev/null'],
];

/** The root of self-issued time is that of the signer; those of other authorities stand in tsa.pem. */
function opensslTime(content: string, reply: string, trust: string): string[] {
  const tsa = join(dirname(trust), 'tsa.pem');
  const root = readPem(readFileSync(tsa, 'utf8')).length > 1 ? tsa : trust;
  return ['ts', '-verify', '-in', reply, '-data', content, '-CAfile', root, '-untrusted', tsa];
}

/** Whether the revocation list is that of the signer's issuer: an outside one has a list of its own. */
function isListed(bag: string, trust: string): boolean {
  const signer = readOnePem(readFileSync(join(bag, packagePaths.signer), 'utf8'));
  const list = readFileSync(join(dirname(trust), 'ca.crl'));
  return readPem(readFileSync(trust, 'utf8')).some((issuer) => {
    try {
      return signer.x509.checkIssued(issuer.x509) && readRevocationList(list, issuer) !== undefined;
    } catch {
      return false;
    }
  });
}

/** Our own verifier on package and receipt, and tools that we did not write where they are here. Throws when any refuses. */
export async function judge(
  {
    bag,
    zip,
    container,
    receipt,
    trust,
    vkey,
  }: Record<'bag' | 'zip' | 'container' | 'receipt' | 'trust' | 'vkey', string>,
  steps: Steps,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const ours: [string, string, string][] = [
    ['案卷包', 'the package', bag],
    ['案卷包 zip', 'the package as a zip', zip],
    ['ASiC-E 容器', 'the ASiC-E container', container],
    ['固化回执', 'the receipt', receipt],
  ];
  for (const [zh, en, path] of ours) {
    await steps.run(`tiezheng verify：${zh}`, en, async () => {
      const code = await verify(path, { trust, vkey }, false, (line) => console.log(`    ${line}`));
      verdicts.push({ judge: `tiezheng verify: ${en}`, ok: code === 0 });
    });
  }
  await steps.run('用他人的工具核验', 'Tools that we did not write', async () => {
    const { manifest, tagManifest, signature, timestamp, signer } = packagePaths;
    const revoked = ['verify', '-crl_check', '-CAfile', trust, '-CRLfile', join(dirname(trust), 'ca.crl'), signer];
    verdicts.push(
      outside('sha256sum -c', 'sha256sum', ['--quiet', '--strict', '-c', manifest, tagManifest], bag),
      outside('openssl cms: the package', 'openssl', openssl(tagManifest, signature, trust), bag),
      outside('openssl cms: the receipt', 'openssl', openssl('manifest.json', 'manifest.json.p7s', trust), receipt),
      ...(existsSync(join(bag, timestamp))
        ? [outside('openssl ts: the package', 'openssl', opensslTime(tagManifest, timestamp, trust), bag)]
        : []),
      ...(existsSync(join(receipt, 'manifest.json.tsr'))
        ? [
            outside(
              'openssl ts: the receipt',
              'openssl',
              opensslTime('manifest.json', 'manifest.json.tsr', trust),
              receipt,
            ),
          ]
        : []),
      ...(existsSync(join(receipt, 'checkpoint.tsr'))
        ? [
            outside(
              'openssl ts: the checkpoint',
              'openssl',
              opensslTime('checkpoint', 'checkpoint.tsr', trust),
              receipt,
            ),
          ]
        : []),
      ...(isListed(bag, trust) ? [outside('openssl verify -crl_check: the signer', 'openssl', revoked, bag)] : []),
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
