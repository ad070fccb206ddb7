import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, describe, it } from 'mocha';
import { readConfig } from '../../server/config.ts';
import { parseS3Url } from '../../storage/objects/s3-address.ts';
import { type Files, faultsOf, readFiles } from '../support/deployment.ts';

/** Each a mistake that somebody could make, and what is said of it. */
const mistakes: [file: keyof Files, from: string | RegExp, to: string, said: RegExp][] = [
  ['docker-compose.yml', 'OBJECT_LOCK: required', 'OBJECT_LOCKS: required', /OBJECT_LOCKS is no setting/],
  ['docker-compose.yml', 'OBJECT_LOCK: required', 'OBJECT_LOCK: always', /OBJECT_LOCK/],
  ['docker-compose.yml', 'PORT: "3000"', 'PORT: "3001"', /other upstreams/],
  ['docker-compose.yml', 'METRICS_TOKEN_FILE', 'PUBLIC_URL_FILE', /PUBLIC_URL_FILE is no setting/],
  ['docker-compose.yml', '["app-2:/data"]', '["app-1:/data"]', /folder each/],
  ['docker-compose.yml', 'MASTER_KEY_FILE: /run/secrets/master_key', 'LOG_LEVEL: info', /master key of its own/],
  ['docker-compose.yml', 'objects_url, master_key,', 'objects_url,', /MASTER_KEY_FILE names a secret/],
  ['docker-compose.yml', 'healthy.mjs, /healthz', 'healthy.mjs, /health', /\/health is no health path/],
  ['docker-compose.yml', 'caddy:2.11.4', 'caddy:2', /not pinned/],
  ['docker-compose.yml', /pgsty\/silo:\S+/, 'pgsty/silo:latest', /not pinned/],
  ['docker-compose.yml', 'read_only: true', 'read_only: false', /can be written to/],
  ['docker-compose.yml', 'user: "10003:10003"', 'user: "0:0"', /proxy: it runs as root/],
  ['docker-compose.yml', 'cap_drop: [ALL]', 'cap_drop: []', /keeps capabilities/],
  ['docker-compose.yml', 'no-new-privileges:true', 'label:disable', /gain privileges/],
  ['docker-compose.yml', 'max-size: 20m, ', '', /no limit/],
  ['docker-compose.yml', 'memory: 512m, pids: 256', 'pids: 256', /proxy: it has no limits/],
  ['docker-compose.yml', 'back: { internal: true }', 'back: {}', /from outside/],
  ['docker-compose.yml', 'EXPIRY: 9600h', 'EXPIRY: 720h', /drops uploads/],
  ['docker-compose.yml', '  mongo-3:\n    <<', '  mongo-4:\n    <<', /other members/],
  [
    'docker-compose.yml',
    'MINIO_ROOT_PASSWORD_FILE: /run/secrets/s3_root_password',
    'MINIO_ROOT_PASSWORD: x',
    /in clear/,
  ],
  ['docker-compose.yml', 'stop_grace_period: 60s\n  deploy', 'stop_grace_period: 10s\n  deploy', /drained/],
  ['docker-compose.yml', 'condition: service_completed_successfully', 'condition: service_started', /waited for/],
  ['docker-compose.yml', /TRUSTED_PROXIES: .*/, 'TRUSTED_PROXIES: 10.0.0.0/8', /believe the proxy/],
  ['deploy/Caddyfile', 'lb_policy cookie tz_node', 'lb_policy round_robin', /change its process/],
  ['deploy/Caddyfile', 'keepalive 20s', 'keepalive 40s', /has closed/],
  ['deploy/Caddyfile', 'dial_timeout 5s', 'read_timeout 90s', /read_timeout cuts/],
  ['deploy/Caddyfile', 'flush_interval -1', 'request_body { max_size 1GB }', /buffered/],
  ['deploy/Caddyfile', 'health_uri /healthz', 'health_uri /', /no health path/],
  ['deploy/Caddyfile', ':8443}', ':443}', /another port/],
  ['deploy/s3-policy.json', '"s3:PutObjectRetention"', '"s3:BypassGovernanceRetention"', /lift locks/],
  ['deploy/s3-policy.json', 'days": "2"', 'days": "18"', /shorter than 2 days/],
  ['docker-compose.yml', 'OBJECT_LOCK: required', 'OBJECT_LOCK_DAYS: "1"', /shorter than 1 days/],
  ['deploy/s3-policy.json', /tiezheng-work/g, 'work', /other buckets/],
  ['deploy/mongo-users.js', "'mongo-3:27017'", "'mongo-3:27018'", /other members/],
  ['scripts/secrets.sh', 'put "$app" master_key', 'put "$s3" master_key', /master_key is not made for its user/],
  ['Dockerfile', 'USER 10001:10001', 'USER 1:1', /not the image's/],
  ['Dockerfile', /^ARG DEBIAN=.*$/m, 'ARG DEBIAN=debian:stable-slim', /base image/],
  ['.dockerignore', /^secrets$/m, '', /into the image/],
  ['package.json', /"version": "[^"]+"/, '"version": "9.9.9"', /not this version/],
];

describe('docker-compose.yml, image and proxy', () => {
  const files = readFiles();

  it('fit the settings, the health routes and each other', () => {
    assert.deepEqual(faultsOf(files), []);
  });

  for (const [file, from, to, said] of mistakes) {
    it(`would not pass with ${to || `no ${from}`} in ${file}`, () => {
      const changed = files[file].replace(from, to);
      assert.notEqual(changed, files[file], 'nothing was changed');
      assert.match(faultsOf({ ...files, [file]: changed }).join('\n'), said);
    });
  }
});

describe('scripts/secrets.sh', () => {
  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  it('makes secrets that the settings take, once, for nobody else to read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-secrets-'));
    const script = fileURLToPath(new URL('../../scripts/secrets.sh', import.meta.url));
    const run = () =>
      execFileSync(script, ['records.example'], { env: { ...process.env, SECRETS: folder }, stdio: 'pipe' });
    try {
      run();
      const names = readdirSync(folder);
      const texts = () => names.map((name) => readFileSync(join(folder, name), 'utf8'));
      const made = texts();
      run();
      assert.deepEqual(texts(), made);
      assert.deepEqual(readdirSync(folder), names, 'nothing is left over');
      for (const name of names) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
      assert.equal(new Set(made).size, made.length);
      const at = (name: string) => join(folder, name);
      const { DATABASE_URL, OBJECTS_URL, METRICS_TOKEN } = readConfig({
        DATABASE_URL_FILE: at('database_url'),
        OBJECTS_URL_FILE: at('objects_url'),
        METRICS_TOKEN_FILE: at('metrics_token'),
      });
      assert.match(DATABASE_URL ?? '', /@mongo-1:27017,.*\/tiezheng\?replicaSet=tiezheng/);
      assert.equal(parseS3Url(OBJECTS_URL ?? '').endpoint, 'http://s3:9000');
      assert.equal(METRICS_TOKEN?.length, 64);
      assert.match(readFileSync(at('master_key'), 'utf8'), /^[0-9a-f]{64}$/);
      const root = parseS3Url(readFileSync(at('provision_objects_url'), 'utf8').trim()).credentials;
      assert.equal(root?.accessKeyId, readFileSync(at('s3_root_user'), 'utf8').trim());
      assert.notEqual(parseS3Url(OBJECTS_URL ?? '').credentials?.secretAccessKey, root?.secretAccessKey);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
