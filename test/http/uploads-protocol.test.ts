import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import {
  begin,
  begun,
  bring,
  film,
  head,
  idOf,
  metadata,
  OCTETS,
  offsetOf,
  patch,
  placeOf,
  settled,
  sha256,
  TUS,
} from '../support/uploads.ts';

/** What tus 1.0.0 (https://tus.io/protocols/resumable-upload) says of core, creation, creation-with-upload, expiration, termination. */
describe('uploads by the text of tus 1.0.0', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: Client;

  before(async () => {
    app = await startApp({ config: { MAX_FILE_BYTES: '10000000' } });
    agency = await foundAgency(app);
    const department = await agency.department();
    officer = (await agency.person({ roles: ['officer'], departments: [department] })).client;
  });
  after(() => app.destroy());

  const bytes = film(1000);
  const none = new Uint8Array();

  it('tells its abilities to anybody (OPTIONS)', async () => {
    const answer = await app.client().send('OPTIONS', '/uploads');
    must(answer, 204);
    assert.equal(answer.headers.get('tus-version'), '1.0.0');
    assert.equal(answer.headers.get('tus-max-size'), '10000000');
    assert.equal(answer.headers.get('tus-extension'), 'creation,creation-with-upload,expiration,termination');
  });

  it('names the version on every answer, refusals included', async () => {
    const place = await begun(officer, { length: 10 });
    for (const answer of [
      await begin(officer, { length: 1 }),
      await head(officer, place),
      await begin(app.client(), { length: 1 }),
      await officer.send('HEAD', '/uploads/nothing', { headers: TUS }),
      await officer.send('GET', place, { headers: TUS }),
      await patch(officer, place, 5, none),
    ]) {
      assert.equal(answer.headers.get('tus-resumable'), '1.0.0');
    }
  });

  it('takes no request without the version, or with another (412)', async () => {
    const place = await begun(officer, { length: 10 });
    const versions: Record<string, string>[] = [{}, { 'tus-resumable': '0.2.2' }, { 'tus-resumable': '1.0.1' }];
    for (const version of versions) {
      const answer = await officer.send('PATCH', place, {
        headers: { 'content-type': OCTETS['content-type'], 'upload-offset': '0', ...version },
        body: bytes.subarray(0, 10),
      });
      refused(answer, 412, 'TUS_VERSION');
      assert.equal(answer.headers.get('tus-version'), '1.0.0');
    }
    assert.equal(offsetOf(await head(officer, place)), 0);
    const without = await officer.send('POST', '/uploads', { headers: { 'upload-length': '10' } });
    refused(without, 412, 'TUS_VERSION');
  });

  it('creates: 201, Location, and the offset', async () => {
    const answer = await begin(officer, { length: 10 });
    must(answer, 201);
    assert.match(placeOf(answer), /^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
    assert.equal(offsetOf(answer), 0);
    assert.ok(Date.parse(answer.headers.get('upload-expires') ?? '') > Date.now() + 6.9 * 86_400_000);
  });

  it('refuses a length that is none, missing, deferred or too large', async () => {
    for (const length of ['', '-1', '1.5', '0x10', '1e3', ' ', '9'.repeat(30), '007']) {
      const sent = await officer.send('POST', '/uploads', { headers: { ...TUS, 'upload-length': length } });
      refused(sent, 400, 'UPLOAD_LENGTH');
    }
    refused(await officer.send('POST', '/uploads', { headers: TUS }), 400, 'UPLOAD_LENGTH');
    const deferred = await officer.send('POST', '/uploads', { headers: { ...TUS, 'upload-defer-length': '1' } });
    refused(deferred, 400, 'UPLOAD_LENGTH');
    const large = await begin(officer, { length: 10_000_001 });
    refused(large, 413, 'FILE_TOO_LARGE');
    assert.equal(large.headers.get('tus-max-size'), '10000000');
  });

  it('goes on where it was, in pieces, to the end', async () => {
    const place = await begun(officer, { length: bytes.length });
    for (const [from, to] of [
      [0, 1],
      [1, 400],
      [400, 400],
      [400, 999],
    ] as const) {
      const answer = await patch(officer, place, from, bytes.subarray(from, to));
      must(answer, 204);
      assert.equal(offsetOf(answer), to);
      assert.ok(answer.headers.get('upload-expires'));
      assert.equal(offsetOf(await head(officer, place)), to);
    }
    const last = await patch(officer, place, 999, bytes.subarray(999));
    must(last, 204);
    assert.equal(offsetOf(last), 1000);
    assert.equal(last.headers.get('upload-expires'), null);
    assert.equal(last.headers.get('tiezheng-record'), idOf(place));
    const record = await settled(agency, idOf(place));
    assert.deepEqual([record.state, record.object?.sha256], ['sealed', sha256(bytes)]);
  });

  it('shows an upload by HEAD, also when it is finished', async () => {
    const told = { filename: '现场 录像.mp4', place: '人民路' };
    const place = await begun(officer, { length: bytes.length, told });
    const open = await head(officer, place);
    must(open, 200);
    assert.equal(open.headers.get('upload-length'), '1000');
    assert.equal(open.headers.get('upload-metadata'), metadata(told));
    assert.equal(open.headers.get('cache-control'), 'no-store');
    must(await patch(officer, place, 0, bytes), 204);
    for (const wait of [false, true]) {
      if (wait) await settled(agency, idOf(place));
      const done = await head(officer, place);
      assert.deepEqual([done.status, offsetOf(done), done.headers.get('upload-length')], [200, 1000, '1000']);
      must(await patch(officer, place, 1000, none), 204);
      refused(await patch(officer, place, 1000, bytes), 413, 'FILE_TOO_LARGE');
    }
  });

  it('refuses an offset that is not the present one, without a change', async () => {
    const place = await begun(officer, { length: 1000 });
    must(await patch(officer, place, 0, bytes.subarray(0, 100)), 204);
    for (const offset of [0, 99, 101, 1000]) {
      const answer = await patch(officer, place, offset, bytes.subarray(0, 5));
      assert.match(refused(answer, 409, 'UPLOAD_OFFSET').detail, /100/);
    }
    for (const offset of ['', '-1', 'x', '1.0']) {
      const sent = { headers: { ...OCTETS, 'upload-offset': offset }, body: bytes };
      refused(await officer.send('PATCH', place, sent), 400, 'UPLOAD_OFFSET_MISSING');
    }
    refused(await officer.send('PATCH', place, { headers: OCTETS, body: bytes }), 400, 'UPLOAD_OFFSET_MISSING');
    assert.equal(offsetOf(await head(officer, place)), 100);
  });

  it('takes application/offset+octet-stream only (415)', async () => {
    const place = await begun(officer, { length: 1000 });
    for (const type of ['application/octet-stream', 'application/json', 'text/plain', 'multipart/form-data']) {
      refused(await patch(officer, place, 0, bytes, { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
    assert.equal(offsetOf(await head(officer, place)), 0);
  });

  it('refuses more bytes than were declared, and keeps none of them', async () => {
    const place = await begun(officer, { length: 500 });
    must(await patch(officer, place, 0, bytes.subarray(0, 100)), 204);
    refused(await patch(officer, place, 100, bytes), 413, 'FILE_TOO_LARGE');
    const chunked = new Blob([bytes]).stream();
    refused(await patch(officer, place, 100, chunked), 413, 'FILE_TOO_LARGE');
    assert.equal(offsetOf(await head(officer, place)), 100);
    refused(await begin(officer, { length: 10, body: bytes }), 413, 'FILE_TOO_LARGE');
  });

  it('takes chunks without a Content-Length', async () => {
    const place = await begun(officer, { length: bytes.length });
    must(await patch(officer, place, 0, new Blob([bytes.subarray(0, 600)]).stream()), 204);
    const last = await patch(officer, place, 600, new Blob([bytes.subarray(600)]).stream());
    assert.equal(last.headers.get('tiezheng-record'), idOf(place));
  });

  it('takes bytes with the creation, some or all', async () => {
    const some = await begin(officer, { length: bytes.length, body: bytes.subarray(0, 300) });
    must(some, 201);
    assert.equal(offsetOf(some), 300);
    assert.equal(offsetOf(await head(officer, placeOf(some))), 300);
    const all = await begin(officer, { length: bytes.length, body: bytes });
    assert.deepEqual([all.status, offsetOf(all)], [201, 1000]);
    assert.equal(all.headers.get('tiezheng-record'), idOf(placeOf(all)));
    const other = await begin(officer, { length: 1000, body: bytes, headers: { 'content-type': 'video/mp4' } });
    assert.deepEqual([other.status, offsetOf(other)], [201, 0]);
  });

  it('ends an unfinished upload, and no finished one', async () => {
    const place = await begun(officer, { length: 1000 });
    must(await patch(officer, place, 0, bytes.subarray(0, 100)), 204);
    must(await officer.delete(place, TUS), 204);
    assert.equal((await head(officer, place)).status, 410);
    refused(await patch(officer, place, 100, bytes.subarray(100)), 410, 'UPLOAD_GONE');
    refused(await officer.delete(place, TUS), 410, 'UPLOAD_GONE');
    assert.equal(await app.deps.work.size(`${agency.id}/uploads/${idOf(place)}`), undefined);
    const id = await bring(officer, bytes);
    refused(await officer.delete(`/uploads/${id}`, TUS), 409, 'UPLOAD_FINISHED');
    assert.equal((await settled(agency, id)).state, 'sealed');
    refused(await officer.delete(`/uploads/${id}`, TUS), 409, 'UPLOAD_FINISHED');
  });

  it('reads X-HTTP-Method-Override in the place of the method', async () => {
    const place = await begun(officer, { length: 100 });
    const as = (method: string, more = {}) => ({ ...OCTETS, 'x-http-method-override': method, ...more });
    const sent = await officer.send('POST', place, {
      headers: as('PATCH', { 'upload-offset': '0' }),
      body: bytes.subarray(0, 50),
    });
    must(sent, 204);
    assert.equal(offsetOf(await officer.send('POST', place, { headers: as('HEAD') })), 50);
    must(await officer.send('POST', place, { headers: as('DELETE') }), 204);
    refused(await officer.send('POST', place, { headers: as('TRACE') }), 405, 'METHOD_NOT_ALLOWED');
    const foreign = { ...as('PATCH', { 'upload-offset': '0' }), origin: 'https://evil.example' };
    refused(await officer.send('POST', place, { headers: foreign, body: bytes }), 403, 'ORIGIN_REJECTED');
  });

  it('gives no bytes back: GET and PUT are refused', async () => {
    const id = await bring(officer, bytes);
    for (const method of ['GET', 'PUT']) {
      const answer = await officer.send(method, `/uploads/${id}`, { headers: TUS });
      refused(answer, 405, 'METHOD_NOT_ALLOWED');
      assert.match(answer.headers.get('allow') ?? '', /HEAD.*PATCH.*DELETE/);
    }
  });

  it('refuses Upload-Checksum, which it would not check', async () => {
    const place = await begun(officer, { length: 1000 });
    const checksum = { 'upload-checksum': 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=' };
    refused(await patch(officer, place, 0, bytes, checksum), 400, 'UPLOAD_CHECKSUM_UNSUPPORTED');
    assert.equal(offsetOf(await head(officer, place)), 0);
  });

  it('refuses metadata that is malformed', async () => {
    for (const header of [
      'filename YQ==,filename YQ==',
      'filename !!!!',
      'filename YQ=',
      'filename Y',
      'filename YQ== YQ==',
      'файл YQ==',
      'a YQ==,,b YQ==',
      ',',
      'filename YR==',
    ]) {
      const headers = { ...TUS, 'upload-length': '10', 'upload-metadata': Buffer.from(header).toString('latin1') };
      refused(await officer.send('POST', '/uploads', { headers }), 400, 'UPLOAD_METADATA');
    }
    refused(await begin(officer, { length: 10, told: { sha256: 'no digest' } }), 400, 'UPLOAD_METADATA');
    const long = await begin(officer, { length: 10, told: { filename: 'a'.repeat(1025) } });
    refused(long, 422, 'FILE_NAME_TOO_LONG');
    assert.equal((await begin(officer, { length: 10, told: { filename: 'a'.repeat(20_000) } })).status, 431);
  });

  it('takes metadata that is odd and well-formed', async () => {
    for (const header of [
      '',
      'filename',
      'filename ',
      'is_confidential,filename YS5tcDQ=',
      'filename YQ==, place Yg==',
    ]) {
      const headers = { ...TUS, 'upload-length': '10', 'upload-metadata': header };
      must(await officer.send('POST', '/uploads', { headers }), 201);
    }
  });

  it('creates once for an Idempotency-Key, and takes its first bytes once', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await begin(officer, { length: 1000, headers, body: bytes.subarray(0, 300) });
    const again = await begin(officer, { length: 1000, headers, body: bytes.subarray(0, 300) });
    assert.deepEqual([placeOf(again), again.status, offsetOf(again)], [placeOf(first), 201, 300]);
    refused(await begin(officer, { length: 999, headers }), 422, 'IDEMPOTENCY_KEY_REUSED');
    const long = { 'idempotency-key': 'k'.repeat(129) };
    refused(await begin(officer, { length: 1, headers: long }), 400, 'IDEMPOTENCY_KEY_INVALID');
  });

  it('decides who calls before it looks at anything else', async () => {
    const stranger = app.client();
    refused(await stranger.send('POST', '/uploads', { headers: { 'upload-length': 'x' } }), 401, 'NOT_AUTHENTICATED');
    const place = await begun(officer, { length: 10 });
    refused(await patch(stranger, place, 0, bytes), 401, 'NOT_AUTHENTICATED');
    const { client: auditor } = await agency.person({ roles: ['auditor'] });
    refused(await begin(auditor, { length: -1 }), 403, 'FORBIDDEN');
    const colleague = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
    for (const request of [
      patch(colleague.client, place, 0, none),
      colleague.client.delete(place, TUS),
      colleague.client.delete('/uploads/not-an-id', TUS),
    ]) {
      refused(await request, 404, 'NOT_FOUND');
    }
    assert.equal((await head(colleague.client, place)).status, 404);
  });
});
