import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Finding } from '../../server/ledger/finding.ts';
import { checkLocks } from '../../server/seal/check-locks.ts';
import { rulesOf } from '../../server/seal/keeping.ts';
import { manifestKey, originalKey } from '../../storage/objects/layout.ts';
import { parseS3Url } from '../../storage/objects/s3-address.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { mongoUrl } from '../contracts/mongo-server.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { Clock, startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { approveDisposal, type Bureau, carriedOut, openBureau, passTerm } from '../support/disposing.ts';
import { placeOn, type ServerPlace } from '../support/server-place.ts';
import { bring, film, settled } from '../support/uploads.ts';

const DAY_MS = 24 * 60 * 60_000;

if (mongoUrl)
  for (const [name, server] of Object.entries(s3Urls)) {
    describe(`locks of what was released on ${name}`, function () {
      this.timeout(120_000);
      const clock = new Clock();
      let its: ServerPlace;
      let settings: Record<string, string>;
      let app: TestApp;
      let agency: TestAgency;
      let bureau: Bureau;

      before(async () => {
        its = await placeOn(server, { OBJECT_LOCK_DAYS: '2' });
        settings = its.settings;
        app = await startApp({ dataDir: join(its.folder, 'data'), config: settings, clock });
        agency = await foundAgency(app);
        bureau = await openBureau(agency);
      });
      after(async () => {
        await app.stop();
        await its.discard();
      });

      const sealed = async (seed: number, told: Record<string, string> = {}) => {
        const id = await bring(bureau.officer.client, film(4000, seed), { filename: '现场.mp4', ...told });
        const { object, manifest } = await settled(agency, id);
        const [original, statement] = [object?.sha256 as string, manifest?.sha256 as string];
        return { id, keys: [originalKey(agency.id, original), manifestKey(agency.id, statement)] };
      };
      /** Ends of locks, as a client that is not ours reads them, ms. */
      const ends = async (keys: readonly string[]): Promise<number[]> => {
        const address = parseS3Url(settings.OBJECTS_URL as string);
        const locks = keys.map((key) => minioClient(address).getObjectRetention(address.evidence, key));
        return (await Promise.all(locks)).map((lock) =>
          Date.parse((lock as { retainUntilDate: string }).retainUntilDate),
        );
      };
      /** A whole round of the loop that extends locks, as of now. */
      const round = async () => {
        const at = () => app.deps.locked?.standing()?.at.getTime() ?? 0;
        const now = clock.now().getTime();
        for (const deadline = performance.now() + 60_000; at() < now && performance.now() < deadline; await sleep(50))
          app.deps.signals.emit('case.archived', agency.id, 'none');
        assert.ok(at() >= now, 'no round was made');
      };

      it('are extended no more, and nobody misses them', async () => {
        const opened = await bureau.officer.client.post('/cases', { kind: 'penalty', cause: '占道经营' });
        const [gone, stays] = [await sealed(1), await sealed(2, { caseId: must(opened, 201).id })];
        await passTerm(bureau);
        await round();
        await carriedOut(agency, await approveDisposal(bureau, [gone.id]));
        const [goneBefore, staysBefore] = [await ends(gone.keys), await ends(stays.keys)];
        clock.advance(1.2 * DAY_MS);
        await round();
        assert.deepEqual(await ends(gone.keys), goneBefore);
        for (const [at, end] of (await ends(stays.keys)).entries()) assert.ok(end > (staysBefore[at] as number));
        clock.advance(10 * DAY_MS);
        const objects = [...gone.keys, ...stays.keys].map((key) => ({ key, size: 1 }));
        const found: Finding[] = await Array.fromAsync(
          checkLocks(app.deps.locked, objects, rulesOf(app.deps), [agency.id]),
        );
        assert.deepEqual(
          found.map(({ where }) => where),
          stays.keys.map((key) => `object ${key}`),
        );
      });
    });
  }
