import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { bring, film, settled } from '../support/uploads.ts';
import { opensslIdentity, opensslIssued, p256 } from '../unit/signing/pki.ts';
import { run } from '../unit/signing/support.ts';

/** A key with a certificate of an outside root, as an agency brings it: in a PKCS#12, or behind a program that signs with it. */
function outsideSigners(folder: string): Record<'pkcs12' | 'command', Record<string, string>> {
  opensslIdentity(folder, 'root', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
  const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation'];
  opensslIssued(folder, 'own', 'root', p256, extensions);
  const args = ['-inkey', 'own.key', '-in', 'own.pem', '-certfile', 'root.pem', '-out', 'own.p12'];
  run(folder, 'openssl', 'pkcs12', '-export', ...args, '-passout', 'pass:secret');
  const program = `#!/bin/sh\nexec openssl dgst -sha256 -sign '${join(folder, 'own.key')}'\n`;
  writeFileSync(join(folder, 'sign'), program, { mode: 0o700 });
  return {
    pkcs12: { SIGNER_PKCS12: join(folder, 'own.p12'), SIGNER_PASSWORD: 'secret' },
    command: {
      SIGNER_COMMAND: join(folder, 'sign'),
      SIGNER_CERTIFICATE: join(folder, 'own.pem'),
      SIGNER_CA: join(folder, 'root.pem'),
    },
  };
}

describe('another signer', () => {
  it('leaves what was sealed before provable, by the roots that the service gives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-signer-'));
    const first = await startApp();
    let last: TestApp = first;
    try {
      const agency = await foundAgency(first);
      const department = await agency.department();
      const { id: officer, client } = await agency.person({ roles: ['officer'], departments: [department] });
      const before = await bring(client, film(5000, 1), { filename: 'a.mp4' });
      await settled(agency, before);

      const provenUnder = async (config: Record<string, string>): Promise<number> => {
        await last.stop();
        last = await startApp({ config, dataDir: first.dataDir, clock: first.clock });
        const now = new TestAgency(last, agency.id, agency.code);
        const again = await now.signIn(officer);
        const after = await bring(again, film(5000, Math.random()), { filename: 'b.mp4' });
        await settled(now, after);
        writeFileSync(join(folder, 'ca.pem'), await (await again.fetch('GET', '/trust/ca.pem')).text());
        for (const id of [before, after]) {
          const response = await again.fetch('GET', `/records/${id}/receipt`);
          writeFileSync(join(folder, 'receipt.zip'), new Uint8Array(await response.arrayBuffer()));
          const said: string[] = [];
          const code = await verify(join(folder, 'receipt.zip'), { trust: join(folder, 'ca.pem') }, false, (line) =>
            said.push(line),
          );
          assert.equal(code, 0, said.join('\n'));
        }
        return last.deps.signer.caPem.split('BEGIN CERTIFICATE').length - 1;
      };
      const { pkcs12, command } = outsideSigners(folder);
      // Certificates of openssl begin now, and a signature's time has whole seconds.
      first.clock.advance(2000);
      for (const settings of [pkcs12, command, {}]) assert.equal(await provenUnder(settings), 2);
    } finally {
      await last.destroy();
      rmSync(folder, { recursive: true });
    }
  });
});
