import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { systemActor } from '../../server/deps.ts';
import { endUpload, finishUpload } from '../../server/ingest/uploads.ts';
import type { UploadStore } from '../../storage/objects/object-store.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { begun, film, head, idOf, keptOf, offsetOf, patch, settled, uploadAt } from '../support/uploads.ts';

describe('uploads that are ended', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    officer = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
  });
  after(() => app.destroy());

  it('by DELETE become no record, and records are not ended', async () => {
    for (let i = 0; i < 6; i++) {
      const bytes = film(1000, i + 1);
      const place = await begun(officer.client, { length: bytes.length });
      await Promise.allSettled([
        patch(officer.client, place, 0, bytes),
        sleep(Math.random() * 20).then(() => officer.client.delete(place, { 'tus-resumable': '1.0.0' })),
      ]);
      const { state } = await uploadAt(agency, place);
      if (state === 'terminated') assert.equal(await keptOf(agency, place), undefined);
      else {
        const offset = offsetOf(await head(officer.client, place));
        if (offset < 1000) must(await patch(officer.client, place, offset, bytes.subarray(offset)), 204);
        assert.equal((await settled(agency, idOf(place))).state, 'sealed');
      }
    }
  });

  it('leave no bytes when they are ended while these are made durable', async () => {
    const bytes = film(1000, 9);
    const place = await begun(officer.client, { length: bytes.length });
    const upload = await uploadAt(agency, place);
    const ending = { type: 'upload.terminated', data: { offset: 0 } } as const;
    const actor = systemActor('test');
    const uploads: UploadStore = {
      begin: (key) => app.deps.uploads.begin(key),
      append: (...arrived) => app.deps.uploads.append(...arrived),
      length: (key) => app.deps.uploads.length(key),
      abort: (key) => app.deps.uploads.abort(key),
      complete: async (key) => {
        assert.ok(await endUpload(app.deps, agency.id, upload.id, actor, ending));
        await app.deps.work.put(key, bytes);
      },
    };
    const deps = { ...app.deps, uploads };
    await assert.rejects(finishUpload(deps, agency.id, upload, actor), { code: 'UPLOAD_GONE' });
    assert.equal(await keptOf(agency, place), undefined);
  });
});
