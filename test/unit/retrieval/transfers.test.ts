import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { servedAs } from '../../../server/retrieval/media-type.ts';
import { Transfers } from '../../../server/retrieval/transfers.ts';

const caller = { id: 'p' } as never;
const under = (expiresAt: number) => ({
  chain: 'a',
  viewingId: 'v',
  grantId: 'g',
  caller,
  expiresAt: new Date(expiresAt).toISOString(),
});

describe('retrieval/transfers', () => {
  it('cuts at the end of the grant', async () => {
    const transfers = new Transfers(() => new Date());
    const cutter = new AbortController();
    transfers.begin(under(Date.now() + 60), cutter);
    await sleep(20);
    assert.equal(cutter.signal.aborted, false);
    await sleep(80);
    assert.equal(cutter.signal.aborted, true);
  });

  it('cuts at once what begins at its end, and never early what lasts for months', async () => {
    const transfers = new Transfers(() => new Date());
    const late = new AbortController();
    transfers.begin(under(Date.now()), late);
    assert.equal(late.signal.aborted, true);
    const long = new AbortController();
    const end = transfers.begin(under(Date.now() + 90 * 86_400_000), long);
    await sleep(20);
    assert.equal(long.signal.aborted, false);
    end();
  });

  it('follows the clock of the service, not of the timer', async () => {
    let now = 0;
    const transfers = new Transfers(() => new Date(now));
    const cutter = new AbortController();
    transfers.begin(under(30), cutter);
    await sleep(60);
    assert.equal(cutter.signal.aborted, false);
    now = 30;
    await sleep(60);
    assert.equal(cutter.signal.aborted, true);
  });

  it('forgets what has ended', async () => {
    const transfers = new Transfers(() => new Date());
    const end = transfers.begin(under(Date.now() + 1e6), new AbortController());
    const [transfer] = transfers.of('v');
    assert.ok(transfer);
    end();
    await transfer.ended;
    assert.deepEqual(transfers.all, []);
  });
});

describe('retrieval/media-type', () => {
  it('plays and shows what players show, and never runs anything', () => {
    assert.deepEqual(servedAs('video/mp4'), { mediaType: 'video/mp4', disposition: 'inline' });
    assert.deepEqual(servedAs('Application/PDF'), { mediaType: 'application/pdf', disposition: 'inline' });
    assert.deepEqual(servedAs('text/csv; charset=utf-8'), { mediaType: 'text/csv', disposition: 'attachment' });
    const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    assert.deepEqual(servedAs(docx), { mediaType: docx, disposition: 'attachment' });
    const hostile = [
      'text/html',
      'image/svg+xml',
      'application/xhtml+xml',
      'text/xml',
      'application/xml',
      'text/javascript',
      'video/x\r\nX-A: b',
      '',
      undefined,
    ];
    for (const type of hostile) {
      assert.deepEqual(
        servedAs(type),
        { mediaType: 'application/octet-stream', disposition: 'attachment' },
        String(type),
      );
    }
  });
});
