import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { type CaseEvent, caseKind } from '../../server/cases/events.ts';
import { systemActor } from '../../server/deps.ts';
import { type DisposalEvent, disposalKind } from '../../server/disposal/events.ts';
import { uploadKind } from '../../server/ingest/events.ts';
import { KeyDestroyed } from '../../server/ledger/keys.ts';
import { recordKind } from '../../server/records/events.ts';
import { objectKind } from '../../server/records/object-kind.ts';
import { originalKey } from '../../storage/objects/layout.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { approveDisposal, type Bureau, carriedOut, openBureau, passTerm, proposal } from '../support/disposing.ts';
import { pack } from '../support/exports.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';

const actor = systemActor('test');
const NAME = '张三家中现场.mp4';

describe('lawful disposal', () => {
  let app: TestApp;
  let agency: TestAgency;
  let bureau: Bureau;
  let seed = 0;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    bureau = await openBureau(agency);
  });
  after(() => app.destroy());

  const record = async (bytes: Buffer = film(4000, ++seed)) => {
    const id = await bring(bureau.officer.client, bytes, { filename: NAME });
    await settled(agency, id);
    return id;
  };
  const link = async (recordId: string, caseId: string) =>
    must(await bureau.officer.client.post('/links', { items: [{ recordId, caseId }] })).items[0];
  const openCase = async (): Promise<string> =>
    must(await bureau.officer.client.post('/cases', { kind: 'inspection', cause: '占道经营' }), 201).id;
  const propose = (...ids: string[]) => bureau.archivist.client.post('/disposals', proposal(bureau, ids));
  const load = async (id: string) => (await app.deps.ledger.load(recordKind, agency.id, id)).state;

  it('takes two people and a term that is over, and leaves a list and no word of a person', async () => {
    const { officer, archivist, approver } = bureau;
    const bytes = film(4000, ++seed);
    const id = await record(bytes);
    const digest = sha256(bytes);
    refused(await propose(id), 409, 'TERM_NOT_OVER');
    assert.ok(!JSON.stringify(must(await archivist.client.get('/due-records'))).includes(id));
    await passTerm(bureau);
    const due = must(await archivist.client.get('/due-records?limit=200')).items;
    const mine = due.find((item: { id: string }) => item.id === id);
    assert.equal(mine.term.because.rule, 'unlinked');
    assert.deepEqual([mine.inUse, mine.listed], [false, false]);

    const list = must(await propose(id), 201);
    assert.equal(list.state, 'proposed');
    assert.deepEqual(
      list.records.map(({ sha256: of, title }: { sha256: string; title: string }) => [of, title]),
      [[digest, NAME]],
    );
    refused(await propose(id), 409, 'ALREADY_LISTED');
    const both = await agency.person({ roles: ['archivist', 'approver'], departments: [bureau.departmentId] });
    const elsewhere = await agency.person({ roles: ['approver'], departments: [await agency.department()] });
    const yes = { decision: 'approve', reason: '同意销毁' };
    refused(await elsewhere.client.post(`/disposals/${list.id}/answer`, yes), 403, 'FORBIDDEN');
    refused(await archivist.client.post(`/disposals/${list.id}/answer`, yes), 403, 'FORBIDDEN');
    const waiting = must(await approver.client.get('/disposals?waiting=true')).items;
    assert.deepEqual(
      waiting.map((one: { id: string }) => one.id),
      [list.id],
    );
    assert.equal(must(await approver.client.post(`/disposals/${list.id}/answer`, yes)).state, 'approved');
    refused(await approver.client.post(`/disposals/${list.id}/answer`, yes), 409, 'STATE_NOT_ALLOWED');
    await carriedOut(agency, list.id);

    const gone = must(await officer.client.get(`/records/${id}`));
    assert.deepEqual(
      [gone.state, gone.title, gone.name, gone.disposed.basis],
      ['disposed', '', '', `disposal/${list.id}`],
    );
    assert.equal(gone.disposed.object.sha256, digest);
    refused(await officer.client.get(`/records/${id}/manifest`), 410, 'RECORD_DISPOSED');
    for (const kind of ['record', 'upload'])
      await assert.rejects(app.deps.keys.streamKey(agency.id, `${kind}/${id}`), KeyDestroyed);
    assert.equal((await app.deps.ledger.load(uploadKind, agency.id, id)).state?.state, 'disposed');
    const shown = must(await approver.client.get(`/disposals/${list.id}`));
    assert.deepEqual(shown.records[0], {
      ...{ recordId: id, sha256: digest, size: bytes.length, termEnded: mine.term.until },
      ...{ disposed: true, original: 'due' },
    });
    assert.deepEqual(shown.carriedOut.left, []);
    assert.equal(
      await app.deps.evidence.size(originalKey(agency.id, digest)),
      bytes.length,
      'the service deletes nothing',
    );
    refused(await propose(id), 409, 'ALREADY_DISPOSED');
    const own = must(await both.client.post('/disposals', proposal(bureau, [await record()])), 409);
    assert.equal(own.code, 'TERM_NOT_OVER');
  });

  it('is never answered by who proposed it, whatever roles they have', async () => {
    const id = await record();
    await passTerm(bureau);
    const both = await agency.person({ roles: ['archivist', 'approver'], departments: [bureau.departmentId] });
    const list = must(await both.client.post('/disposals', proposal(bureau, [id])), 201);
    for (const decision of ['approve', 'refuse'])
      refused(await both.client.post(`/disposals/${list.id}/answer`, { decision, reason: '自批' }), 403, 'SEGREGATION');
    const no = { decision: 'refuse', reason: '仍有保存价值' };
    assert.equal(must(await bureau.approver.client.post(`/disposals/${list.id}/answer`, no)).state, 'refused');
    assert.equal((await load(id))?.state, 'sealed');
    must(await propose(id), 201);
  });

  it('counts the terms of all cases, and asks them again when it is carried out', async () => {
    const ids = [await record(), await record(), await record()];
    const [open, old] = [await openCase(), await openCase()];
    // An archived case takes no more records.
    await link(ids[0] as string, open);
    await link(ids[1] as string, old);
    await app.deps.ledger.execute(caseKind, agency.id, old, actor, (): CaseEvent[] => [
      { type: 'case.retention-set', data: { period: '10y', reason: '一般检查' } },
      { type: 'case.stage-entered', data: { stage: 'ARCHIVE' } },
    ]);
    await passTerm(bureau);
    const refusal = refused(await propose(...ids), 409, 'TERM_NOT_OVER');
    assert.deepEqual(
      refusal.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['/recordIds/0', '/recordIds/1'],
    );
    const list = must(await propose(ids[2] as string), 201);
    await link(ids[2] as string, open);
    const yes = { decision: 'approve', reason: '同意' };
    refused(await bureau.approver.client.post(`/disposals/${list.id}/answer`, yes), 409, 'TERM_NOT_OVER');
    // As if the answer had come between the link and its entry.
    await app.deps.ledger.execute(disposalKind, agency.id, list.id, actor, (): DisposalEvent[] => [
      { type: 'disposal.approved', data: { reason: '同意' } },
    ]);
    app.deps.signals.emit('disposal.approved', agency.id, list.id);
    const { carriedOut: end } = await carriedOut(agency, list.id);
    assert.deepEqual(end?.left, [{ recordId: ids[2], why: 'term-not-over' }]);
    assert.equal((await load(ids[2] as string))?.state, 'sealed');
  });

  it('is refused while somebody may watch it, and of another department', async () => {
    const id = await record();
    await passTerm(bureau);
    const { officer, approver } = bureau;
    const asked = { reason: 'supervision', text: '抽查', recordIds: [id] };
    const grant = must(await officer.client.post('/grants', asked), 201);
    must(await approver.client.post(`/grants/${grant.id}/answer`, { decision: 'approve', reason: '可' }));
    refused(await propose(id), 409, 'RECORD_IN_USE');
    must(await approver.client.post(`/grants/${grant.id}/revoke`, { reason: '完毕' }));
    const other = await agency.department();
    refused(
      await bureau.archivist.client.post('/disposals', proposal({ departmentId: other }, [id])),
      409,
      'OTHER_DEPARTMENT',
    );
    refused(await propose(id, app.deps.newId()), 422, 'UNKNOWN_REFERENCE');
    must(await propose(id), 201);
  });

  it('waits, once approved, for whoever may watch it, and is refused while a package that holds it is there', async () => {
    const [watched, free, exported] = [await record(), await record(), await record()];
    await passTerm(bureau);
    const { officer, archivist, approver } = bureau;
    const list = must(await propose(watched, free), 201);
    const asked = { reason: 'supervision', text: '抽查', recordIds: [watched] };
    const grant = must(await officer.client.post('/grants', asked), 201);
    must(await approver.client.post(`/grants/${grant.id}/answer`, { decision: 'approve', reason: '可' }));
    // As if the grant had come just after the answer.
    await app.deps.ledger.execute(disposalKind, agency.id, list.id, actor, (): DisposalEvent[] => [
      { type: 'disposal.approved', data: { reason: '同意' } },
    ]);
    app.deps.signals.emit('disposal.approved', agency.id, list.id);
    for (const deadline = Date.now() + 30_000; (await load(free))?.state !== 'disposed'; await sleep(20))
      assert.ok(Date.now() < deadline, 'the other record waits too');
    const { state: waiting } = await app.deps.ledger.load(disposalKind, agency.id, list.id);
    assert.deepEqual([waiting?.state, (await load(watched))?.state], ['approved', 'sealed']);
    must(await approver.client.post(`/grants/${grant.id}/revoke`, { reason: '完毕' }));
    app.deps.signals.emit('disposal.approved', agency.id, list.id);
    assert.deepEqual((await carriedOut(agency, list.id)).carriedOut?.left, []);
    assert.equal((await load(watched))?.state, 'disposed');

    const file = await openCase();
    const { linkId } = await link(exported, file);
    assert.equal((await pack(archivist.client, file)).state, 'ready');
    must(await officer.client.post(`/records/${exported}/links/${linkId}/end`, { reason: '关联有误' }));
    refused(await propose(exported), 409, 'RECORD_IN_USE');
  });

  it('keeps an original that another record refers to, and takes the same bytes in again', async () => {
    const bytes = film(5000, ++seed);
    const first = await record(bytes);
    const object = async () => (await app.deps.ledger.load(objectKind, agency.id, sha256(bytes))).state;
    await passTerm(bureau);
    const second = await record(bytes);
    await carriedOut(agency, await approveDisposal(bureau, [first]));
    const shared = await object();
    assert.deepEqual([shared?.records, shared?.releasedAt, shared?.due], [[second], undefined, true]);
    await passTerm(bureau);
    await carriedOut(agency, await approveDisposal(bureau, [second]));
    assert.ok((await object())?.releasedAt);
    const third = await record(bytes);
    const again = await object();
    assert.deepEqual([again?.records, again?.releasedAt], [[third], undefined]);
    assert.equal((await load(third))?.state, 'sealed');
    assert.equal((await load(third))?.duplicateOf, undefined);
    const file = await openCase();
    assert.equal((await link(first, file)).problem.code, 'STATE_NOT_ALLOWED');
    assert.equal((await link(third, file)).ok, true);
  });
});
