import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { unpack } from '../../scripts/demo/unpack.ts';
import { openTree } from '../../scripts/tree.ts';
import { verify } from '../../scripts/verify.ts';
import { type RecordState, recordKind } from '../../server/records/events.ts';
import { createSm2Key, signSm2 } from '../../signing/sm2.ts';
import type { Tree } from '../../signing/tree.ts';
import { verifyTree } from '../../signing/verifier.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must } from '../support/client.ts';
import { DISTID, sm2Identity, sm2Issued } from '../unit/signing/sm2-pki.ts';
import { run } from '../unit/signing/support.ts';

describe('an agency with an SM2 certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-sm2-'));
  const settings = join(folder, 'sm2.json');
  let app: TestApp;
  let agency: TestAgency;
  let officer: string;
  let archivist: string;
  let department: string;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    officer = (await agency.person({ roles: ['officer'], departments: [department] })).id;
    archivist = (await agency.person({ roles: ['archivist'] })).id;
    sm2Identity(folder, 'root', 'ca');
    for (const name of ['one', 'two']) sm2Issued(folder, name, 'root', 'signer');
    const signing = [
      'pkeyutl',
      '-sign',
      '-rawin',
      '-digest sm3',
      '-pkeyopt',
      DISTID,
      '-inkey',
      join(folder, 'two.key'),
    ];
    writeFileSync(join(folder, 'sign'), `#!/bin/sh\nexec openssl ${signing.join(' ')}\n`, {
      mode: 0o700,
    });
    // Certificates of openssl begin now, and are used ten minutes later.
    app.clock.advance(602_000);
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true });
  });

  /** The service anew, under what the file then says. */
  const restart = async (naming: Record<string, string>): Promise<Client> => {
    await app.stop();
    writeFileSync(settings, JSON.stringify({ [agency.id]: { ca: 'root.pem', ...naming } }));
    app = await startApp({ config: { SM2_SIGNERS: settings }, dataDir: app.dataDir, clock: app.clock });
    agency = new TestAgency(app, agency.id, agency.code);
    return await agency.signIn(officer);
  };
  const bring = async (client: Client, caseId: string, name: string): Promise<RecordState> => {
    const form = new FormData();
    form.set('caseId', caseId);
    form.set('files', new Blob([`现场检查笔录 ${name}\n`]), name);
    const { id } = must(await client.send('POST', '/records', { body: form }), 201).records[0];
    for (let round = 0; round < 200; round++) {
      const { state } = await app.deps.ledger.load(recordKind, agency.id, id);
      if (state?.state === 'sealed') return state;
      await sleep(25);
    }
    throw new Error('it is not sealed');
  };
  const receipt = async (client: Client, id: string): Promise<string> => {
    const path = join(folder, `${id}.zip`);
    const response = await client.fetch('GET', `/records/${id}/receipt`);
    assert.equal(response.status, 200);
    writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
    return path;
  };
  const exported = async (caseId: string, form: string): Promise<string> => {
    const client = await agency.signIn(archivist);
    const { id } = must(await client.post(`/cases/${caseId}/exports`, { form }), 202);
    for (let round = 0; must(await client.get(`/exports/${id}`)).state !== 'ready'; round++) {
      if (round > 400) throw new Error('the package is not made');
      await sleep(25);
    }
    const path = join(folder, `${id}.${form}`);
    writeFileSync(path, new Uint8Array(await (await client.fetch('GET', `/exports/${id}/content`)).arrayBuffer()));
    return path;
  };
  const accepted = async (path: string, sm2Trust: string): Promise<[boolean, string]> => {
    const said: string[] = [];
    const code = await verify(path, { sm2Trust: join(folder, sm2Trust) }, false, (line) => said.push(line));
    return [code === 0, said.join('\n')];
  };
  const judge = (certificate: string, content: string, signature: string) => {
    const raw = [
      'pkeyutl',
      '-verify',
      '-rawin',
      '-digest',
      'sm3',
      '-pkeyopt',
      DISTID,
      '-certin',
      '-inkey',
      certificate,
    ];
    assert.match(run(folder, 'openssl', ...raw, '-in', content, '-sigfile', signature), /Successfully/);
  };

  const filesOf = async (path: string) => {
    const { tree, close } = await openTree(path);
    const files = new Map<string, Uint8Array>();
    for (const { path } of await tree.list()) files.set(path, Buffer.concat(await Array.fromAsync(tree.read(path))));
    close();
    return files;
  };
  const refusedBy = async (files: Map<string, Uint8Array>, sm2Trust?: string) => {
    const twin: Tree = {
      list: async () => [...files].map(([path, { length: size }]) => ({ path, size, kind: 'file' as const })),
      read: async function* (path) {
        yield files.get(path) as Uint8Array;
      },
    };
    const ids: string[] = [];
    for await (const { id, ok } of verifyTree(twin, sm2Trust === undefined ? {} : { sm2Trust })) if (!ok) ids.push(id);
    return ids;
  };

  it('signs manifests and packages with SM2 too, by key or by program, which openssl and our verifier accept', async () => {
    const first = await restart({ certificate: 'one.pem', key: 'one.key' });
    const body = { kind: 'penalty', cause: '占道经营', departmentId: department, stage: 'INSPECT' };
    const caseId = must(await first.post('/cases', body), 201).id as string;
    const one = await bring(first, caseId, '一.txt');
    const second = await restart({ certificate: 'two.pem', command: 'sign' });
    const two = await bring(second, caseId, '二.txt');
    for (const { id } of [one, two]) {
      const [ok, said] = await accepted(await receipt(second, id), 'root.pem');
      assert.ok(ok && said.includes('SM2 信任根由核验者提供'), said);
    }
    assert.ok(!(await accepted(join(folder, `${one.id}.zip`), 'one.pem'))[0], 'under another root');
    for (const form of ['bag', 'asice']) {
      const [ok, said] = await accepted(await exported(caseId, form), 'root.pem');
      assert.ok(ok && said.includes('2/2'), said);
    }
    const bag = readdirSync(folder).find((name) => name.endsWith('.bag')) as string;
    await unpack(join(folder, bag), join(folder, 'out'));
    const inside = (path: string) => join(folder, 'out', 'bag', path);
    assert.equal(readFileSync(inside('certs/sm2.pem'), 'utf8').match(/BEGIN/g)?.length, 2);
    assert.equal(readFileSync(inside('certs/sm2-ca.pem'), 'utf8'), readFileSync(join(folder, 'root.pem'), 'utf8'));
    judge('two.pem', inside('tagmanifest-sha256.txt'), inside('signatures/tagmanifest-sha256.txt.sm2'));
    judge('one.pem', inside('data/manifests/0001.json'), inside('data/manifests/0001.json.sm2'));
    judge('two.pem', inside('data/manifests/0002.json'), inside('data/manifests/0002.json.sm2'));
  });

  it('refuses what is of another key, or was left out', async () => {
    const client = await agency.signIn(officer);
    const { items } = must(await client.get('/records'));
    const files = await filesOf(await receipt(client, items[0].id));
    assert.deepEqual(await refusedBy(files), []);
    const without = (...paths: string[]) => new Map([...files].filter(([path]) => !paths.includes(path)));
    const all = ['manifest.json.sm2', 'certs/sm2.pem', 'certs/sm2-ca.pem'];
    assert.deepEqual(await refusedBy(without(...all)), ['receipt.list', 'receipt.sealed']);
    for (const path of all) assert.ok((await refusedBy(without(path))).includes('receipt.sm2'), `without ${path}`);
    const stranger = signSm2(files.get('manifest.json') as Uint8Array, createSm2Key(randomBytes), randomBytes);
    const other = await refusedBy(new Map([...files, ['manifest.json.sm2', stranger]]));
    assert.deepEqual(other, ['receipt.list', 'receipt.sm2', 'receipt.sealed']);

    const bag = await filesOf(join(folder, readdirSync(folder).find((name) => name.endsWith('.bag')) as string));
    const over = 'signatures/tagmanifest-sha256.txt.sm2';
    assert.deepEqual(await refusedBy(bag), []);
    const strange = signSm2(bag.get('tagmanifest-sha256.txt') as Uint8Array, createSm2Key(randomBytes), randomBytes);
    for (const signature of [strange, bag.get('data/manifests/0001.json.sm2') as Uint8Array, Buffer.alloc(300_000)])
      assert.deepEqual(await refusedBy(new Map([...bag, [over, signature]])), ['bag.sm2', 'records.sm2']);
    const bare = new Map([...bag].filter(([path]) => path !== over));
    assert.deepEqual(await refusedBy(bare), []);
    const root = readFileSync(join(folder, 'root.pem'), 'utf8');
    assert.deepEqual(await refusedBy(bag, root), []);
    assert.deepEqual(await refusedBy(bare, root), ['bag.sm2']);
  });

  it('is sealed without SM2, and told so, while the program does not answer', async () => {
    const client = await restart({ certificate: 'two.pem', command: 'nowhere' });
    const body = { kind: 'penalty', cause: '占道经营', departmentId: department, stage: 'INSPECT' };
    const caseId = must(await client.post('/cases', body), 201).id as string;
    const { id, sm2, findings } = await bring(client, caseId, '三.txt');
    assert.equal(sm2, undefined);
    assert.ok(findings.some(({ code }) => code === 'sm2-unavailable'));
    const path = await receipt(client, id);
    assert.ok((await verify(path, {}, true, () => {})) === 0);
    assert.ok(!(await accepted(path, 'root.pem'))[0], 'an SM2 signature was asked for');
    assert.ok((await verify(await exported(caseId, 'bag'), {}, true, () => {})) === 0);
  });

  it('does not start under a file that cannot be right', async () => {
    await app.stop();
    const attempt = async (text: string) => {
      writeFileSync(settings, text);
      await assert.rejects(
        startApp({ config: { SM2_SIGNERS: settings }, dataDir: app.dataDir, clock: app.clock }),
        /SM2_SIGNERS/,
        text,
      );
    };
    const naming = { certificate: 'one.pem', ca: 'root.pem', key: 'one.key' };
    const of = (changed: Record<string, string>) => JSON.stringify({ [agency.id]: { ...naming, ...changed } });
    for (const text of [
      '{',
      '{"x": {}}',
      of({ key: 'two.key' }),
      of({ key: 'absent.key' }),
      of({ ca: 'two.pem' }),
      of({ certificate: 'root.pem', key: 'root.key' }),
      of({ command: 'sign' }),
    ])
      await attempt(text);
  });
});
