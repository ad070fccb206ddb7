import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { type RecordEvent, recordKind } from '../../server/records/events.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { pack } from '../support/exports.ts';
import { bring, film, pdf, settled, sha256 } from '../support/uploads.ts';

describe('case files', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;
  let archivist: TestPerson;
  let department: string;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    archivist = await agency.person({ roles: ['archivist'] });
  });
  after(() => app.destroy());

  const openCase = async (cause: string) =>
    must(
      await officer.client.post('/cases', { kind: 'penalty', cause, departmentId: department, stage: 'INSPECT' }),
      201,
    ).id as string;
  const document = async (caseId: string, name: string, bytes: Buffer) => {
    const form = new FormData();
    form.set('caseId', caseId);
    form.set('stage', 'INSPECT');
    form.set('files', new Blob([new Uint8Array(bytes)]), name);
    const { records } = must(await officer.client.send('POST', '/records', { body: form }), 201);
    await settled(agency, records[0].id);
    return records[0].id as string;
  };
  const fileOf = async (id: string) => must(await archivist.client.get(`/case-files/${id}`));

  it('tell what is there, what a stage lacks, and what keeps a case from being packed', async () => {
    const id = await openCase('无证经营');
    const empty = await fileOf(id);
    assert.deepEqual(empty.sealed, { count: 0, size: 0 });
    assert.deepEqual(empty.lacks, [{ stage: 'INSPECT', what: ['documents'] }]);
    assert.equal(empty.ready, true);
    await document(id, '现场检查记录.pdf', pdf());
    const told = { filename: 'a.mp4', caseId: id, stage: 'INSPECT', sha256: sha256('') };
    const shady = await bring(officer.client, film(9000), told);
    assert.equal((await settled(agency, shady)).state, 'quarantined');
    const full = await fileOf(id);
    assert.deepEqual(full.sealed, { count: 1, size: pdf().length });
    assert.deepEqual(full.lacks, []);
    assert.equal(full.quarantined.count, 1);
    assert.equal(full.quarantined.first[0].id, shady);
    assert.equal(full.last, undefined);
    assert.deepEqual([empty.readiness, full.readiness], ['empty', 'complete']);

    const { ledger, newId } = app.deps;
    const late = newId();
    const events: RecordEvent[] = [
      {
        type: 'record.received',
        data: {
          ...{ door: 'tus', source: 'dock', kind: 'video', title: '未到', name: 'a.mp4', size: 5, declared: {} },
          ...{ departmentId: department, uploadedBy: officer.id, confidentiality: 'ordinary', findings: [] },
        },
      },
      { type: 'record.linked', data: { linkId: newId(), caseId: id } },
    ];
    const actor = { id: officer.id, role: 'officer', via: 'session' } as const;
    await ledger.execute(recordKind, agency.id, late, actor, () => events);
    const waiting = await fileOf(id);
    assert.equal(waiting.ready, false);
    assert.equal(waiting.readiness, 'waiting');
    assert.deepEqual(waiting.unsealed, { count: 1, first: [{ id: late, title: '未到' }] });
    refused(await archivist.client.post(`/cases/${id}/exports`), 409, 'NOT_SEALED');
  });

  it('are found by state, department and words, with the last package', async () => {
    const id = await openCase('占道堆物');
    const made = await pack(archivist.client, id);
    const query = new URLSearchParams({ state: 'open', departmentId: department, q: '占道堆物' });
    const { items } = must(await archivist.client.get(`/case-files?${query}`));
    assert.equal(items.length, 1);
    assert.equal(items[0].id, id);
    assert.deepEqual(items[0].last, {
      ...{ id: made.id, state: 'ready', form: 'bag', requestedAt: made.requestedAt },
    });
    assert.deepEqual(must(await archivist.client.get('/case-files?state=closed')).items, []);
    const page = must(await archivist.client.get('/case-files?limit=1'));
    assert.ok(page.next);
    assert.notEqual(
      must(await archivist.client.get(`/case-files?limit=1&after=${page.next}`)).items[0].id,
      page.items[0].id,
    );
  });

  it('are found by how they stand, page after page, however far apart those are', async () => {
    const q = '排查';
    const complete: string[] = [];
    for (let i = 0; i < 9; i++) {
      const id = await openCase(`${q}${i}`);
      if (i % 4 !== 0) continue;
      await document(id, `现场检查记录${i}.pdf`, pdf(`${q}${i}`));
      complete.unshift(id);
    }
    const found = async (readiness: string, limit: number) => {
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const query = new URLSearchParams({ q, readiness, limit: String(limit), ...(after && { after }) });
        const page = must(await archivist.client.get(`/case-files?${query}`));
        assert.ok(page.items.length <= limit);
        for (const file of page.items) assert.equal(file.readiness, readiness);
        ids.push(...page.items.map(({ id }: { id: string }) => id));
        after = page.next;
      } while (after);
      return ids;
    };
    for (const limit of [1, 2, 50]) assert.deepEqual(await found('complete', limit), complete);
    assert.equal((await found('empty', 4)).length, 6);
    assert.deepEqual(await found('waiting', 50), []);
    refused(await archivist.client.get('/case-files?readiness=soon'), 422, 'VALIDATION');
  });

  it('are of their own agency', async () => {
    const id = await openCase('他机关');
    const { client } = await (await foundAgency(app, 'other')).person({ roles: ['archivist'] });
    refused(await client.get(`/case-files/${id}`), 404, 'NOT_FOUND');
    assert.deepEqual(must(await client.get('/case-files')).items, []);
    refused(await officer.client.get('/case-files'), 403, 'FORBIDDEN');
  });

  describe('once packed', () => {
    it('say what is in the package, page by page, and until when it is kept', async () => {
      const id = await openCase('乱倒垃圾');
      const footage = film(40_000, 5);
      const filmed = await bring(officer.client, footage, { filename: '巡查.mp4', caseId: id, stage: 'INSPECT' });
      await settled(agency, filmed);
      await document(id, '检查记录.pdf', pdf('one'));
      for (const form of ['bag', 'asice']) {
        const made = await pack(archivist.client, id, { form, reason: '归档' });
        assert.equal(made.case.cause, '乱倒垃圾');
        const days = app.deps.config.PACKAGE_DAYS;
        assert.equal(Date.parse(made.package.until) - Date.parse(made.package.at), days * 86_400_000);
        const first = must(await archivist.client.get(`/exports/${made.id}/contents?limit=1`));
        assert.equal(first.count, 2);
        const second = must(await archivist.client.get(`/exports/${made.id}/contents?limit=1&after=${first.next}`));
        assert.equal(second.next, undefined);
        const video = [...first.items, ...second.items].find(({ recordId }) => recordId === filmed);
        assert.deepEqual(
          [video.title, video.stage, video.kind, video.size, video.sha256],
          ['巡查.mp4', 'INSPECT', 'video', footage.length, sha256(footage)],
        );
        assert.match(video.file, /^data\/originals\/000\d\.mp4$/);
        const files = first.parts.reduce((sum: number, part: { files: number }) => sum + part.files, 0);
        assert.equal(files, made.package.files);
        assert.ok(first.papers.some(({ path }: { path: string }) => path === 'cover.pdf'));
        assert.equal(must(await archivist.client.get(`/exports/${made.id}`)).fetches.length, 0);
        refused(await archivist.client.get(`/exports/${made.id}/contents?after=-1`), 422, 'VALIDATION');
      }
      const { items } = must(await archivist.client.get(`/exports?caseId=${id}&state=ready`));
      assert.equal(items.length, 2);
      assert.deepEqual(must(await archivist.client.get(`/exports?caseId=${id}&state=failed`)).items, []);
    });

    itOnFiles('show no list that is not the one signed', async () => {
      const made = await pack(archivist.client, await openCase('被改的包'));
      const key = `${agency.id}/packages/${made.id}.zip`;
      const bytes = Buffer.from(await new Response((await app.deps.work.get(key)) as never).arrayBuffer());
      const at = bytes.lastIndexOf('  verify.html') - 70;
      assert.ok(at > 0);
      bytes[at]! ^= 1;
      await app.deps.work.put(key, bytes);
      refused(await archivist.client.get(`/exports/${made.id}/contents`), 500, 'EXPORT_DAMAGED');
    });
  });
});
