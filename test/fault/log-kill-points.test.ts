import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { audit } from '../../scripts/audit.ts';
import { check } from '../../scripts/fsck.ts';
import { logSource } from '../../scripts/log-source.ts';
import { startApp } from '../support/app.ts';
import { Client } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { startServer } from '../support/process.ts';
import { bring, film } from '../support/uploads.ts';

const publisher = fileURLToPath(new URL('../../server/log/publisher.ts', import.meta.url));
const points = [...readFileSync(publisher, 'utf8').matchAll(/\bpoint\('([a-z.-]+)'\)/g)].map(([, name = '']) => name);

describe('a process killed while it publishes its log', function () {
  this.timeout(60_000);
  let made: Installation;

  before(async () => {
    made = await makeInstallation();
  });
  after(() => made.remove());

  for (const point of points) {
    it(`${point}: the next start goes on, and every checkpoint holds`, async () => {
      const dir = made.copy();
      const server = startServer(dir, { KILL_POINT: point });
      const client = new Client(await server.origin);
      client.bearer = made.bearer;
      await bring(client, film(5000, 9)).catch(() => {});
      assert.equal((await server.ended).signal, 'SIGKILL');
      const app = await startApp({ dataDir: dir });
      const { size } = await app.deps.ledgerStore.head(made.agency);
      const published = await app.deps.log.covering(made.agency, size - 1, 10_000);
      assert.ok(published && published.size >= size);
      const vkey = app.deps.log.verifierKey(made.agency);
      await app.stop();
      const findings: unknown[] = [];
      await check({ DATA_DIR: dir }, (finding) => finding.grade === 'fault' && findings.push(finding));
      assert.deepEqual(findings, []);
      const audited = await audit(logSource(join(dir, 'work', made.agency, 'log')), { vkey });
      assert.ok(audited.size >= published.size);
    });
  }
});
