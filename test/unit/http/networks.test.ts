import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { networkOf } from '../../../server/http/limits.ts';

describe('http/limits: one address', () => {
  it('is an IPv4 address, however it is written', () => {
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.notEqual(networkOf('192.0.2.1'), networkOf('192.0.2.2'));
  });

  it('is the /64 of an IPv6 address, however it is written', () => {
    for (const address of [
      '2001:db8:0:1::',
      '2001:DB8::1:0:0:0:5',
      '2001:db8:0:1:ffff::1',
      '2001:0db8:0000:0001:1:2:3:4',
    ])
      assert.equal(networkOf(address), '2001:db8:0:1::/64', address);
    assert.equal(networkOf('::1'), '0:0:0:0::/64');
    assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
    assert.notEqual(networkOf('2001:db8:0:2::1'), networkOf('2001:db8:0:1::1'));
  });

  it('is whatever it is when it is no address', () => {
    assert.equal(networkOf(''), '');
    assert.equal(networkOf('unknown'), 'unknown');
  });
});
