import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import type { Finding } from '../../server/ledger/finding.ts';
import { isLogEvidence } from '../../server/log/check-log.ts';
import { evidenceOf } from '../../server/seal/record-evidence.ts';
import { parseS3Url } from '../../storage/objects/s3-address.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { collect } from '../contracts/engine.ts';
import { mongoUrl } from '../contracts/mongo-server.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { Clock, startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { tiezheng } from '../support/process.ts';
import { placeOn, type ServerPlace } from '../support/server-place.ts';
import { pdf, settled } from '../support/uploads.ts';

const DAY = 24 * 60 * 60_000;
/** Longer than what is in no case is kept, so that terms and horizon differ. */
const DAYS = 400;
const shift = fileURLToPath(new URL('../faults/shifted-clock.mjs', import.meta.url));

interface Brought {
  id: string;
  keys: string[];
  /** The end of its term when it was sealed. */
  until: string;
}

if (mongoUrl)
  for (const [name, server] of Object.entries(s3Urls)) {
    describe(`locks and terms on ${name}`, () => {
      const clock = new Clock();
      let its: ServerPlace;
      let settings: Record<string, string>;
      let app: TestApp;
      let agency: TestAgency;
      let officer: TestPerson;
      let caseId: string;
      let loose: Brought;
      let tied: Brought;

      before(async () => {
        its = await placeOn(server, { OBJECT_LOCK_DAYS: String(DAYS) });
        settings = its.settings;
        app = await startApp({ dataDir: settings.DATA_DIR as string, config: settings, clock });
        agency = await foundAgency(app);
        officer = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
        caseId = must(await officer.client.post('/cases', { kind: 'penalty', cause: '占道经营' }), 201).id;
        loose = await bring('in none');
        tied = await bring('in the case', { caseId });
      });

      after(async () => {
        await app?.stop();
        await its.discard();
      });

      async function bring(
        text: string,
        told: Record<string, string> = {},
        entered: (id: string) => void = () => {},
      ): Promise<Brought> {
        const body = new FormData();
        for (const [field, value] of Object.entries(told)) body.set(field, value);
        body.set('files', new Blob([pdf(text)]), '检查记录.pdf');
        const { records } = must(await officer.client.send('POST', '/records', { body }), 201);
        const [{ id }] = records;
        entered(id);
        const keys = evidenceOf(agency.id, await settled(agency, id)).map(({ key }) => key);
        assert.ok(keys.length >= 4, keys.join('\n'));
        return { id, keys, until: must(await officer.client.get(`/records/${id}`)).term.until };
      }

      /** When the locks end, as a client that is not ours reads it, ms. */
      async function ends(keys: string[]): Promise<number[]> {
        const address = parseS3Url(settings.OBJECTS_URL as string);
        const locks = keys.map((key) => minioClient(address).getObjectRetention(address.evidence, key));
        return (await Promise.all(locks)).map((lock) =>
          Date.parse((lock as { retainUntilDate: string }).retainUntilDate),
        );
      }

      /** Servers keep whole seconds. */
      const isAt = (end: number, wanted: string) => Math.abs(end - Date.parse(wanted)) <= 1000;
      const reachesHorizon = (end: number) => Math.abs(end - clock.now().getTime() - DAYS * DAY) < DAY / 2;

      async function within(keys: string[], holds: (end: number) => boolean): Promise<void> {
        for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(200))
          if ((await ends(keys)).every(holds)) return;
        assert.fail(`after a minute: ${(await ends(keys)).map((end) => new Date(end).toISOString())}`);
      }

      const logKeys = async () =>
        (await collect(app.deps.evidence.list(''))).map(({ key }) => key).filter((key) => isLogEvidence(key));

      const lockFaults = async (days: number) => {
        const later = { NODE_OPTIONS: `--import=${shift}`, CLOCK_SHIFT_MS: String(days * DAY) };
        const { out } = await tiezheng(['fsck', '--json'], { ...settings, ...later });
        const findings = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Finding]));
        return findings.filter(({ grade, what }) => grade === 'fault' && /lock/.test(what));
      };
      const named = (faults: Finding[], keys: string[]) =>
        keys.filter((key) => faults.some(({ where }) => where === `object ${key}`)).length;

      it('reach from sealing on to the end of a term, and to the horizon where there is none', async () => {
        for (const end of await ends(loose.keys)) assert.ok(isAt(end, loose.until), new Date(end).toISOString());
        assert.equal(tied.until, 'open');
        assert.ok((await ends(tied.keys)).every(reachesHorizon));
        const log = await logKeys();
        assert.ok(log.length > 0);
        assert.ok((await ends(log)).every(reachesHorizon));
      });

      it('of an original of several records reach to the longest of their terms, in either order', async () => {
        const [again, first] = [await bring('in the case'), await bring('in none', { caseId })];
        const [original = '', ...proofs] = again.keys;
        assert.equal(original, tied.keys[0]);
        assert.ok((await ends([original])).every(reachesHorizon), 'shortened');
        assert.ok((await ends(proofs)).every((end) => isAt(end, again.until)));
        assert.equal(first.keys[0], loose.keys[0]);
        assert.ok((await ends(first.keys)).every(reachesHorizon));
        assert.ok((await ends(loose.keys.slice(1))).every((end) => isAt(end, loose.until)));
      });

      it('follow a record into a case, and a mark, within a minute', async () => {
        const [linked, marked] = [await bring('to be linked'), await bring('to be marked')];
        for (const { keys, until } of [linked, marked]) assert.ok((await ends(keys)).every((end) => isAt(end, until)));
        must(await officer.client.post('/links', { items: [{ recordId: linked.id, caseId }] }));
        const { headers } = await officer.client.get(`/records/${marked.id}`);
        const told = { mark: 'obstruction', reason: '执法中遇阻' };
        must(await officer.client.patch(`/records/${marked.id}`, told, headers.get('etag')));
        await within([...linked.keys, ...marked.keys], reachesHorizon);
      });

      it('follow a record that came into a case while it was being sealed', async () => {
        const { signer } = app.deps;
        const { sign } = signer;
        const { promise: entered, resolve } = Promise.withResolvers<string>();
        signer.sign = async (...told) => {
          signer.sign = sign;
          must(await officer.client.post('/links', { items: [{ recordId: await entered, caseId }] }));
          // Locks are looked at now, while the record has none that could be lengthened.
          app.deps.signals.emit('case.archived', agency.id, caseId);
          await sleep(2000);
          return await sign.apply(signer, told);
        };
        const { id, keys } = await bring('linked in the middle', {}, resolve);
        assert.equal(must(await officer.client.get(`/records/${id}`)).term.until, 'open');
        assert.ok(!(await ends(keys)).every(reachesHorizon), 'the sealer knew of it already');
        await within(keys, reachesHorizon);
      });

      it('are told of to archivists and auditors, with addresses at which anyone asks the store itself', async () => {
        const { client } = await agency.person({ roles: ['auditor'] });
        refused(await officer.client.get(`/records/${tied.id}/locks`), 403, 'FORBIDDEN');
        const { kept, items } = must(await client.get(`/records/${tied.id}/locks`));
        assert.equal(kept, true);
        const [originals] = items;
        assert.deepEqual([originals.area, originals.key, originals.state], ['originals', tied.keys[0], 'locked']);
        assert.deepEqual(items.map(({ key }: { key: string }) => key).sort(), [...tied.keys].sort());
        for (const { mode, until, address } of items) {
          const answer = await fetch(address);
          const xml = await answer.text();
          assert.equal(answer.status, 200, xml);
          assert.equal(/<Mode>(\w+)</.exec(xml)?.[1]?.toLowerCase(), mode);
          assert.equal(Date.parse(/<RetainUntilDate>([^<]+)</.exec(xml)?.[1] ?? ''), Date.parse(until));
          const bytes = await fetch(address.replace(/[?&]retention=?(?=&|$)/, (found: string) => found[0] as string));
          assert.equal(bytes.status, 403);
          await bytes.body?.cancel();
        }
      });

      it('are extended as long as a term lasts; one whose term is over is left alone, and alarms nobody', async () => {
        await app.stop();
        clock.advance(250 * DAY);
        app = await startApp({ dataDir: settings.DATA_DIR as string, config: settings, clock });
        for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(50))
          if (app.deps.locked?.standing()) break;
        const { failing, left = 0 } = app.deps.locked?.standing() ?? {};
        assert.equal(failing, 0);
        assert.ok(left > 0.7, String(left));
        assert.ok((await ends(tied.keys)).every(reachesHorizon));
        assert.ok((await ends(await logKeys())).every(reachesHorizon));
        const [, ...proofs] = loose.keys;
        assert.ok((await ends(proofs)).every((end) => isAt(end, loose.until)));
        await app.stop();
      });

      it('are no fault where a term is over, and one where it is not', async () => {
        const [, ...proofs] = loose.keys;
        assert.deepEqual(await lockFaults(250), []);
        const short = await lockFaults(500);
        assert.equal(named(short, proofs), 0);
        assert.equal(named(short, tied.keys), tied.keys.length);
        assert.match(short[0]?.what ?? '', /ends too soon/);
        const none = await lockFaults(700);
        assert.equal(named(none, proofs), 0);
        assert.equal(named(none, tied.keys), tied.keys.length);
        assert.match(none[0]?.what ?? '', /not under a lock/);
      });
    });
  }
