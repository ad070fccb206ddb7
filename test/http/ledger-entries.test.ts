import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { unpack } from '../../scripts/demo/unpack.ts';
import { verify } from '../../scripts/verify.ts';
import { kinds } from '../../server/kinds.ts';
import { verifyTlogProof } from '../../signing/tlog-proof.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';

describe('the ledger as auditors read it', function () {
  this.timeout(30_000);
  let app: TestApp;
  let agency: TestAgency;
  let [officer, auditor, other]: TestPerson[] = [];
  let record: string;
  let subject: string;
  const footage = film(10_000);
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-entries-'));

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app, 'one');
    const department = await agency.department('执法一队');
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '王警官' });
    auditor = await agency.person({ roles: ['auditor'] });
    other = await (await foundAgency(app, 'two')).person({ roles: ['auditor'] });
    const { client } = await agency.dock(department);
    record = await bring(client, footage, { filename: '现场.mp4' });
    await settled(agency, record);
    const told = { type: 'person', name: '赵某某', idType: 'resident-id', idNumber: '11010519491231002X' };
    subject = must(await officer.client.post('/subjects', told), 201).id;
    must(await officer.client.post(`/subjects/${subject}/reveal`, { fields: ['idNumber'], reason: '核对身份' }));
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = async (query: Record<string, string> = {}) =>
    must(await auditor!.client.get(`/ledger/entries?${new URLSearchParams(query)}`));
  const seqsOf = ({ items }: { items: { seq: number }[] }) => items.map(({ seq }) => seq);
  const typesOf = ({ items }: { items: { events: { type: string }[] }[] }) => [
    ...new Set(items.flatMap(({ events }) => events.map(({ type }) => type))),
  ];

  it('lists every entry newest first, page by page, in words', async () => {
    const { size } = await app.deps.ledgerStore.head(agency.id);
    const seqs: number[] = [];
    for (let after: string | undefined; ; ) {
      const page = await list({ limit: '5', ...(after && { after }) });
      seqs.push(...seqsOf(page));
      after = page.next;
      if (!after) break;
    }
    assert.deepEqual(
      seqs,
      Array.from({ length: size }, (_, at) => size - 1 - at),
    );
    assert.deepEqual(seqsOf(await list({ order: 'asc', limit: '2', after: '3' })), [4, 5]);
    const { items } = await list({ limit: '200' });
    for (const { kind, kindWords, events } of items) {
      assert.deepEqual(kindWords, kinds.all.find(({ name }) => name === kind)?.words.name);
      for (const { type, words } of events) assert.ok(words.zh !== type && words.en, type);
    }
    assert.equal(items.find(({ actor }: { actor: { id: string } }) => actor.id === officer!.id).actor.name, '王警官');
  });

  it('finds by person, thing, kind, event, way in and time', async () => {
    const { items } = await list({ actorId: officer!.id });
    assert.ok(items.length >= 2);
    for (const { actor } of items) assert.equal(actor.id, officer!.id);
    const ofRecord = typesOf(await list({ of: record }));
    for (const type of ['upload.begun', 'record.received', 'record.sealed', 'object.referenced'])
      assert.ok(ofRecord.includes(type), `${type} in ${ofRecord}`);
    assert.ok(typesOf(await list({ of: sha256(footage).toUpperCase() })).includes('record.sealed'));
    assert.deepEqual(typesOf(await list({ type: 'subject.revealed' })), ['subject.revealed']);
    assert.deepEqual(typesOf(await list({ kind: 'subject', of: subject, actorId: officer!.id })).sort(), [
      'subject.registered',
      'subject.revealed',
    ]);
    for (const { actor } of (await list({ via: 'device' })).items) assert.equal(actor.role, 'dock');
    assert.deepEqual((await list({ of: officer!.id, kind: 'device' })).items, []);
    const [{ time, seq }] = (await list({ type: 'record.sealed' })).items;
    const since = seqsOf(await list({ from: time, order: 'asc' }));
    const till = seqsOf(await list({ to: time }));
    assert.ok(since.includes(seq) && !till.includes(seq));
    assert.deepEqual([...till.reverse(), ...since], seqsOf(await list({ order: 'asc' })));
  });

  it('shows nothing personal that the auditor could not read anyway', async () => {
    const text = JSON.stringify(await list({ limit: '200' }));
    for (const secret of ['赵某某', '11010519491231002X', '核对身份', '现场.mp4', '127.0.0.1'])
      assert.ok(!text.includes(secret), secret);
    const whole = async (type: string) =>
      must(await auditor!.client.get(`/ledger/entries/${(await list({ type })).items[0].seq}`));
    const received = await whole('record.received');
    assert.equal(received.opened, true);
    assert.equal(received.events[0].data.name, '现场.mp4');
    const registered = await whole('subject.registered');
    assert.equal(registered.opened, false);
    assert.deepEqual(registered.events[0].data.name, { withheld: true });
    assert.deepEqual(registered.events[0].data.identity.number, { withheld: true });
    const revealed = await whole('subject.revealed');
    assert.deepEqual(revealed.events[0].data, { fields: ['idNumber'], reason: { withheld: true } });
  });

  it('gives the exact bytes of an entry and the proof that the log holds them', async () => {
    const [{ seq, leaf }] = (await list({ type: 'record.sealed' })).items;
    const entry = must(await auditor!.client.get(`/ledger/entries/${seq}`));
    const bytes = Buffer.from(entry.text);
    const [stored] = await app.deps.ledgerStore.range(agency.id, seq, 1);
    assert.ok(bytes.equals(stored!.bytes));
    assert.equal(leaf, createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex'));
    assert.equal(verifyTlogProof(entry.proof.text, bytes, entry.verifierKey).index, seq);
    assert.throws(() => verifyTlogProof(entry.proof.text, Buffer.concat([bytes, Buffer.of(10)]), entry.verifierKey));
    assert.equal(must(await auditor!.client.get(`/ledger/entries/${seq - 1}`)).leaf, entry.prev);
    assert.equal(entry.published, true);
    assert.equal(entry.entries, (await app.deps.ledgerStore.head(agency.id)).size);
  });

  it('gives a zip that the verifier accepts, and refuses with any byte changed', async () => {
    const [{ seq }] = (await list({ type: 'subject.revealed' })).items;
    const zip = join(folder, 'entry.zip');
    const response = await auditor!.client.fetch('GET', `/ledger/entries/${seq}/proof`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-disposition') ?? '', new RegExp(`entry-${seq}\\.zip`));
    writeFileSync(zip, new Uint8Array(await response.arrayBuffer()));
    const fetched = async (path: string) => await (await fetch(`${app.origin}/api/v1${path}`)).text();
    const vkey = (await fetched(`/trust/logs/${agency.id}`)).trim();
    const trust = join(folder, 'ca.pem');
    writeFileSync(trust, await fetched('/trust/ca.pem'));
    const said: string[] = [];
    assert.equal(await verify(zip, { vkey, trust }, false, (line) => said.push(line)), 0, said.join('\n'));
    assert.match(said.join('\n'), /subject\.revealed/);
    assert.equal(await verify(zip, { vkey: vkey.replace('tiezheng', 'other') }, false, () => {}), 1);
    const tree = join(folder, 'entry');
    await unpack(zip, tree);
    for (const [file, find] of [
      ['entry.json', 'officer'],
      ['entry.tlog-proof', 'index'],
      ['checkpoint', agency.id.slice(0, 8)],
    ] as const) {
      const path = join(tree, file);
      const before = readFileSync(path);
      const changed = Buffer.from(before);
      changed[before.indexOf(find)]! ^= 1;
      writeFileSync(path, changed);
      assert.equal(await verify(tree, { vkey, trust }, false, () => {}), 1, file);
      writeFileSync(path, before);
    }
    writeFileSync(join(tree, 'more.txt'), 'x');
    assert.equal(await verify(tree, { vkey, trust }, false, () => {}), 1);
  });

  it('is for auditors of the agency alone, and takes nothing else than it says', async () => {
    const told = must(await auditor!.client.get('/ledger/kinds')).items;
    const types = told.flatMap(({ events }: { events: { type: string }[] }) => events.map(({ type }) => type));
    assert.deepEqual(new Set(types), kinds.eventTypes);
    for (const path of ['/ledger/kinds', '/ledger/entries', '/ledger/entries/0', '/ledger/entries/0/proof']) {
      refused(await officer!.client.get(path), 403, 'FORBIDDEN');
      refused(await app.client().get(path), 401, 'NOT_AUTHENTICATED');
    }
    assert.deepEqual(must(await other!.client.get(`/ledger/entries?of=${record}`)).items, []);
    const theirs = must(await other!.client.get('/ledger/entries?limit=200')).items;
    const { size } = await app.deps.ledgerStore.head(agency.id);
    assert.ok(theirs.length < size);
    for (const path of [
      '/ledger/entries/9999',
      '/ledger/entries/9999/proof',
      '/ledger/entries/-1',
      '/ledger/entries/x',
    ])
      refused(await auditor!.client.get(path), 404, 'NOT_FOUND');
    for (const query of [
      'kind=no',
      'type=record.no',
      'via=x',
      'after=-1',
      'from=yesterday',
      'order=up',
      'limit=0',
      'who=x',
    ])
      refused(await auditor!.client.get(`/ledger/entries?${query}`), 422, 'VALIDATION');
    const expiresAt = new Date(app.deps.now().getTime() + 86_400_000).toISOString();
    const token = must(await auditor!.client.post('/log-tokens', { name: 'x', expiresAt }), 201).token;
    const answer = await app.client().get('/ledger/entries', { authorization: `Bearer ${token}` });
    refused(answer, 403, 'FORBIDDEN');
  });
});
