import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkKey, keyOfPath, pathOfKey } from '../../../storage/objects/key-path.ts';
import {
  areaPrefix,
  evidenceKey,
  manifestKey,
  originalKey,
  packageKey,
  parseEvidenceKey,
  parseWorkKey,
  signatureKey,
  uploadKey,
  workKey,
} from '../../../storage/objects/layout.ts';
import { InvalidKey } from '../../../storage/objects/object-store.ts';

const AGENCY = '019aaf3e-8c1b-7d52-9a40-0123456789ab';
const DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('layout of object keys', () => {
  it('builds the keys of the design', () => {
    assert.equal(originalKey(AGENCY, DIGEST), `${AGENCY}/originals/${DIGEST}`);
    assert.equal(manifestKey(AGENCY, DIGEST), `${AGENCY}/manifests/${DIGEST}.json`);
    assert.equal(signatureKey(AGENCY, DIGEST), `${AGENCY}/signatures/${DIGEST}.p7s`);
    assert.equal(uploadKey(AGENCY, 'u-1'), `${AGENCY}/uploads/u-1`);
    assert.equal(packageKey(AGENCY, 'x_1'), `${AGENCY}/packages/x_1.zip`);
    assert.equal(areaPrefix(AGENCY, 'packages'), `${AGENCY}/packages/`);
  });

  it('parses what it builds, and nothing else', () => {
    for (const area of ['originals', 'manifests', 'signatures'] as const) {
      const name = { area, agency: AGENCY, sha256: DIGEST };
      assert.deepEqual(parseEvidenceKey(evidenceKey(name)), name);
      assert.equal(parseWorkKey(evidenceKey(name)), undefined);
    }
    for (const area of ['uploads', 'packages'] as const) {
      const name = { area, agency: AGENCY, id: '019aaf3e-8c1b-7d52-9a40-ba9876543210' };
      assert.deepEqual(parseWorkKey(workKey(name)), name);
      assert.equal(parseEvidenceKey(workKey(name)), undefined);
    }
    const others = [
      '',
      AGENCY,
      `${AGENCY}/originals`,
      `${AGENCY}/originals/`,
      `${AGENCY}/originals/${DIGEST}/x`,
      `${AGENCY}/originals/${DIGEST}\n`,
    ];
    others.push(
      `${AGENCY}/manifests/${DIGEST}`,
      `/${AGENCY}/originals/${DIGEST}`,
      `${AGENCY}/originals/${DIGEST.toUpperCase()}`,
    );
    others.push(`${AGENCY}/packages/.zip`, `${AGENCY}/uploads/../x`, `${AGENCY.toUpperCase()}/uploads/x`);
    for (const key of others) assert.equal(parseEvidenceKey(key) ?? parseWorkKey(key), undefined, key);
  });

  it('refuses parts that are not of their form', () => {
    for (const agency of ['', 'x', '../x', AGENCY.toUpperCase(), `${AGENCY}\n`, `${AGENCY}/`]) {
      assert.throws(() => originalKey(agency, DIGEST), InvalidKey);
      assert.throws(() => areaPrefix(agency, 'uploads'), InvalidKey);
    }
    for (const digest of ['', DIGEST.slice(1), `${DIGEST}0`, DIGEST.toUpperCase(), `${DIGEST}\n`]) {
      assert.throws(() => originalKey(AGENCY, digest), InvalidKey);
    }
    for (const id of ['', '.', '..', 'a/b', 'a.b', '-a', 'é', 'x'.repeat(65), 'a\n']) {
      assert.throws(() => uploadKey(AGENCY, id), InvalidKey);
    }
  });
});

describe('paths of object keys', () => {
  it('shard by the first two digits of a digest, and lead back', () => {
    for (const [key, path] of [
      [`${AGENCY}/originals/${DIGEST}`, `/r/${AGENCY}/originals/e3/${DIGEST}`],
      [`${AGENCY}/manifests/${DIGEST}.json`, `/r/${AGENCY}/manifests/e3/${DIGEST}.json`],
      [`${AGENCY}/uploads/u`, `/r/${AGENCY}/uploads/u`],
      [`e3/${DIGEST}`, `/r/e3/e3/${DIGEST}`],
    ] as const) {
      assert.equal(pathOfKey('/r', key), path);
      assert.equal(keyOfPath(path.split('/').slice(2)), key);
    }
  });

  it('know no key for files that lie elsewhere', () => {
    for (const path of [`a/${DIGEST}`, `a/ff/${DIGEST}`, 'a/.x', '.tmp/x', 'a/b\\c']) {
      assert.equal(keyOfPath(path.split('/')), undefined, path);
    }
    assert.throws(() => checkKey('a/../b'), InvalidKey);
  });
});
