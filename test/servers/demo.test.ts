import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { readSetupLink, startServer } from '../../scripts/demo/own-server.ts';
import { parseS3Url } from '../../storage/objects/s3-address.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { engineOn, s3Urls } from '../contracts/s3-objects.ts';
import { startScript, tiezheng } from '../support/process.ts';
import { film, sha256 } from '../support/uploads.ts';

const DAY_MS = 86_400_000;

if (mongoUrl)
  for (const [turn, [name, server]] of Object.entries(s3Urls).entries()) {
    describe(`the demo with database and objects (${name}) on servers`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'tiezheng-demo-servers-'));
      const footage = join(folder, '执法现场.mp4');
      let settings: Record<string, string>;

      before(() => writeFileSync(footage, film(40_000_000)));
      after(() => rmSync(folder, { recursive: true, force: true }));

      beforeEach(async () => {
        const url = new URL(server);
        url.pathname = `/demo-${process.pid}-${Date.now()}`;
        const MASTER_KEY_FILE = join(folder, `${url.pathname.slice(1)}.key`);
        writeFileSync(MASTER_KEY_FILE, `${'5e'.repeat(32)}\n`);
        settings = {
          ...{ DATABASE_URL: await databases.place(), OBJECTS_URL: url.href, OBJECT_LOCK: 'required' },
          ...{ MASTER_KEY_FILE, LOG_LEVEL: 'info' },
        };
        const { code, out, err } = await tiezheng(['provision'], settings);
        assert.equal(code, 0, out + err);
      });

      afterEach(async () => {
        await databases.discard(settings.DATABASE_URL as string);
        await engineOn(server).discard(settings.OBJECTS_URL as string);
      });

      /** Runs it to its end; the original lies then under a lock, as a client that is not ours reads it. */
      async function demo(out: string, more: string[]) {
        const args = ['--footage', footage, '--out', out, ...more];
        const { code, out: said, err } = await startScript('scripts/demo.ts', args, settings).ended;
        assert.equal(code, 0, said + err);
        const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
        assert.deepEqual([report.ok, report.refusal.code], [true, 'GRANT_EXPIRED']);
        assert.equal(report.footage.sha256, sha256(readFileSync(footage)));
        const address = parseS3Url(settings.OBJECTS_URL as string);
        const key = `${report.agency}/originals/${report.footage.sha256}`;
        const lock = await minioClient(address).getObjectRetention(address.evidence, key);
        const { mode, retainUntilDate } = lock as { mode: string; retainUntilDate: string };
        assert.equal(mode, 'GOVERNANCE');
        assert.ok(Date.parse(retainUntilDate) > Date.now() + 179 * DAY_MS, retainUntilDate);
      }

      it('goes the whole way with a service of its own', () => demo(join(folder, 'own'), []));

      if (turn > 0) return;
      it('goes the whole way with a service that runs already', async () => {
        const service = await startServer(join(folder, 'data'), { ...process.env, ...settings });
        try {
          const link = `${service.origin}/setup#token=${service.token}`;
          assert.deepEqual(readSetupLink(link)?.token, service.token);
          await demo(join(folder, 'by-url'), ['--url', service.origin, '--setup-link', link]);
        } finally {
          await service.stop();
        }
      });
    });
  }
