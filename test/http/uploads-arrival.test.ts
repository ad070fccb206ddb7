import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { things } from '../support/things.ts';
import {
  begin,
  begun,
  bring,
  film,
  head,
  idOf,
  offsetOf,
  patch,
  placeOf,
  program,
  settled,
  sha256,
} from '../support/uploads.ts';

describe('what uploads become', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let dock: Client;
  let seed = 100;
  const fresh = () => film(2000, ++seed);

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    ({ client: dock } = await agency.dock(department));
  });
  after(() => app.destroy());

  const read = async (id: string, by = officer.client) => must(await by.get(`/records/${id}`));
  const codes = (record: { findings: { code: string }[] }) => record.findings.map(({ code }) => code);

  describe('unknown things', () => {
    it('are findings, and the record lies in the inbox', async () => {
      const id = await bring(dock, fresh(), {
        filename: 'DSJ.mp4',
        deviceSerial: '不存在-1',
        filmedBy: 'nobody',
        caseId: '\0',
        subjectId: 'x'.repeat(2000),
        stage: '?',
        capturedFrom: 'yesterday',
        departmentId: '../..',
        source: 'mars',
        confidentiality: 'very',
      });
      const { state, unclaimed, departmentId, source } = await settled(agency, id);
      assert.deepEqual([state, unclaimed, departmentId, source], ['sealed', true, department, 'dock']);
      const found = codes(await read(id));
      for (const code of [
        'unknown-device',
        'unknown-officer',
        'unknown-case',
        'unknown-subject',
        'unreadable-time',
        'unknown-department',
        'unknown-value',
      ]) {
        assert.ok(found.includes(code), `${code} in ${found}`);
      }
    });

    it('are told apart from what is known', async () => {
      const deviceId = await things.devices!.make(agency, department, officer.id);
      const caseId = await things.cases!.make(agency, department);
      const told = { filename: '巡查.mp4', deviceSerial: deviceId, caseId, capturedFrom: '2026-01-02T08:00:00+08:00' };
      const id = await bring(dock, fresh(), told);
      const record = await read(id);
      assert.deepEqual(
        [record.deviceId, record.filmedBy, record.caseIds, record.unclaimed, record.captured.from, record.name],
        [deviceId, officer.id, [caseId], false, '2026-01-02T00:00:00.000Z', '巡查.mp4'],
      );
      assert.deepEqual(codes(record), []);
      await settled(agency, id);
    });

    it('never come from another agency', async () => {
      const other = await foundAgency(app, 'far');
      const there = await other.department();
      const told = {
        filename: 'a.mp4',
        deviceSerial: await things.devices!.make(other, there),
        caseId: await things.cases!.make(other, there),
        filmedBy: (await other.person({ departments: [there] })).id,
        departmentId: there,
      };
      const record = await read(await bring(officer.client, fresh(), told));
      assert.deepEqual(codes(record).sort(), [
        'unknown-case',
        'unknown-department',
        'unknown-device',
        'unknown-officer',
      ]);
      assert.deepEqual([record.departmentId, record.caseIds, record.deviceId], [department, [], undefined]);
    });
  });

  it('keeps names of any language, the last part of a path, and no control characters', async () => {
    for (const [given, kept] of [
      ['执法 📹 ١٢٣ «ёж».mp4', '执法 📹 ١٢٣ «ёж».mp4'],
      ['C:\\DCIM\\100\\视频.mp4', '视频.mp4'],
      ['../../etc/passwd', 'passwd'],
      ['a\u202egnp.exe\u0000\n.mp4', 'agnp.exe.mp4'],
      ['', 'unnamed'],
      ['..', '..'],
    ] as const) {
      const record = await read(await bring(officer.client, fresh(), { filename: given }));
      assert.equal(record.name, kept);
    }
    const gbk = Buffer.from([0xd6, 0xb4, 0xb7, 0xa8, 0x2e, 0x6d, 0x70, 0x34]);
    const answer = await begin(officer.client, { length: 5, told: { filename: gbk } });
    const { state } = await app.deps.ledger.load(
      app.deps.ledger.kinds.ofStream(`upload/${idOf(placeOf(answer))}`)!.kind,
      agency.id,
      idOf(placeOf(answer)),
    );
    assert.equal((state as { arrival: { name: string } }).arrival.name, '执法.mp4');
  });

  describe('what is not footage', () => {
    const refusedOf = async (client: Client, body: Uint8Array, code: string) => {
      const place = await begun(client, { length: body.length, told: { filename: 'a.mp4' } });
      refused(await patch(client, place, 0, body), 422, code);
      assert.equal((await head(client, place)).status, 410);
      assert.equal(await app.deps.work.size(`${agency.id}/uploads/${idOf(place)}`), undefined);
    };

    it('is refused to a person: an executable, an empty file', async () => {
      await refusedOf(officer.client, program, 'FILE_EXECUTABLE');
      refused(await begin(officer.client, { length: 0 }), 422, 'FILE_EMPTY');
    });

    it('is quarantined from a dock, kept and shown with the reason', async () => {
      for (const [body, reason] of [
        [program, 'executable'],
        [new Uint8Array(), 'empty'],
      ] as const) {
        const answer = await begin(dock, { length: body.length, body });
        must(answer, 201);
        const id = idOf(placeOf(answer));
        assert.equal(answer.headers.get('tiezheng-record'), id);
        const { state, quarantineReason, object } = await settled(agency, id);
        assert.deepEqual([state, quarantineReason, object?.sha256], ['quarantined', reason, sha256(body)]);
        assert.equal(await app.deps.evidence.size(`${agency.id}/originals/${sha256(body)}`), body.length);
        refused(await officer.client.get(`/records/${id}/receipt`), 409, 'NOT_SEALED');
      }
    });

    it('is kept with a finding when its type is unknown', async () => {
      const id = await bring(officer.client, Buffer.from([0, 1, 2, 3, 250, 251, 252, 253]), { filename: 'raw.dav' });
      const record = await settled(agency, id);
      assert.equal(record.state, 'sealed');
      assert.ok(codes(record).includes('unknown-type'));
    });
  });

  describe('digests that were declared', () => {
    it('seal when they are right and quarantine when they are wrong', async () => {
      for (const [client, right] of [
        [officer.client, true],
        [officer.client, false],
        [dock, false],
      ] as const) {
        const body = fresh();
        const id = await bring(client, body, {
          filename: 'a.mp4',
          sha256: right ? sha256(body).toUpperCase() : sha256(''),
        });
        const { state, quarantineReason } = await settled(agency, id);
        assert.deepEqual([state, quarantineReason], right ? ['sealed', undefined] : ['quarantined', 'digest-mismatch']);
      }
    });
  });

  describe('the same bytes again', () => {
    it('from the same device are the record that is there, without a byte', async () => {
      const body = fresh();
      const told = { filename: 'a.mp4', deviceSerial: 'K7', sha256: sha256(body) };
      const id = await bring(dock, body, told);
      await settled(agency, id);
      const again = await begin(dock, { length: body.length, told });
      must(again, 201);
      const place = placeOf(again);
      assert.deepEqual([again.headers.get('tiezheng-record'), offsetOf(again)], [id, body.length]);
      assert.notEqual(idOf(place), id);
      assert.equal(offsetOf(await head(dock, place)), body.length);
      assert.equal((await head(dock, place)).headers.get('tiezheng-record'), id);
      refused(await patch(dock, place, 0, body), 409, 'UPLOAD_OFFSET');
      must(await patch(dock, place, body.length, new Uint8Array()), 204);
      assert.equal(await app.deps.work.size(`${agency.id}/uploads/${idOf(place)}`), undefined);
      const other = await begin(dock, { length: body.length, told: { ...told, deviceSerial: 'K8' } });
      assert.equal(offsetOf(other), 0);
    });

    it('by another door are a record of their own, stored once; only who may see the first is told', async () => {
      const body = fresh();
      const first = await bring(dock, body, { filename: 'a.mp4' });
      await settled(agency, first);
      const far = await agency.department();
      const stranger = await agency.person({ roles: ['officer'], departments: [far] });
      for (const [person, told] of [
        [officer, first],
        [stranger, undefined],
      ] as const) {
        const id = await bring(person.client, body, { filename: 'b.mp4', sha256: sha256(body) });
        assert.equal((await settled(agency, id)).state, 'sealed');
        const record = await read(id, person.client);
        assert.equal(record.duplicateOf, told);
        assert.equal(record.object.sha256, sha256(body));
      }
      const originals = await Array.fromAsync(app.deps.evidence.list(`${agency.id}/originals/${sha256(body)}`));
      assert.equal(originals.length, 1);
    });

    it('in another agency are nothing that is known', async () => {
      const body = fresh();
      await settled(agency, await bring(dock, body, { filename: 'a.mp4', deviceSerial: 'K9' }));
      const other = await foundAgency(app, 'other');
      const { client } = await other.dock(await other.department());
      const told = { filename: 'a.mp4', deviceSerial: 'K9', sha256: sha256(body) };
      const answer = await begin(client, { length: body.length, told, body });
      const { duplicateOf, object } = await settled(other, idOf(placeOf(answer)));
      assert.deepEqual([duplicateOf, object?.sha256], [undefined, sha256(body)]);
    });
  });

  it('hides an upload from every other person, dock and agency', async () => {
    const place = await begun(dock, { length: 10 });
    const { client: second } = await agency.dock(department);
    const other = await foundAgency(app, 'alien');
    const { client: alien } = await other.dock(await other.department());
    for (const client of [second, alien, officer.client]) {
      assert.equal((await head(client, place)).status, 404);
      refused(await patch(client, place, 0, new Uint8Array(1)), 404, 'NOT_FOUND');
    }
    assert.equal(offsetOf(await head(dock, place)), 0);
  });
});
