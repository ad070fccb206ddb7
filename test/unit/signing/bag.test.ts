import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  bagInfoText,
  isSafePath,
  manifestText,
  payloadOxum,
  readBagInfo,
  readManifest,
  safeName,
} from '../../../signing/bag.ts';
import { csv } from '../../../signing/csv.ts';
import { entryPath, payloadKind, seqOfEntryPath } from '../../../signing/package-layout.ts';
import { refusal } from './support.ts';

const digest = 'ab'.repeat(32);

describe('bag', () => {
  it('gives originals names that need no escaping', () => {
    assert.equal(safeName(1, '现场 100%.MP4'), '0001.mp4');
    assert.equal(safeName(12_345, 'x', '.PDF'), '12345.pdf');
    assert.equal(safeName(2, 'a.tar.gz'), '0002.gz');
    for (const name of ['', 'x', 'x.', 'x.文', 'x.../../y', 'x.a%b', `x.${'a'.repeat(11)}`])
      assert.equal(safeName(3, name), '0003.bin');
    assert.equal(safeName(4, 'x.mp4', '../x'), '0004.bin');
    for (const path of [
      '',
      '.',
      '..',
      'a/../b',
      '/a',
      'a/',
      'a//b',
      'a b',
      'a%b',
      '名',
      'a\\b',
      'a\n',
      '-a',
      'a'.repeat(256),
    ]) {
      assert.equal(isSafePath(path), false, path);
    }
    assert.equal(isSafePath('data/originals/0001.mp4'), true);
  });

  it('writes and reads manifests in one form', () => {
    const text = manifestText([
      { path: 'b', sha256: digest },
      { path: 'a/c', sha256: digest },
    ]);
    assert.equal(text, `${digest}  a/c\n${digest}  b\n`);
    assert.deepEqual([...readManifest(text).keys()], ['a/c', 'b']);
    const wrong = [
      `${digest} a\n`,
      `${digest} *a\n`,
      `${digest.toUpperCase()}  a\n`,
      `${digest}  a`,
      `${digest}  ../a\n`,
      `${digest}  a\r\n`,
    ];
    for (const other of [...wrong, '\n', `${digest}  a\n${digest}  a\n`, `${digest}  a\n\n`]) {
      assert.throws(() => readManifest(other), refusal('BAG_MANIFEST'), JSON.stringify(other));
    }
    assert.throws(() => manifestText([{ path: '%', sha256: digest }]), refusal('BAG_MANIFEST'));
  });

  it('keeps values of bag-info on their line', () => {
    const text = bagInfoText([
      ['Source-Organization', ' 某局\r\nPayload-Oxum: 1.1'],
      ['Empty', ''],
    ]);
    assert.deepEqual(readBagInfo(text), [
      ['Source-Organization', '某局 Payload-Oxum: 1.1'],
      ['Empty', ''],
    ]);
    for (const other of ['', 'a', 'a: b', ' a: b\n', 'a\n', ': b\n', 'a: \tb\n']) {
      assert.throws(() => readBagInfo(other), refusal('BAG_INFO'), JSON.stringify(other));
    }
    assert.throws(() => bagInfoText([['a b', 'x']]), refusal('BAG_INFO'));
    assert.equal(payloadOxum([3, 0, 4]), '7.3');
  });

  it('knows the places of the payload', () => {
    for (const seq of [0, 99_999_999, 100_000_000, Number.MAX_SAFE_INTEGER])
      assert.equal(seqOfEntryPath(entryPath(seq)), seq);
    for (const path of [
      'data/entries/1.json',
      'data/entries/000000001.json',
      'data/entries/9999999999999999.json',
      'entries/00000001.json',
    ]) {
      assert.equal(seqOfEntryPath(path), undefined, path);
      assert.equal(payloadKind(path), undefined, path);
    }
    assert.equal(payloadKind('data/originals/0001.mp4'), 'original');
    assert.equal(payloadKind('data/originals/0001.mp4/x'), undefined);
  });
});

describe('CSV', () => {
  it('is quoted, with a byte order mark, and runs no formulas', () => {
    assert.equal(
      csv([
        ['a', 1, undefined],
        ['x,"y"', 'l\n2', ''],
      ]),
      '\ufeffa,1,\r\n"x,""y""","l\n2",\r\n',
    );
    const dangerous = ['=1', '+1', '-1', '@a', '\ta', '\ra', '＝1', '＠a'];
    for (const cell of dangerous) assert.match(csv([[cell]]), /^\ufeff"?'/, JSON.stringify(cell));
    assert.equal(csv([[-5]]), "\ufeff'-5\r\n");
  });
});
