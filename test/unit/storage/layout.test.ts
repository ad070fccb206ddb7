import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  blindKeyKey,
  INSTALLATION_KEYS,
  parseKeyFileName,
  streamKeysKey,
} from '../../../storage/objects/key-layout.ts';
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
import {
  anchoredKey,
  anchorKey,
  chainOfHead,
  headKey,
  keptCheckpointKey,
  latestCheckpointKey,
  logTileKey,
  parseLogKey,
} from '../../../storage/objects/log-layout.ts';
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

describe('keys of logs', () => {
  const path = 'tile/0/x001/234';
  const [note, tsr] = [DIGEST, DIGEST.replace(/^./, '0')];
  it('are those of C2SP tlog-tiles below the chain, the system chain too', () => {
    for (const chain of [AGENCY, 'system']) {
      assert.equal(logTileKey(chain, path), `${chain}/log/tile/0/x001/234`);
      assert.equal(logTileKey(chain, 'tile/entries/000.p/7'), `${chain}/log/tile/entries/000.p/7`);
      assert.equal(keptCheckpointKey(chain, 41), `${chain}/log/checkpoints/41`);
      assert.equal(latestCheckpointKey(chain), `${chain}/log/checkpoint`);
      assert.equal(chainOfHead(headKey(chain)), chain);
      assert.equal(chainOfHead(`${headKey(chain)}/x`), undefined);
      assert.equal(anchoredKey(chain, 'tsr'), `${chain}/log/anchored.tsr`);
      assert.equal(anchorKey(chain, { size: 41, note }), `${chain}/log/anchors/41/${note}/checkpoint`);
      assert.equal(anchorKey(chain, { size: 41, note, tsr }), `${chain}/log/anchors/41/${note}/time-${tsr}.tsr`);
    }
  });

  it('are parsed to what they were built of, and nothing else is', () => {
    const tile = { area: 'tile', chain: 'system', path } as const;
    assert.deepEqual(parseLogKey(logTileKey('system', path)), tile);
    assert.deepEqual(parseLogKey(`${AGENCY}/log/tile/1/000.p/7`), {
      area: 'tile',
      chain: AGENCY,
      path: 'tile/1/000.p/7',
    });
    assert.deepEqual(parseLogKey(keptCheckpointKey(AGENCY, 0)), { area: 'checkpoints', chain: AGENCY, size: 0 });
    assert.deepEqual(parseLogKey(latestCheckpointKey(AGENCY)), { area: 'checkpoint', chain: AGENCY });
    for (const name of [
      { size: 0, note },
      { size: 41, note, tsr },
    ]) {
      assert.deepEqual(parseLogKey(anchorKey(AGENCY, name)), { area: 'anchors', chain: AGENCY, ...name });
      assert.throws(() => anchorKey(AGENCY, { ...name, note: 'x' }), InvalidKey);
      assert.throws(() => anchorKey(AGENCY, { ...name, tsr: `${note}\n` }), InvalidKey);
      for (const change of ['/', '\n', '0', '.tsr'])
        assert.equal(parseLogKey(anchorKey(AGENCY, name) + change), undefined);
    }
    for (const part of ['note', 'tsr'] as const)
      assert.deepEqual(parseLogKey(anchoredKey(AGENCY, part)), { area: 'anchored', chain: AGENCY, part });
    const others = [
      `${AGENCY}/log/anchors/041/${note}/checkpoint`,
      `${AGENCY}/log/anchors/41/${note}/time-${note.slice(1)}.tsr`,
      `${AGENCY}/log/anchors/41/checkpoint`,
      'log/checkpoint',
      'x/log/checkpoint',
      'system/log/',
      'system/log/checkpoints/',
      'system/log/checkpoints/01',
    ];
    others.push(
      'system/log/checkpoints/x',
      'system/log/checkpoint/1',
      'system/log/tile/0/1',
      'system/log/tile/0/000\n',
    );
    others.push(
      'system/log/tile/9/000',
      'system/log/tile/0/000.p/256',
      `${AGENCY}/originals/${DIGEST}`,
      'system/log/checkpoints/9007199254740993',
    );
    for (const key of others) assert.equal(parseLogKey(key), undefined, key);
  });

  it('refuse parts that are not of their form', () => {
    for (const chain of ['', 'System', '../x', `${AGENCY}/`]) {
      assert.throws(() => latestCheckpointKey(chain), InvalidKey);
      assert.throws(() => headKey(chain), InvalidKey);
      assert.throws(() => logTileKey(chain, path), InvalidKey);
    }
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53])
      assert.throws(() => keptCheckpointKey('system', size), InvalidKey);
    for (const wrong of ['tile/0', 'tile/0/000/', '../tile/0/000', 'tile/0/../000'])
      assert.throws(() => logTileKey('system', wrong), InvalidKey);
    assert.throws(() => originalKey('system', DIGEST), InvalidKey);
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

describe('keys of key files', () => {
  it('are built below the chain and parsed to what they were built of', () => {
    assert.equal(streamKeysKey('system', 0), 'system/keys/streams/0');
    assert.equal(blindKeyKey(AGENCY), `${AGENCY}/keys/blind`);
    assert.deepEqual(parseKeyFileName(streamKeysKey(AGENCY, 12)), { area: 'streams', chain: AGENCY, block: 12 });
    assert.deepEqual(parseKeyFileName(blindKeyKey('system')), { area: 'blind', chain: 'system' });
    assert.deepEqual(parseKeyFileName(INSTALLATION_KEYS), { area: 'installation' });
    const others = [
      'system/keys',
      'system/keys/',
      'system/keys/streams/',
      'system/keys/streams/01',
      'system/keys/streams/1/',
    ];
    others.push(
      'system/keys/streams/x',
      'system/keys/streams/1\n',
      'x/keys/blind',
      'system/keys/blind/1',
      'system/log/checkpoint',
    );
    others.push(`${AGENCY}/keys/installation`, 'system/keys/blind\n');
    for (const key of others) assert.equal(parseKeyFileName(key), undefined, key);
  });

  it('refuse parts that are not of their form', () => {
    for (const chain of ['', 'System', '../x', `${AGENCY}/`]) assert.throws(() => blindKeyKey(chain), InvalidKey);
    for (const block of [-1, 0.5, Number.NaN, 1e21]) assert.throws(() => streamKeysKey('system', block), InvalidKey);
  });
});
