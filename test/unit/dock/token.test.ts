import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { goesInClear } from '../../../scripts/token.ts';

describe('the token of a dock', () => {
  it('goes in clear to this machine alone, by whatever name that is written', () => {
    const ours = [
      'http://127.0.0.1:3000',
      'http://127.8.0.1',
      'http://[::1]:3000',
      'http://localhost',
      'http://a.localhost',
    ];
    for (const url of [...ours, 'http://2130706433/', 'https://records.example'])
      assert.equal(goesInClear(url), false, url);
    const others = [
      'records.example',
      '10.0.0.1',
      '[2001:db8::1]',
      '0.0.0.0',
      'localhost.example',
      '127.0.0.1.example',
    ];
    for (const host of others) assert.equal(goesInClear(`http://${host}:3000`), true, host);
  });
});
