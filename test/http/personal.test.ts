import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { timeSignature } from '../../server/seal/timestamper.ts';
import { packagePaths } from '../../signing/package-layout.ts';
import { signSm2 } from '../../signing/sm2.ts';
import { readSm2Key } from '../../signing/sm2-key.ts';
import { decodeStatement } from '../../signing/statement.ts';
import { verifyTree } from '../../signing/verifier.ts';
import { openZip } from '../../signing/zip.ts';
import { foundAgency, type PersonOptions, TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Answer, must, refused } from '../support/client.ts';
import { tiezheng } from '../support/process.ts';
import { things } from '../support/things.ts';
import { bring, film, settled } from '../support/uploads.ts';
import { opensslIdentity, opensslIssued, p256 } from '../unit/signing/pki.ts';
import { closeBag, type Files, treeOf } from '../unit/signing/sample.ts';
import { sm2Identity, sm2Issued } from '../unit/signing/sm2-pki.ts';

const PASSWORD = 'correct horse battery 71';

describe('personal signatures', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let folder: string;
  let officer: TestPerson;
  let record: string;

  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-personal-'));
    opensslIdentity(folder, 'root', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
    const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation'];
    for (const name of ['chen', 'other']) opensslIssued(folder, name, 'root', p256, extensions);
    opensslIdentity(folder, 'foreign', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
    opensslIssued(folder, 'chen2', 'foreign', p256, extensions);
    sm2Identity(folder, 'sm2-root', 'ca');
    sm2Issued(folder, 'chen-sm2', 'sm2-root', 'signer');
    write(
      'all.pem',
      readFileSync(join(folder, 'root.pem'), 'utf8') + readFileSync(join(folder, 'sm2-root.pem'), 'utf8'),
    );
    app = await startApp({ config: { PERSONAL_CA: join(folder, 'all.pem') } });
    // Certificates of openssl begin now.
    app.clock.advance(2000);
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await withPassword({
      roles: ['officer'],
      departments: [department],
      name: 'chen',
      certificateNo: 'ZF-0071',
    });
    record = await bring(officer.client, film(3000, 1), { filename: 'a.mp4' });
    await settled(agency, record);
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true });
  });

  async function withPassword(options: PersonOptions): Promise<TestPerson> {
    const person = await agency.person(options);
    await agency.setPassword(person.id, PASSWORD);
    return person;
  }

  const statementOf = async () => must(await officer.client.get(`/records/${record}/confirmations/statement`));
  const confirm = (signature: object, headers = {}) =>
    officer.client.post(`/records/${record}/confirmations`, { signature }, headers);
  async function confirmed(password = PASSWORD): Promise<Answer['body']> {
    const { sha256: statement } = await statementOf();
    return must(await confirm({ statement, password }), 201);
  }

  /** Manifests and signature made anew by the system's own hand: what is wrong inside must be found inside. */
  async function closedAgain(files: Files): Promise<Files> {
    const closed = closeBag(new Map(files), () => new Uint8Array());
    const list = closed.get(packagePaths.tagManifest)!;
    const timed = await timeSignature(app.deps.timestamper, await app.deps.signer.sign(list), list);
    return closed.set(packagePaths.signature, timed!.signature).set(packagePaths.timestamp, timed!.tsr);
  }

  it('are over the bytes that were shown, and verify with openssl', async () => {
    const shown = await statementOf();
    const answer = await confirmed();
    assert.equal(answer.statement, shown.statement);
    assert.equal(answer.standing, 'self-issued');
    assert.match(answer.words.zh, /系统自签/);
    assert.match(answer.signer, /^SERIALNUMBER=ZF-0071, CN=chen, O=测试机关/);
    const { purpose, signer, stream, version, digests } = decodeStatement(Buffer.from(shown.statement));
    const known = must(await officer.client.get(`/records/${record}`));
    assert.deepEqual(
      { purpose, signer, stream },
      { purpose: 'record.confirmation', signer: officer.id, stream: `record/${record}` },
    );
    assert.equal(digests.object, known.object.sha256);
    assert.equal(answer.version, version);
    const { items } = must(await officer.client.get(`/records/${record}/confirmations`));
    write('statement', shown.statement);
    write('signature', Buffer.from(items[0].signature, 'base64'));
    write('ca.pem', app.deps.signer.caPem);
    const attime = String(Math.ceil(app.clock.now().getTime() / 1000) + 60);
    const check = `cms -verify -attime ${attime} -cades -binary -purpose any -inform DER -in signature`.split(' ');
    openssl(...check, '-content', 'statement', '-CAfile', 'ca.pem', '-out', 'out');
    write('statement', shown.statement.replace(`"version":${version}`, `"version":${version + 1}`));
    assert.throws(() => openssl(...check, '-content', 'statement', '-CAfile', 'ca.pem', '-out', 'out'));
    const issued = must(await (await agency.person({ roles: ['secadmin'] })).client.get('/certificates')).items;
    assert.deepEqual(issued.filter(({ use }: { use: string }) => use === 'personal').length, 1);
  });

  it('are refused when what was shown is no longer so, and repeated by their Idempotency-Key', async () => {
    const { sha256: statement } = await statementOf();
    const first = must(await confirm({ statement, password: PASSWORD }, { 'idempotency-key': 'once' }), 201);
    refused(await confirm({ statement, password: PASSWORD }), 409, 'STATEMENT_CHANGED');
    const again = must(await confirm({ statement, password: PASSWORD }, { 'idempotency-key': 'once' }), 201);
    assert.equal(again.sha256, first.sha256);
  });

  it('ask for the password each time; a wrong one counts as at the log-in', async () => {
    const person = await withPassword({ roles: ['officer'], departments: [department], name: '李四' });
    const path = `/records/${record}/confirmations`;
    const tried = async (password: string) => {
      const { sha256: statement } = must(await person.client.get(`${path}/statement`));
      return await person.client.post(path, { signature: { statement, password } });
    };
    for (let i = 0; i < 3; i++) refused(await tried('wrong'), 401, 'LOGIN_FAILED');
    refused(await tried(PASSWORD), 429, 'LOGIN_DELAYED');
    app.clock.advance(2000);
    must(await tried(PASSWORD), 201);
  });

  it('stay the same person’s after a change of password; one set by another ends the certificate', async () => {
    const next = 'quite another staple 94';
    const before = await confirmed();
    must(await officer.client.post('/session/password', { current: PASSWORD, next }), 204);
    const after = await confirmed(next);
    assert.equal(after.serial, before.serial);
    const administrator = (await agency.person({ roles: ['secadmin'] })).client;
    const { oneTimePassword } = must(await administrator.post(`/people/${officer.id}/password-reset`, { reason: 'x' }));
    const { items } = must(await administrator.get('/certificates'));
    const old = items.find(({ serial }: { serial: string }) => serial === before.serial);
    assert.equal(old.revoked.reason, 'superseded');
    officer.client = await agency.signIn(officer.id);
    must(await officer.client.post('/session/password', { current: oneTimePassword, next: PASSWORD }), 204);
    assert.notEqual((await confirmed()).serial, before.serial);
  });

  it('may be made with a key of one’s own: reliable under an outside authority, else refused', async () => {
    const { statement: text, sha256: statement } = await statementOf();
    const signedBy = (name: string, content = text) => {
      write('statement', content);
      const args = ['cms', '-sign', '-binary', '-in', 'statement', '-signer', `${name}.pem`, '-inkey', `${name}.key`];
      openssl(...args, '-outform', 'DER', '-out', 'own.p7s');
      return { statement, cms: readFileSync(join(folder, 'own.p7s')).toString('base64') };
    };
    const refusedBy = async (signature: object) =>
      refused(await confirm(signature), 422, 'SIGNATURE_REFUSED').detail as string;
    assert.match(await refusedBy(signedBy('chen2')), /CERT_UNTRUSTED/);
    assert.match(await refusedBy(signedBy('other')), /SIGNER_OTHER/);
    assert.match(await refusedBy(signedBy('chen', `${text} `)), /CMS_DIGEST_MISMATCH/);
    assert.match(await refusedBy({ statement, cms: Buffer.from('x').toString('base64') }), /CMS_MALFORMED/);
    assert.match(await refusedBy({ statement, sm2: 'MAA=', certificate: 'x' }), /CERT_MALFORMED/);
    const right = signedBy('chen');
    const cut = Buffer.from(right.cms, 'base64');
    cut[cut.length - 1]! ^= 1;
    assert.match(await refusedBy({ statement, cms: cut.toString('base64') }), /CMS_SIGNATURE_INVALID/);
    const answer = must(await confirm(right), 201);
    assert.equal(answer.standing, 'reliable');
    assert.equal(answer.words.zh, '可靠的电子签名');
  });

  it('may be SM2 with SM3, as a UKey signs', async () => {
    const { statement: text, sha256: statement } = await statementOf();
    const file = (name: string) => readFileSync(join(folder, name), 'utf8');
    const key = readSm2Key(file('chen-sm2.key'));
    const over = (content: string) => ({
      ...{ statement, certificate: file('chen-sm2.pem') },
      sm2: Buffer.from(signSm2(Buffer.from(content), key, randomBytes)).toString('base64'),
    });
    const wrong = refused(await confirm(over(`${text}x`)), 422, 'SIGNATURE_REFUSED');
    assert.match(wrong.detail, /SM2_SIGNATURE_INVALID/);
    const answer = must(await confirm(over(text)), 201);
    assert.deepEqual([answer.form, answer.standing], ['sm2', 'reliable']);
  });

  it('go with an approver’s answer and an archivist’s order', async () => {
    const approver = await withPassword({ roles: ['approver'], departments: [department], name: '王五' });
    const asked = { reason: 'supervision', text: '抽查', recordIds: [record], seconds: 600, viewings: 2 };
    const auditor = await agency.person({ roles: ['auditor'] });
    const { id } = must(await auditor.client.post('/grants', asked), 201);
    const decision = { decision: 'approve', reason: '同意', viewings: 1 };
    const { sha256: statement } = must(await approver.client.post(`/grants/${id}/answer/statement`, decision));
    const answer = (body: object) =>
      approver.client.post(`/grants/${id}/answer`, { ...body, signature: { statement, password: PASSWORD } });
    refused(await answer({ ...decision, viewings: 2 }), 409, 'STATEMENT_CHANGED');
    const grant = must(await answer(decision));
    assert.equal(grant.state, 'live');
    assert.equal(decodeStatement(Buffer.from(grant.answered.signature.statement)).purpose, 'grant.answer');

    const archivist = await withPassword({ roles: ['archivist'], name: '赵六' });
    const caseId = await things.cases!.make(agency, department);
    const order = { reason: '归档' };
    const shown = must(await archivist.client.post(`/cases/${caseId}/exports/statement`, order));
    const signature = { statement: shown.sha256, password: PASSWORD };
    const made = must(await archivist.client.post(`/cases/${caseId}/exports`, { ...order, signature }), 202);
    assert.match(made.signature.signer, /CN=赵六/);
    assert.equal(made.signature.statement, shown.statement);
    const state = async () => must(await archivist.client.get(`/exports/${made.id}`)).state;
    while ((await state()) !== 'ready') await sleep(20);
  });

  it('go into the package of a case, where each is verified', async () => {
    const caseId = await things.cases!.make(agency, department);
    must(await officer.client.post('/links', { items: [{ recordId: record, caseId }] }));
    const archivist = await agency.person({ roles: ['archivist'] });
    const { id } = must(await archivist.client.post(`/cases/${caseId}/exports`, {}), 202);
    while (must(await archivist.client.get(`/exports/${id}`)).state !== 'ready') await sleep(20);
    const content = await archivist.client.fetch('GET', `/exports/${id}/content`);
    const files = await unzipped(new Uint8Array(await content.arrayBuffer()));
    const linesOf = (changed: Files) => Array.fromAsync(verifyTree(treeOf(changed), { trust: app.deps.signer.caPem }));
    const line = (await linesOf(files)).find((each) => each.id === 'personal.signatures');
    assert.equal(line?.ok, true, String(line?.detail));
    assert.match(line?.detail ?? '', /系统自签证书的个人签名.*本人证书的签名/s);
    assert.deepEqual(
      (await linesOf(files)).filter(({ ok }) => !ok),
      [],
    );

    /** Ids of the lines that refuse a package whose manifests and signature were made anew by the system's own hand. */
    const refusedBy = async (changed: Files) =>
      (await linesOf(await closedAgain(changed))).flatMap((each) => (each.ok ? [] : [each.id]));
    assert.deepEqual(await refusedBy(files), []);
    const signatures = [...files.keys()].filter((path) => path.startsWith('data/signatures/'));
    assert.equal(signatures.length, 9);
    const { items } = must(await officer.client.get(`/records/${record}/confirmations`));
    const oneOfEach = new Map(
      items.map(({ form, standing, sha256 }: { form: string; standing: string; sha256: string }) => [
        form + standing,
        `data/signatures/${sha256}`,
      ]),
    ) as Map<string, string>;
    assert.equal(oneOfEach.size, 3);
    for (const path of oneOfEach.values()) {
      assert.deepEqual(await refusedBy(without(files, path)), ['personal.signatures'], path);
      const cut = Uint8Array.from(files.get(path)!);
      cut[cut.length - 3]! ^= 4;
      assert.deepEqual(await refusedBy(new Map([...files, [path, cut]])), ['personal.signatures'], path);
    }
    const stray = new Map([...files, [`data/signatures/${'0'.repeat(64)}`, Buffer.from('x')]]);
    assert.deepEqual(await refusedBy(stray), ['personal.signatures']);
  });

  it('are found whole by fsck, and their keys go over to another master key', async () => {
    const before = await confirmed();
    await app.stop();
    const faults: string[] = [];
    await check(app.place, ({ grade, where, what }) => {
      if (grade === 'fault') faults.push(`${where}: ${what}`);
    });
    assert.deepEqual(faults, []);
    const next = join(folder, 'next.key');
    const { code, err } = await tiezheng(['rewrap', next], app.place);
    assert.equal(code, 0, err);
    app = await startApp({ dataDir: app.dataDir, clock: app.clock, config: { MASTER_KEY_FILE: next } });
    officer.client = await new TestAgency(app, agency.id, agency.code).signIn(officer.id);
    assert.equal((await confirmed()).serial, before.serial);
  });
});

const without = (files: Files, path: string): Files => new Map([...files].filter(([name]) => name !== path));

/** The files of a zip. */
async function unzipped(zip: Uint8Array): Promise<Files> {
  const tree = await openZip({ size: zip.length, read: async (start, end) => zip.subarray(start, end) }, crc32);
  const files: Files = new Map();
  for (const { path } of await tree.list())
    files.set(path.replace(/^bag\//, ''), Buffer.concat(await Array.fromAsync(tree.read(path))));
  return files;
}
