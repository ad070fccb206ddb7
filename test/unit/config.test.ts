import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ConfigFaults, configSchema, proxiesOf, readConfig, showConfig } from '../../server/config.ts';

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigFaults);
    return error.faults;
  }
};

describe('configuration', () => {
  it('has a default for everything that needs a value, and leaves foreign names alone', () => {
    const config = readConfig({ PATH: '/bin', PORT: '', NODE_ENV: 'x', TIEZHENG: 'x' });
    assert.equal(config.PORT, 3000);
    assert.equal(config.HOST, '127.0.0.1');
    assert.ok(Object.isFrozen(config));
  });

  it('takes whole numbers in digits, within bounds', () => {
    assert.equal(readConfig({ PORT: '0' }).PORT, 0);
    for (const PORT of ['-1', '65536', '1.5', '1e3', '0x10', ' 80', '80 ', 'http', '９', '9'.repeat(20)])
      assert.match(faultsOf({ PORT })[0] ?? '', /^PORT: /, PORT);
  });

  it('takes addresses and ranges of proxies, never all addresses', () => {
    const TRUSTED_PROXIES = '10.0.0.0/8, 192.168.1.1,::1 , fd00::/8,';
    assert.deepEqual(proxiesOf(readConfig({ TRUSTED_PROXIES })), ['10.0.0.0/8', '192.168.1.1', '::1', 'fd00::/8']);
    for (const bad of [
      '0.0.0.0/0',
      '::/0',
      'true',
      '1',
      'localhost',
      '10.0.0.0/33',
      '10.0.0/8',
      '10.0.0.0/8/8',
      '10.0.0.0/08',
    ])
      assert.match(faultsOf({ TRUSTED_PROXIES: bad })[0] ?? '', /^TRUSTED_PROXIES: /, bad);
  });

  it('takes an origin as public address, and nothing behind it', () => {
    assert.equal(readConfig({ PUBLIC_URL: 'https://Evidence.example:443/' }).PUBLIC_URL, 'https://evidence.example');
    for (const bad of [
      'evidence.example',
      'ftp://x',
      'https://x/path',
      'https://x/?q',
      'https://x/#h',
      'https://u:p@x',
      'https://',
    ])
      assert.match(faultsOf({ PUBLIC_URL: bad })[0] ?? '', /^PUBLIC_URL: /, bad);
  });

  it('takes addresses of outside services without a name and password, since it shows them', () => {
    assert.deepEqual(faultsOf({ TSA_URLS: 'https://time.example/tsa, http://127.0.0.1:318' }), []);
    for (const bad of ['time.example', 'ftp://time.example', 'file:///etc/passwd', 'https://u:p@x', 'https://:p@x'])
      assert.match(faultsOf({ TSA_URLS: bad })[0] ?? '', /^TSA_URLS: /, bad);
  });

  it('reads secrets from files, and shows none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-config-'));
    const METRICS_TOKEN_FILE = join(folder, 'token');
    writeFileSync(METRICS_TOKEN_FILE, 'a-token-of-some-length\n');
    const config = readConfig({ METRICS_TOKEN_FILE });
    assert.equal(config.METRICS_TOKEN, 'a-token-of-some-length');
    assert.doesNotMatch(showConfig(config), /a-token/);
    assert.match(showConfig(config), /^METRICS_TOKEN=\(hidden\)$/m);
    assert.match(faultsOf({ METRICS_TOKEN_FILE, METRICS_TOKEN: 'another-token-as-long' }).join(), /too$/);
    assert.match(faultsOf({ METRICS_TOKEN_FILE: join(folder, 'none') }).join(), /^METRICS_TOKEN_FILE: ENOENT/);
    assert.doesNotMatch(faultsOf({ METRICS_TOKEN: 'short' }).join(), /short/);
    rmSync(folder, { recursive: true });
  });

  it('tells all faults at once', () => {
    const names = faultsOf({ PORT: 'x', ZONE: 'x', LOG_LEVEL: 'x', MAX_FILES: '0' }).map(
      (fault) => fault.split(':')[0],
    );
    assert.deepEqual(names.sort(), ['LOG_LEVEL', 'MAX_FILES', 'PORT', 'ZONE']);
  });

  it('says of every setting what it is', () => {
    for (const [name, schema] of Object.entries(configSchema.shape)) assert.ok(schema.description, name);
  });
});
