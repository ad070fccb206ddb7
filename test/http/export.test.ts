import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { openTree } from '../../scripts/tree.ts';
import { type ExportEvent, exportKind } from '../../server/archive/events.ts';
import { watchCancelled } from '../../server/archive/watch-cancelled.ts';
import { systemActor } from '../../server/deps.ts';
import { type RecordEvent, type RecordState, recordKind } from '../../server/records/events.ts';
import { type CheckLine, verifyTree } from '../../signing/verifier.ts';
import { packageKey } from '../../storage/objects/layout.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { packed, slowDisk } from '../support/exports.ts';

const DAY = 86_400_000;
const run = (command: string, args: string[], cwd?: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('export of a case', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;
  let archivist: TestPerson;
  let folder: string;

  before(async () => {
    app = await startApp({ config: { DIGESTS: 'sha256' } });
    agency = await foundAgency(app);
    const department = await agency.department('=1+1 科');
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
    archivist = await agency.person({ roles: ['archivist'], name: '吴档案' });
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-export-'));
  });

  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const openCase = async () => {
    const body = { kind: 'penalty', cause: '占道经营', departmentId: (await me()).departments[0].id, stage: 'INSPECT' };
    return must(await officer.client.post('/cases', body), 201).id as string;
  };
  /** Time goes by; sessions have ended by then. */
  const later = async (milliseconds: number) => {
    app.clock.advance(milliseconds);
    archivist.client.cookie = (await agency.signIn(archivist.id)).cookie;
    officer.client.cookie = (await agency.signIn(officer.id)).cookie;
  };
  const me = async () => must(await officer.client.get('/session'));

  const bring = async (caseId: string, name: string, content: string): Promise<string> => {
    const form = new FormData();
    form.set('caseId', caseId);
    form.set('stage', 'INSPECT');
    form.set('files', new Blob([content]), name);
    const answer = await officer.client.send('POST', '/records', { body: form });
    return must(answer, 201).records[0].id;
  };

  const sealed = async (id: string): Promise<RecordState> => {
    for (let round = 0; round < 200; round++) {
      const { state } = await app.deps.ledger.load(recordKind, agency.id, id);
      if (state?.state !== 'received') return state as RecordState;
      await sleep(25);
    }
    throw new Error(`${id} is not sealed`);
  };

  const settled = async (id: string) => await packed(archivist.client, id);

  const request = async (caseId: string, body = {}) =>
    must(await archivist.client.post(`/cases/${caseId}/exports`, body), 202);

  const fetched = async (id: string, name: string): Promise<string> => {
    const response = await archivist.client.fetch('GET', `/exports/${id}/content`);
    assert.equal(response.status, 200);
    const path = join(folder, name);
    writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
    return path;
  };

  const checklist = async (path: string): Promise<CheckLine[]> => {
    const { tree, close } = await openTree(path);
    const lines: CheckLine[] = [];
    for await (const line of verifyTree(tree, { trust: app.deps.signer.caPem })) lines.push(line);
    close();
    return lines;
  };

  it('makes a package that every check accepts', async () => {
    const caseId = await openCase();
    const one = await bring(caseId, '=HYPERLINK("x").txt', '现场检查笔录\n');
    await Promise.all([sealed(one), bring(caseId, '二.txt', 'x').then(sealed)]);
    const asked = await request(caseId);
    assert.equal(asked.state, 'queued');
    const done = await settled(asked.id);
    assert.equal(done.state, 'ready', JSON.stringify(done));
    const path = await fetched(asked.id, 'a.zip');
    const bytes = readFileSync(path);
    assert.equal(bytes.length, done.package.size);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), done.package.sha256);
    const lines = await checklist(path);
    assert.deepEqual(
      lines.filter(({ ok }) => !ok),
      [],
    );
    const text = bytes.toString('utf8');
    assert.ok(text.includes("'=HYPERLINK"), 'a title that is a formula is made harmless in the contents list');
  });

  it('makes the same tree as an ASiC-E container, for readers who take a zip as a stream too', async () => {
    const caseId = await openCase();
    await sealed(await bring(caseId, '容器.txt', '现场检查笔录\n'));
    const asked = await request(caseId, { form: 'asice' });
    assert.equal(asked.form, 'asice');
    const done = await settled(asked.id);
    assert.equal(done.state, 'ready', JSON.stringify(done));
    assert.match(done.package.name, /\.asice$/);
    assert.equal(done.package.caution, undefined);
    const path = await fetched(asked.id, 'a.asice');
    const lines = await checklist(path);
    assert.deepEqual(
      lines.filter(({ ok }) => !ok),
      [],
    );
    assert.ok(lines.some(({ id }) => id === 'asic.signature'));
    const bytes = readFileSync(path);
    assert.equal(bytes.toString('latin1', 30, 69), 'mimetypeapplication/vnd.etsi.asic-e+zip');
    for (let at = 0; at < bytes.length && bytes.readUInt32LE(at) === 0x04034b50; ) {
      assert.deepEqual([bytes.readUInt16LE(at + 6), bytes.readUInt16LE(at + 8)], [0, 0], 'no descriptor, stored');
      at += 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28) + bytes.readUInt32LE(at + 18);
    }
    const folded = join(folder, 'container');
    run('unzip', ['-q', path, '-d', folded]);
    const cms = ['cms', '-verify', '-cades', '-binary', '-purpose', 'any', '-inform', 'DER', '-out', '/dev/null'];
    const content = ['-in', 'META-INF/signature001.p7s', '-content', 'META-INF/ASiCManifest001.xml'];
    const attime = ['-attime', String(Math.ceil(app.deps.now().getTime() / 1000) + 1)];
    run('openssl', [...cms, ...content, ...attime, '-CAfile', 'certs/ca.pem'], folded);
    const sm3 = "cut -c67- metadata/digests-sm3.txt | xargs openssl dgst -sm3 -r | tr '*' ' '";
    assert.equal(run('sh', ['-c', sm3], folded), readFileSync(join(folded, 'metadata/digests-sm3.txt'), 'utf8'));
    assert.equal((await archivist.client.post(`/cases/${caseId}/exports`, { form: 'tar' })).status, 422);
  });

  it('says of a container with more than 1,000 files that many judges refuse it', async () => {
    const { ledger, newId } = app.deps;
    const actor = { id: archivist.id, role: 'archivist', via: 'session' } as const;
    const sha256 = 'a'.repeat(64);
    const cautionOf = async (form: 'bag' | 'asice', files: number) => {
      const id = newId();
      const packed = { sha256, size: 1, files, caseVersion: 1, tagmanifest: sha256, name: 'x' };
      const events: ExportEvent[] = [
        { type: 'export.requested', data: { caseId: newId(), form } },
        { type: 'export.packaged', data: packed },
      ];
      await ledger.execute(exportKind, agency.id, id, actor, () => events);
      return must(await archivist.client.get(`/exports/${id}`)).package.caution;
    };
    assert.match(await cautionOf('asice', 1001), /1001 files/);
    assert.equal(await cautionOf('asice', 1000), undefined);
    assert.equal(await cautionOf('bag', 5000), undefined);
  });

  it('is downloaded by range under one entry an hour', async () => {
    const caseId = await openCase();
    const { id } = await settled((await request(caseId)).id);
    const whole = readFileSync(await fetched(id, 'b.zip'));
    const ranged = await archivist.client.fetch('GET', `/exports/${id}/content`, { headers: { range: 'bytes=10-19' } });
    assert.equal(ranged.status, 206);
    assert.deepEqual(Buffer.from(await ranged.arrayBuffer()), whole.subarray(10, 20));
    assert.match(ranged.headers.get('content-disposition') ?? '', /filename\*=UTF-8''%E6%A1%88%E5%8D%B7-/);
    assert.equal(must(await archivist.client.get(`/exports/${id}`)).fetches.length, 1);
    await later(2 * 3_600_000);
    await (await archivist.client.fetch('HEAD', `/exports/${id}/content`)).text();
    assert.equal(must(await archivist.client.get(`/exports/${id}`)).fetches.length, 2);
  });

  it('refuses while a record is not sealed, naming it', async () => {
    const caseId = await openCase();
    const { ledger, newId } = app.deps;
    const id = newId();
    const actor = { id: officer.id, role: 'officer', via: 'session' } as const;
    const arrival = {
      door: 'tus',
      source: 'dock',
      kind: 'video',
      title: '未到',
      name: 'a.mp4',
      size: 5,
      declared: {},
    } as const;
    const data = {
      ...arrival,
      departmentId: 'd',
      uploadedBy: officer.id,
      confidentiality: 'ordinary' as const,
      findings: [],
    };
    const events: RecordEvent[] = [
      { type: 'record.received', data },
      { type: 'record.linked', data: { linkId: newId(), caseId } },
    ];
    await ledger.execute(recordKind, agency.id, id, actor, () => events);
    const { errors } = refused(await archivist.client.post(`/cases/${caseId}/exports`, {}), 409, 'NOT_SEALED');
    assert.ok(errors[0].detail.includes(id));
  });

  itOnFiles('fails, naming the record, when an original is not what was sealed', async () => {
    const caseId = await openCase();
    const record = await sealed(await bring(caseId, '损坏.txt', '会被改动的内容'));
    const { localPath } = app.deps.evidence;
    assert.ok(localPath && record.object);
    const path = await app.deps.evidence.localPath!(`${agency.id}/originals/${record.object.sha256}`);
    const bytes = readFileSync(path);
    bytes[0]! ^= 1;
    chmodSync(path, 0o600);
    writeFileSync(path, bytes);
    const done = await settled((await request(caseId)).id);
    assert.equal(done.state, 'failed');
    assert.deepEqual(done.failure, { code: 'DIGEST_MISMATCH', recordIds: [record.id], at: done.failure.at });
    refused(await archivist.client.get(`/exports/${done.id}/content`), 409, 'EXPORT_NOT_READY');
    writeFileSync(path, Buffer.from('短'));
    assert.equal((await settled((await request(caseId)).id)).failure.code, 'DIGEST_MISMATCH');
  });

  it('repeats its answer for a repeated request', async () => {
    const caseId = await openCase();
    const key = { 'idempotency-key': 'once' };
    const first = must(await archivist.client.post(`/cases/${caseId}/exports`, {}, key), 202);
    const again = must(await archivist.client.post(`/cases/${caseId}/exports`, {}, key), 202);
    assert.equal(again.id, first.id);
    refused(
      await archivist.client.post(`/cases/${caseId}/exports`, { reason: '别的' }, key),
      422,
      'IDEMPOTENCY_KEY_REUSED',
    );
    assert.equal(must(await archivist.client.get(`/exports?caseId=${caseId}`)).items.length, 1);
  });

  it('ends what is being packed once it is cancelled, here or by another process, and leaves no bytes', async () => {
    const caseId = await openCase();
    await sealed(await bring(caseId, '取消.txt', '现场检查笔录\n'));
    const gone = async (id: string) => {
      while (await app.deps.documents.get('export-progress', id)) await sleep(25);
      assert.equal(await app.deps.work.size(packageKey(agency.id, id)), undefined);
      assert.equal(must(await archivist.client.get(`/exports/${id}`)).state, 'cancelled');
      refused(await archivist.client.get(`/exports/${id}/content`), 409, 'EXPORT_NOT_READY');
    };
    const packing = async () => {
      const { id } = await request(caseId);
      while (must(await archivist.client.get(`/exports/${id}`)).state !== 'packing') await sleep(25);
      return id as string;
    };
    let disk = slowDisk(app.deps);
    const here = await packing();
    refused(await archivist.client.post(`/exports/${here}/cancel`, {}), 422, 'VALIDATION');
    refused(await officer.client.post(`/exports/${here}/cancel`, { reason: '误选案件' }), 403, 'FORBIDDEN');
    const told = must(await archivist.client.post(`/exports/${here}/cancel`, { reason: '误选案件' }));
    assert.deepEqual([told.state, told.cancelled.by, told.cancelled.reason], ['cancelled', archivist.id, '误选案件']);
    disk.end();
    await gone(here);
    refused(await archivist.client.post(`/exports/${here}/cancel`, { reason: '再次' }), 409, 'EXPORT_SETTLED');

    disk = slowDisk(app.deps);
    const there = await packing();
    const { signal, end } = watchCancelled(app.deps, agency.id, there);
    const event: ExportEvent = { type: 'export.cancelled', data: { reason: '误选案件' } };
    await app.deps.ledger.execute(exportKind, agency.id, there, systemActor('test'), () => [event]);
    if (!signal.aborted) await once(signal, 'abort');
    end();
    disk.end();
    await gone(there);
    assert.equal((await settled((await request(caseId)).id)).state, 'ready');
  });

  it('is for archivists of the same agency only', async () => {
    const caseId = await openCase();
    const { id } = await settled((await request(caseId)).id);
    for (const role of ['officer', 'reviewer', 'approver', 'auditor', 'sysadmin', 'secadmin'] as const) {
      const { client } = await agency.person({ roles: [role], departments: [(await me()).departments[0].id] });
      refused(await client.post(`/cases/${caseId}/exports`, {}), 403, 'FORBIDDEN');
      refused(await client.get(`/exports/${id}/content`), 403, 'FORBIDDEN');
    }
    const other = await foundAgency(app, 'other');
    const { client } = await other.person({ roles: ['archivist'] });
    refused(await client.post(`/cases/${caseId}/exports`, {}), 404, 'NOT_FOUND');
    refused(await client.get(`/exports/${id}`), 404, 'NOT_FOUND');
    refused(await client.get(`/exports/${id}/content`), 404, 'NOT_FOUND');
    assert.deepEqual(must(await client.get('/exports')).items, []);
    refused(await app.client().get(`/exports/${id}/content`), 401, 'NOT_AUTHENTICATED');
  });

  it('deletes the package after its days, leaving an entry', async () => {
    const caseId = await openCase();
    const { id } = await settled((await request(caseId)).id);
    await later(app.deps.config.PACKAGE_DAYS * DAY + 1);
    app.deps.signals.emit('export.requested', agency.id, id);
    for (let round = 0; round < 200 && must(await archivist.client.get(`/exports/${id}`)).state === 'ready'; round++)
      await sleep(25);
    assert.equal(must(await archivist.client.get(`/exports/${id}`)).state, 'deleted');
    refused(await archivist.client.get(`/exports/${id}/content`), 410, 'EXPORT_GONE');
    assert.equal(await app.deps.work.size(`${agency.id}/packages/${id}.zip`), undefined);
  });
});
