import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import type { Finding } from '../../server/ledger/finding.ts';
import { evidenceOf } from '../../server/seal/record-evidence.ts';
import { parseS3Url } from '../../storage/objects/s3-address.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { mongoUrl } from '../contracts/mongo-server.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { foundAgency } from '../support/agency.ts';
import { Clock, startApp } from '../support/app.ts';
import { Client, must } from '../support/client.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { placeOn, type ServerPlace } from '../support/server-place.ts';
import { pdf, settled } from '../support/uploads.ts';

/** fsck lives a day later than the service, so that what that locked is old to it; all locks are short. */
const LATER_MS = 24 * 60 * 60_000;
const DAYS = '3';
const shift = fileURLToPath(new URL('../faults/shifted-clock.mjs', import.meta.url));

if (mongoUrl)
  for (const [name, server] of Object.entries(s3Urls)) {
    describe(`evidence of an archived case on ${name}`, () => {
      let its: ServerPlace;
      let settings: Record<string, string>;
      let chain: string;
      let cookie: string | undefined;
      let caseId: string;
      /** Keys of the archived record's evidence, and of one that is in no case. */
      let keys: string[];
      let open: string[];

      before(async () => {
        its = await placeOn(server, { OBJECT_LOCK_DAYS: DAYS });
        settings = its.settings;
        const app = await startApp({ dataDir: settings.DATA_DIR as string, config: settings });
        const agency = await foundAgency(app);
        const { client } = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
        [chain, cookie] = [agency.id, client.cookie];
        caseId = must(await client.post('/cases', { kind: 'inspection', cause: '占道经营' }), 201).id;
        const bring = async (text: string, told: Record<string, string>) => {
          const body = new FormData();
          for (const [field, value] of Object.entries(told)) body.set(field, value);
          body.set('files', new Blob([pdf(text)]), '检查记录.pdf');
          const { records } = must(await client.send('POST', '/records', { body }), 201);
          return evidenceOf(chain, await settled(agency, records[0].id)).map(({ key }) => key);
        };
        [keys, open] = [await bring('in the case', { caseId }), await bring('in none', {})];
        must(await client.post(`/cases/${caseId}/stages`, { stage: 'CLOSE' }));
        await app.stop();
      });

      after(() => its.discard({ locked: true }));

      const start = (more: Record<string, string> = {}) =>
        startServer(settings.DATA_DIR as string, { ...settings, ...more });

      /** As a client that is not ours reads them. */
      const modes = async (of: string[]): Promise<string[]> => {
        const address = parseS3Url(settings.OBJECTS_URL as string);
        const locks = of.map((key) => minioClient(address).getObjectRetention(address.evidence, key));
        return (await Promise.all(locks)).map((lock) => (lock as { mode: string }).mode);
      };

      const faults = async () => {
        const later = { NODE_OPTIONS: `--import=${shift}`, CLOCK_SHIFT_MS: String(LATER_MS) };
        const { out } = await tiezheng(['fsck', '--json'], { ...settings, ...later });
        const findings = out.split('\n').filter((line) => line !== '');
        return findings.map((line) => JSON.parse(line) as Finding).filter(({ grade }) => grade === 'fault');
      };
      const said = (found: Finding[]) => found.map(({ where, what }) => `${where}: ${what}`).sort();

      it('is under locks that can be lifted before, and fsck finds no fault', async () => {
        assert.ok(keys.length >= 4, keys.join('\n'));
        assert.deepEqual(new Set(await modes(keys)), new Set(['GOVERNANCE']));
        assert.deepEqual(await faults(), []);
      });

      it('is named by fsck where a crash came before its locks were made firm', async () => {
        const server = start({ KILL_POINT: 'locks.one-archived' });
        const client = new Client(await server.origin, cookie);
        must(await client.post(`/cases/${caseId}/stages`, { stage: 'ARCHIVE' }));
        assert.equal((await server.ended).signal, 'SIGKILL');
        const now = await modes(keys);
        const left = keys.filter((_, at) => now[at] === 'GOVERNANCE');
        assert.ok(left.length >= 3 && left.length < keys.length, now.join());
        const what = 'its case is archived, and its lock can still be lifted: it is not of mode compliance';
        assert.deepEqual(said(await faults()), left.map((key) => `object ${key}: ${what}`).sort());
      });

      it('is told of by numbers where its locks cannot be made firm, and where nobody extends them', async () => {
        const clock = new Clock();
        const config = { ...settings, OBJECT_LOCK_KEEPER: 'nobody:with-no-right', METRICS_TOKEN: 't'.repeat(16) };
        const app = await startApp({ dataDir: settings.DATA_DIR as string, config, clock });
        const at = () => app.deps.locked?.standing()?.at;
        const looked = async (before?: Date) => {
          app.deps.signals.emit('case.archived', chain, caseId);
          const deadline = performance.now() + 60_000;
          while (at() === before && performance.now() < deadline) await sleep(50);
        };
        const gauge = async (name: string) => {
          const answer = await fetch(`${app.origin}/metrics`, {
            headers: { authorization: `Bearer ${'t'.repeat(16)}` },
          });
          return Number(new RegExp(`^${name} (.+)$`, 'm').exec(await answer.text())?.[1]);
        };
        try {
          await looked();
          const left = (await modes(keys)).filter((mode) => mode === 'GOVERNANCE').length;
          assert.ok(left >= 3);
          assert.equal(await gauge('tiezheng_object_locks_failing'), left);
          const { locks } = (await (await fetch(`${app.origin}/readyz`)).json()) as { locks: { failing: number } };
          assert.equal(locks.failing, left);
          assert.ok((await gauge('tiezheng_object_lock_left_ratio')) > 0.7);
          clock.advance(0.6 * Number(DAYS) * 24 * 60 * 60_000);
          assert.ok((await gauge('tiezheng_object_lock_left_ratio')) < 0.5, 'no alarm');
          await looked(at());
          assert.ok((await gauge('tiezheng_object_lock_left_ratio')) > 0.7);
        } finally {
          await app.stop();
        }
      });

      it('is under locks that nobody can lift soon after the next start, and nothing else is', async () => {
        const server = start();
        await server.origin;
        try {
          const deadline = performance.now() + 60_000;
          while ((await modes(keys)).includes('GOVERNANCE') && performance.now() < deadline) await sleep(200);
          assert.deepEqual(new Set(await modes(keys)), new Set(['COMPLIANCE']));
        } finally {
          await server.kill();
        }
        assert.deepEqual(new Set(await modes(open)), new Set(['GOVERNANCE']));
        assert.deepEqual(await faults(), []);
      });
    });
  }
