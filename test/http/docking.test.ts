import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { systemActor } from '../../server/deps.ts';
import type { Mark } from '../../server/policy/original-carriers.ts';
import { type RecordEvent, recordKind } from '../../server/records/events.ts';
import { verifyDetached } from '../../signing/cms.ts';
import { sha256 as digestOf } from '../../signing/digest.ts';
import { type DockDay, encodeDockDay } from '../../signing/dock-day.ts';
import { demandPermit, type Erasing } from '../../signing/erase-permit.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { bring, pdf, program, settled, sha256 } from '../support/uploads.ts';

describe('erase permits and statements of docks', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let dock: { id: string; client: Client };
  let count = 0;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    dock = await agency.dock(department);
  });
  after(() => app.destroy());

  /** A sealed file from the dock, and what the dock says of it when it asks. */
  async function sealed(told: Record<string, string> = {}, bytes: Uint8Array = pdf(`dock ${++count}`)) {
    const name = `TA00716_JX0227_2026112309${String(++count).padStart(4, '0')}.pdf`;
    const id = await bring(dock.client, bytes, { filename: name, ...told });
    const { manifest } = await settled(agency, id);
    const asked = { name, sha256: sha256(bytes), size: bytes.length };
    return { id, asked, manifest: manifest?.sha256 ?? '', place: `/records/${id}/erase-permit` };
  }

  const trust = () => {
    const { caPem } = app.deps.signer;
    return { given: caPem, inside: caPem, signer: '', time: undefined };
  };

  it('are signed for one file, one dock and one time, and given once', async () => {
    const { id, asked, manifest, place } = await sealed();
    assert.equal(must(await dock.client.get('/dock')).id, dock.id);
    assert.deepEqual(must(await dock.client.post(`${place}/check`, asked)), { erasable: true });
    refused(await dock.client.get(place), 404, 'NOT_FOUND');
    const given = must(await dock.client.post(place, asked), 201);
    assert.deepEqual(must(await dock.client.post(place, asked)), given);
    assert.deepEqual(must(await officer.client.get(place)), given);
    const erasing: Erasing = { ...asked, agency: agency.id, record: id, dock: dock.id, manifest, now: app.clock.now() };
    const demand = (changed: Partial<Erasing>, statement: string = given.statement) =>
      demandPermit(Buffer.from(statement), Buffer.from(given.signature, 'base64'), trust(), { ...erasing, ...changed });
    assert.equal(demand({}).permit, given.id);
    for (const [changed, code] of [
      [{ record: dock.id }, 'PERMIT_OTHER'],
      [{ dock: id }, 'PERMIT_OTHER'],
      [{ agency: id }, 'PERMIT_OTHER'],
      [{ name: 'b.pdf' }, 'PERMIT_OTHER'],
      [{ sha256: 'a'.repeat(64) }, 'PERMIT_OTHER'],
      [{ size: 1 }, 'PERMIT_OTHER'],
      [{ manifest: 'a'.repeat(64) }, 'PERMIT_OTHER'],
      [{ now: new Date(given.expiresAt) }, 'PERMIT_EXPIRED'],
      [{ now: new Date(0) }, 'PERMIT_EARLY'],
    ] as const) {
      assert.throws(() => demand(changed), { code });
    }
    const longer = given.statement.replace(given.expiresAt, '2099-01-01T00:00:00.000Z');
    assert.throws(() => demand({}, longer), { code: 'CMS_DIGEST_MISMATCH' });
    assert.throws(() => demand({}, `${given.statement} `), { name: 'ProofError' });
  });

  it('are for the dock that brought the file alone', async () => {
    const { id, asked, place } = await sealed();
    refused(await officer.client.post(place, asked), 403, 'FORBIDDEN');
    const { client: second } = await agency.dock(department);
    refused(await second.post(place, asked), 403, 'FORBIDDEN');
    const given = must(await dock.client.post(place, asked), 201);
    const erasure = { permit: given.id, at: app.clock.now().toISOString() };
    refused(await second.post(`/records/${id}/erasures`, erasure), 403, 'FORBIDDEN');
    refused(await dock.client.post(`/records/${id}/erasures`, { ...erasure, permit: id }), 404, 'NOT_FOUND');
  });

  it('tell of the erasure, once, in the history of the record', async () => {
    const { id, asked, place } = await sealed();
    const { id: permit } = must(await dock.client.post(place, asked), 201);
    const at = app.clock.now().toISOString();
    const done = must(await dock.client.post(`/records/${id}/erasures`, { permit, at }));
    assert.equal(done.erased.at, at);
    assert.deepEqual(
      must(await dock.client.post(`/records/${id}/erasures`, { permit, at: '2026-01-01T00:00:00Z' })),
      done,
    );
    const { items } = must(await officer.client.get(`/records/${id}/history`));
    const types = items.map(({ type }: { type: string }) => type);
    assert.deepEqual(types.slice(-2), ['record.erase-permitted', 'record.card-erased']);
    assert.notEqual(must(await dock.client.post(place, asked), 201).id, permit);
  });

  it('end after their term, and are given anew', async () => {
    const { asked, place } = await sealed();
    const first = must(await dock.client.post(place, asked), 201);
    app.clock.advance(24 * 3_600_000 + 1000);
    officer.client = await agency.signIn(officer.id);
    assert.notEqual(must(await dock.client.post(place, asked), 201).id, first.id);
  });

  describe('are refused', () => {
    const corrected = async (id: string, mark: Mark) => {
      const event: RecordEvent = { type: 'record.corrected', data: { fields: { mark }, reason: '现场受阻' } };
      await app.deps.ledger.execute(recordKind, agency.id, id, systemActor('test'), () => [event]);
    };

    it('for footage of coercion and obstruction, marked at the camera or later, or by its case', async () => {
      for (const mark of ['coercion', 'obstruction']) {
        const { asked, place } = await sealed({ mark });
        refused(await dock.client.post(place, asked), 409, 'CARD_IS_ORIGINAL');
      }
      const { id, asked, place } = await sealed({ mark: 'key' });
      must(await dock.client.post(place, asked), 201);
      await corrected(id, 'obstruction');
      refused(await dock.client.post(place, asked), 409, 'CARD_IS_ORIGINAL');
      for (const [kind, stage] of [
        ['coercion', undefined],
        ['penalty', 'COERCE'],
      ]) {
        const opened = must(
          await officer.client.post('/cases', { kind, cause: '占道', departmentId: department }),
          201,
        );
        const linked = await sealed({ caseId: opened.id, ...(stage && { stage }) });
        refused(await dock.client.post(linked.place, linked.asked), 409, 'CARD_IS_ORIGINAL');
      }
    });

    it('for another file, and while something is open about the record', async () => {
      const { asked, place } = await sealed();
      refused(await dock.client.post(place, { ...asked, size: asked.size + 1 }), 409, 'CARD_OTHER_FILE');
      refused(await dock.client.post(place, { ...asked, sha256: 'a'.repeat(64) }), 409, 'CARD_OTHER_FILE');
      const unclear = await sealed({ mark: '9' });
      refused(await dock.client.post(unclear.place, unclear.asked), 409, 'CARD_DOUBTFUL');
      const quarantined = await sealed({}, program);
      refused(await dock.client.post(quarantined.place, quarantined.asked), 409, 'RECORD_QUARANTINED');
    });

    it('before it is sealed', async () => {
      const { id } = await sealed();
      const { state } = await app.deps.ledger.load(recordKind, agency.id, id);
      const waiting = app.deps.newId();
      const { dockId = '', departmentId, uploadedBy, name, size } = state!;
      const event: RecordEvent = {
        type: 'record.received',
        data: {
          ...{ door: 'tus', source: 'dock', kind: 'text', title: name, name, size, declared: {}, departmentId },
          ...{ uploadedBy, dockId, confidentiality: 'ordinary', findings: [] },
        },
      };
      await app.deps.ledger.execute(recordKind, agency.id, waiting, systemActor('test'), () => [event]);
      const asked = { name, sha256: 'a'.repeat(64), size };
      refused(await dock.client.post(`/records/${waiting}/erase-permit`, asked), 409, 'NOT_SEALED');
    });
  });

  it('state a day of a device, signed for the dock', async () => {
    const day: DockDay = {
      v: 1,
      kind: 'tiezheng.dock-day',
      ...{ agency: agency.id, dock: dock.id, day: '2026-11-23' },
      ...{ zone: 'Asia/Shanghai', madeAt: '2026-11-23T10:00:00.000Z', device: 'TA00716', clockOffsetMs: -600_000 },
      seen: [{ name: '执法.mp4', size: 10, sha256: 'a'.repeat(64), state: 'sealed' }],
      findings: [{ code: 'clock-offset', detail: '-600 s' }, { code: 'sequence-gap' }, { code: 'sequence-gap' }],
    };
    const statement = Buffer.from(encodeDockDay(day)).toString('utf8');
    const given = must(await dock.client.post('/dock-days', { statement }), 201);
    assert.equal(given.statement, statement);
    assert.deepEqual(given.findings, [
      { code: 'clock-offset', count: 1 },
      { code: 'sequence-gap', count: 2 },
    ]);
    const contentSha256 = digestOf(Buffer.from(statement));
    verifyDetached({ cms: Buffer.from(given.signature, 'base64'), contentSha256, trust: [app.deps.signer.caPem] });
    assert.deepEqual(must(await officer.client.get(`/dock-days/${given.id}`)), given);
    const { items } = must(await officer.client.get('/dock-days?device=TA00716'));
    assert.deepEqual([items.length, items[0].id], [1, given.id]);
    assert.equal(must(await officer.client.get('/dock-days?day=2026-11-22')).items.length, 0);
    for (const wrong of [`${statement} `, statement.replace(dock.id, department), '{}', 'no'])
      refused(await dock.client.post('/dock-days', { statement: wrong }), 422, 'VALIDATION');
    refused(await officer.client.post('/dock-days', { statement }), 403, 'FORBIDDEN');
  });
});
