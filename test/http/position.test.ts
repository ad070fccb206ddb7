import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { begin, film, patch, placeOf } from '../support/uploads.ts';

describe('http: the position in the ledger', () => {
  let app: TestApp;
  let agency: TestAgency;
  let admin: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    admin = await agency.person({ roles: ['sysadmin'] });
  });
  after(() => app.destroy());

  const lengthNow = async () => String((await app.deps.ledgerStore.head(agency.id)).size);
  const at = (position: string) => ({ 'tiezheng-position': position });

  it('is told by what leaves entries, and by nothing else', async () => {
    const written = await admin.client.post('/departments', { name: '巡查一队' });
    assert.equal(written.headers.get('tiezheng-position'), await lengthNow());
    const read = await admin.client.get('/departments');
    assert.equal(read.headers.get('tiezheng-position'), null);
  });

  it('is told by an upload that became a record, and not before', async () => {
    const { client } = await agency.dock(await agency.department());
    const bytes = film(2000, 3);
    const place = placeOf(await begin(client, { length: bytes.length }));
    const half = await patch(client, place, 0, bytes.subarray(0, 1000));
    assert.equal(half.headers.get('tiezheng-position'), null);
    const whole = await patch(client, place, 1000, bytes.subarray(1000));
    assert.ok(Number(whole.headers.get('tiezheng-position')) > 0);
  });

  it('is waited for by whoever carries it', async () => {
    const position = await lengthNow();
    must(await admin.client.get('/departments', at(position)));
    must(await admin.client.post('/departments', { name: '巡查二队' }, at('0')), 201);
  });

  for (const [what, position] of Object.entries({
    'beyond the ledger': '999999999999',
    malformed: '1e3',
    negative: '-1',
    'longer than any': '9'.repeat(40),
  }))
    it(`is refused when it is ${what}`, async () => {
      refused(await admin.client.get('/departments', at(position)), 409, 'POSITION_UNKNOWN');
    });
});
