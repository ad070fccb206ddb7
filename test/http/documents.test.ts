import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Answer, type Client, must, refused } from '../support/client.ts';
import { things } from '../support/things.ts';
import { bring, film, pdf, program, settled, sha256 } from '../support/uploads.ts';

type File = [name: string, bytes: Uint8Array | string];
const LIMIT = 200_000;

describe('documents by form', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: Client;
  let dock: Client;
  let count = 0;
  const fresh = () => pdf(`document ${++count}`);

  before(async () => {
    app = await startApp({ config: { MAX_DOCUMENT_BYTES: String(LIMIT), MAX_FILES: '4' } });
    agency = await foundAgency(app);
    department = await agency.department();
    officer = (await agency.person({ roles: ['clerk'], departments: [department] })).client;
    dock = (await agency.dock(department)).client;
  });
  after(() => app.destroy());

  function formOf(files: File[], fields: [string, string][] = []): FormData {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    for (const [name, bytes] of files) form.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
    return form;
  }

  const send = (files: File[], fields: [string, string][] = [], headers = {}, by = officer) =>
    by.send('POST', '/records', { body: formOf(files, fields), headers });

  /** A body written by hand, with the boundary `x`. */
  const raw = (text: string | Uint8Array, headers: Record<string, string> = {}) =>
    officer.send('POST', '/records', {
      headers: { 'content-type': 'multipart/form-data; boundary=x', ...headers },
      body: typeof text === 'string' ? Buffer.from(text) : text,
    });
  const part = (disposition: string, body = pdf().toString('latin1')) =>
    `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${body}\r\n`;

  const records = async () => (await app.deps.documents.find('record', { chain: agency.id, limit: 1000 })).items.length;
  const incoming = async () => {
    const keys: string[] = [];
    for await (const { key } of app.deps.work.list(`${agency.id}/uploads/`)) {
      const id = key.split('/').at(-1) ?? '';
      if (!(await app.deps.documents.get('record', id))) keys.push(key);
    }
    return keys;
  };
  /** Nothing was kept: no record, no bytes. */
  async function without(make: () => Promise<void>): Promise<void> {
    const before = await records();
    await make();
    assert.equal(await records(), before);
    // The answer may come before the bytes are gone.
    for (let i = 0; i < 50 && (await incoming()).length > 0; i++) await sleep(20);
    assert.deepEqual(await incoming(), []);
  }

  it('become records, in the order of the files, with the fields of the form', async () => {
    const files: File[] = [
      ['询问笔录.pdf', fresh()],
      ['现场 照片 📷.txt', '一段文字'],
    ];
    const caseId = await things.cases!.make(agency, department);
    const told: [string, string][] = [
      ['title', '询问笔录'],
      ['place', '人民路 1 号'],
      ['source', 'scan'],
      ['carrier', '纸质原件，存档案室'],
      ['comparedBy', '张三'],
      ['caseId', caseId],
      ['sha256', sha256(files[0]![1])],
      ['sha256', sha256(files[1]![1])],
    ];
    const { records: made } = must(await send(files, told), 201);
    assert.deepEqual(
      made.map(({ name, title, mediaType, kind, state, caseIds }: never) => [
        name,
        title,
        mediaType,
        kind,
        state,
        caseIds,
      ]),
      [
        ['询问笔录.pdf', '询问笔录', 'application/pdf', 'text', 'received', [caseId]],
        ['现场 照片 📷.txt', '询问笔录', 'text/plain', 'text', 'received', [caseId]],
      ],
    );
    assert.deepEqual(made[0].carrier, { original: '纸质原件，存档案室', comparedBy: '张三' });
    for (const [i, [, bytes]] of files.entries()) {
      const { state, object } = await settled(agency, made[i].id);
      assert.deepEqual([state, object?.sha256], ['sealed', sha256(bytes)]);
    }
    assert.deepEqual(await incoming(), []);
  });

  it('keep names of any kind, and nothing of a path', async () => {
    for (const [given, kept] of [
      ['../../../etc/执法.pdf', '执法.pdf'],
      ['C:\\资料\\a.pdf', 'a.pdf'],
      ['a"b\'c;d.pdf', 'a"b\'c;d.pdf'],
      ['50%25 %0a.pdf', '50%25 .pdf'],
      ['‮fdp.exe.pdf', 'fdp.exe.pdf'],
      ['ملف.pdf', 'ملف.pdf'],
      ['.pdf', '.pdf'],
      [`${'长'.repeat(300)}.pdf`, `${'长'.repeat(300)}.pdf`],
    ] as const) {
      const { records: made } = must(await send([[given, fresh()]]), 201);
      assert.equal(made[0].name, kept);
    }
    await without(async () => {
      refused(await send([[`${'长'.repeat(350)}.pdf`, fresh()]]), 422, 'FILE_NAME_TOO_LONG');
    });
    const encoded = part(`name="f"; filename*=UTF-8''%E6%96%87%E4%B9%A6.pdf`);
    assert.equal(must(await raw(`${encoded}--x--\r\n`), 201).records[0].name, '文书.pdf');
  });

  it('that are cut short leave nothing', async () => {
    const whole = `${part('name="a"; filename="a.pdf"')}${part('name="b"; filename="b.pdf"')}--x--\r\n`;
    await without(async () => {
      for (const at of [10, 60, 90, whole.length / 2, whole.length - 12, whole.length - 5]) {
        refused(await raw(whole.slice(0, at)), 400, 'MULTIPART_MALFORMED');
      }
      refused(await raw(''), 400, 'MULTIPART_MALFORMED');
      refused(await send([['\u0000.pdf', fresh()]]), 400, 'MULTIPART_MALFORMED');
      refused(await raw('--y\r\n\r\n--y--'), 400, 'MULTIPART_MALFORMED');
      refused(await raw(part('name="a"; filename="a.pdf"', 'x'.repeat(100_000))), 400, 'MULTIPART_MALFORMED');
    });
  });

  it('are multipart/form-data with a boundary, and nothing else', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data', 'multipart/mixed; boundary=x']) {
      refused(await raw('--x--\r\n', { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
    refused(
      await raw('--x--\r\n', { 'content-type': 'multipart/form-data; charset=utf-8' }),
      400,
      'MULTIPART_MALFORMED',
    );
  });

  it('are none where there is no file', async () => {
    await without(async () => {
      refused(await send([], [['title', 'x']]), 422, 'VALIDATION');
      refused(await raw('--x--\r\n'), 422, 'VALIDATION');
      const unnamed = 'name="f"; filename=""\r\nContent-Type: application/octet-stream';
      refused(await raw(`${part(unnamed, '')}--x--\r\n`), 422, 'VALIDATION');
      refused(await raw(`${part(unnamed)}--x--\r\n`), 400, 'MULTIPART_MALFORMED');
    });
  });

  it('are all taken or none: each fault by its own code', async () => {
    const cases: [File, number, string][] = [
      [['run.pdf', program], 422, 'FILE_EXECUTABLE'],
      [['empty.pdf', ''], 422, 'FILE_EMPTY'],
      [['what.xyz', Buffer.from([0, 1, 2, 255, 254])], 415, 'FILE_TYPE_NOT_ALLOWED'],
      [['big.pdf', Buffer.concat([fresh(), Buffer.alloc(LIMIT)])], 413, 'FILE_TOO_LARGE'],
    ];
    await without(async () => {
      for (const [bad, status, code] of cases) {
        refused(await send([['a.pdf', fresh()], bad, ['b.pdf', fresh()]]), status, code);
      }
      const wrong: [string, string] = ['sha256', sha256('other')];
      refused(await send([['a.pdf', fresh()]], [wrong]), 422, 'DIGEST_MISMATCH');
      refused(await send([['a.pdf', fresh()]], [['sha256', 'no digest']]), 400, 'UPLOAD_METADATA');
    });
  });

  it('come within limits', async () => {
    await without(async () => {
      const five = Array.from({ length: 5 }, (_, i): File => [`${i}.pdf`, fresh()]);
      refused(await send(five), 413, 'TOO_MANY_FILES');
      refused(await send([['a.pdf', fresh()]], [['title', 'x'.repeat(8193)]]), 422, 'VALIDATION');
      refused(await send([['a.pdf', fresh()]], [['x'.repeat(101), '1']]), 422, 'VALIDATION');
      const many = Array.from({ length: 65 }, (_, i): [string, string] => [`f${i}`, '1']);
      refused(await send([['a.pdf', fresh()]], many), 422, 'VALIDATION');
      refused(await raw(part(`name="f"; filename="${'y'.repeat(20_000)}"`)), 400, 'MULTIPART_MALFORMED');
    });
    must(await send([['exact.txt', 'x'.repeat(LIMIT)]]), 201);
  });

  it('have fields that are known, and text', async () => {
    await without(async () => {
      for (const name of ['unknown', '__proto__', 'constructor', 'title[x]', 'title[0][y]', 'TITLE']) {
        refused(await send([['a.pdf', fresh()]], [[name, 'x']]), 422, 'VALIDATION');
      }
    });
    const { records: made } = must(
      await send(
        [['a.pdf', fresh()]],
        [
          ['caseId', '\0\ud800'],
          ['filmedBy', 'x'],
        ],
      ),
      201,
    );
    assert.deepEqual(made[0].findings.map(({ code }: { code: string }) => code).sort(), [
      'unknown-case',
      'unknown-officer',
    ]);
  });

  it('from docks are quarantined where a person would be refused', async () => {
    const told: [string, string][] = [['sha256', sha256('other')]];
    for (const [file, reason] of [
      [['a.pdf', program], 'executable'],
      [['a.pdf', ''], 'empty'],
      [['a.pdf', fresh()], 'digest-mismatch'],
    ] as [File, string][]) {
      const { records: made } = must(await send([file], reason === 'digest-mismatch' ? told : [], {}, dock), 201);
      const { state, quarantineReason } = await settled(agency, made[0].id);
      assert.deepEqual([state, quarantineReason], ['quarantined', reason]);
    }
    const { records: odd } = must(await send([['x.dat', Buffer.from([0, 1, 2, 255])]], [], {}, dock), 201);
    assert.equal((await settled(agency, odd[0].id)).state, 'sealed');
  });

  it('answer a repeated request as the first, and refuse another under its key', async () => {
    const files: File[] = [
      ['a.pdf', fresh()],
      ['b.pdf', fresh()],
    ];
    const key = { 'idempotency-key': 'form-1' };
    const first = must(await send(files, [['title', 't']], key), 201);
    for (const { id } of first.records) await settled(agency, id);
    await without(async () => {
      assert.deepEqual(must(await send(files, [['title', 't']], key), 201), first);
      refused(await send(files.slice(0, 1), [['title', 't']], key), 422, 'IDEMPOTENCY_KEY_REUSED');
      refused(await send(files, [['title', 'other']], key), 422, 'IDEMPOTENCY_KEY_REUSED');
      refused(await send(files, [['title', 't']], { 'idempotency-key': '' }), 400, 'IDEMPOTENCY_KEY_INVALID');
    });
    const { client: colleague } = await agency.person({ roles: ['clerk'], departments: [department] });
    const other = must(await send(files, [['title', 't']], key, colleague), 201);
    assert.notEqual(other.records[0].id, first.records[0].id);
  });

  it('answer equal requests that come at once with the same records', async () => {
    const files: File[] = [['a.pdf', fresh()]];
    const key = { 'idempotency-key': 'at-once' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(files, [], key)));
    const ids = new Set(answers.map((answer: Answer) => must(answer, 201).records[0].id));
    assert.equal(ids.size, 1);
    await settled(agency, [...ids][0]!);
    assert.deepEqual(await incoming(), []);
  });

  it('that are there already are told as duplicates, or as the record of the same device', async () => {
    const bytes = fresh();
    const first = must(await send([['a.pdf', bytes]], [['deviceSerial', 'SCAN-1']], {}, dock), 201).records[0].id;
    await settled(agency, first);
    await without(async () => {
      const again = must(await send([['b.pdf', bytes]], [['deviceSerial', 'SCAN-1']], {}, dock), 200);
      assert.equal(again.records[0].id, first);
    });
    const second = must(await send([['c.pdf', bytes]]), 201).records[0].id;
    await settled(agency, second);
    assert.equal(must(await officer.get(`/records/${second}`)).duplicateOf, first);
    const footage = film(3000, 9);
    const filmed = await bring(dock, footage);
    await settled(agency, filmed);
    const third = must(await send([['d.mp4', footage]]), 201).records[0].id;
    await settled(agency, third);
    assert.equal(must(await officer.get(`/records/${third}`)).duplicateOf, filmed);
  });

  it('of a client that goes away leave nothing', async () => {
    await without(async () => {
      for (const bytes of [0, 100, 70_000]) {
        const sent = request(`${app.origin}/api/v1/records`, {
          method: 'POST',
          headers: { cookie: officer.cookie ?? '', 'content-type': 'multipart/form-data; boundary=x' },
        });
        sent.on('error', () => {});
        sent.write(part('name="a"; filename="a.pdf"'));
        sent.write(part('name="b"; filename="b.pdf"', pdf().toString('latin1') + 'x'.repeat(bytes)).slice(0, -4));
        await sleep(60);
        sent.destroy();
        await sleep(60);
      }
    });
  });

  it('are refused before the body is read: who may not, and what is too large', async () => {
    const ask = (headers: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(new URL(app.origin).port), '127.0.0.1', () => {
          socket.write(
            `POST /api/v1/records HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n${headers}\r\n\r\n`,
          );
        });
        socket.once('data', (answer) => {
          resolve(answer.toString());
          socket.destroy();
        });
      });
    assert.match(await ask('Content-Length: 1000000000'), /^HTTP\/1.1 401 /);
    assert.match(await ask(`Cookie: ${officer.cookie}\r\nContent-Length: 1000000000`), /^HTTP\/1.1 413 /);
    const { client: auditor } = await agency.person({ roles: ['auditor'] });
    assert.match(await ask(`Cookie: ${auditor.cookie}\r\nContent-Length: 100`), /^HTTP\/1.1 403 /);
  });

  it('that go on after the refusal are not read to their end', async () => {
    const socket = connect(Number(new URL(app.origin).port), '127.0.0.1');
    const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const head = `Cookie: ${officer.cookie}\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=x`;
    socket.write(`POST /api/v1/records HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
    const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
    socket.write(chunk(part('name="a"; filename="a.txt"', 'x'.repeat(LIMIT + 1)).slice(0, -2)));
    let sent = 0;
    const megabyte = chunk('x'.repeat(1_048_576));
    while (!socket.destroyed && sent < 200) {
      if (!socket.write(megabyte)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), cut]);
      sent += 1;
    }
    await cut;
    assert.match(answer, /^HTTP\/1.1 413 [\s\S]*FILE_TOO_LARGE/);
    assert.ok(sent < 60, `${sent} MiB were read`);
    assert.deepEqual(await incoming(), []);
  });
});
