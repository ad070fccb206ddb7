import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { issueSystemSigner } from '../../../signing/authority.ts';
import { leafHash } from '../../../signing/chain.ts';
import { signCheckpoint } from '../../../signing/checkpoint.ts';
import { signDetached } from '../../../signing/cms.ts';
import { sha256Hex } from '../../../signing/digest.ts';
import { encodeManifest } from '../../../signing/manifest.ts';
import { rootOf } from '../../../signing/merkle.ts';
import {
  packagePaths as at,
  entryPath,
  manifestPath,
  manifestSignaturePath,
  proofPath,
} from '../../../signing/package-layout.ts';
import { ca, now, otherCa, tsrOf } from './pki.ts';
import {
  agency,
  append,
  closeBag,
  entries,
  type Files,
  logKey,
  makePackage,
  packageParts,
  proofOf,
  records,
  refusedBy,
  sign,
  time,
} from './sample.ts';
import { countingRandom } from './support.ts';

/** Packages whose outer digests and signature are made anew after the change: only what is inside can tell. */
const changed = async (change: (files: Files) => void): Promise<string[]> => {
  const files = packageParts();
  change(files);
  return refusedBy(closeBag(files));
};

const text = (files: Files, path: string) => Buffer.from(files.get(path)!).toString();
const edit = (files: Files, path: string, from: string | RegExp, to: string) => {
  const before = text(files, path);
  const after = before.replace(from, to);
  assert.notEqual(after, before, path);
  files.set(path, Buffer.from(after));
};
const [first] = records as [(typeof records)[number]];
const firstManifest = manifestPath(1);

describe('verification of what is inside a package', () => {
  it('refuses entries that are changed, left out, moved or not canonical', async () => {
    const cases: [string, (files: Files) => void, string[]][] = [
      ['changed', (files) => edit(files, entryPath(2), '08:30:00.000Z', '08:30:00.001Z'), ['ledger.entries']],
      [
        'reordered',
        (files) => edit(files, entryPath(6), entries[6]!.entry.time, '2026-11-22T08:29:00.000Z'),
        ['ledger.entries'],
      ],
      ['spaced', (files) => edit(files, entryPath(2), '{', '{ '), ['ledger.entries', 'ledger.keys']],
      ['renamed', (files) => files.set(entryPath(5), files.get(entryPath(6))!), ['ledger.entries', 'ledger.keys']],
      ['version', (files) => files.delete(entryPath(1)), ['ledger.entries', 'ledger.keys']],
      [
        'extra',
        (files) => files.set(entryPath(7), entries[6]!.bytes),
        ['ledger.entries', 'ledger.keys', 'ledger.checkpoint'],
      ],
    ];
    for (const [name, change, ids] of cases) {
      const refused = await changed(change);
      assert.ok(
        ids.every((id) => refused.includes(id)),
        `${name}: ${refused}`,
      );
    }
  });

  it('refuses keys that are missing, wrong or of nothing', async () => {
    const keyOf = (seq: number) => Buffer.from(entries[seq]!.key).toString('base64url');
    assert.deepEqual(await changed((files) => edit(files, at.keys, `"1":"${keyOf(1)}",`, '')), ['ledger.keys']);
    assert.deepEqual(await changed((files) => edit(files, at.keys, keyOf(1), keyOf(2))), ['ledger.keys']);
    assert.deepEqual(await changed((files) => edit(files, at.keys, '{', `{"5":"${keyOf(5)}",`)), ['ledger.keys']);
    assert.deepEqual(await changed((files) => files.set(at.keys, Buffer.from('[]'))), ['ledger.keys']);
  });

  it('refuses checkpoints of another log, key or size', async () => {
    const put = (chain: string, size: number) => (files: Files) =>
      files.set(at.checkpoint, Buffer.from(signCheckpoint(logKey, chain, size, new Uint8Array(32))));
    assert.deepEqual(await changed(put('other', 7)), ['ledger.checkpoint', 'ledger.proofs']);
    assert.deepEqual(await changed(put(agency, 6)), ['ledger.checkpoint', 'ledger.anchor', 'ledger.proofs']);
    assert.deepEqual(await changed((files) => edit(files, at.logVerifier, /\+[0-9a-f]{8}\+/, '+00000000+')), [
      'ledger.checkpoint',
      'ledger.proofs',
    ]);
  });

  it('refuses proofs that are missing, of another entry, or to another checkpoint', async () => {
    const hashes = entries.map(({ bytes }) => leafHash(bytes));
    const note = signCheckpoint(logKey, agency, 6, rootOf(hashes.slice(0, 6)));
    const cases: [string, (files: Files) => void][] = [
      ['missing', (files) => files.delete(proofPath(2))],
      ['of another entry', (files) => files.set(proofPath(2), files.get(proofPath(1))!)],
      ['of no entry here', (files) => files.set(proofPath(5), files.get(proofPath(2))!)],
      ['to an earlier checkpoint', (files) => files.set(proofPath(2), proofOf(hashes.slice(0, 6), 2, note))],
      ['with another hash', (files) => edit(files, proofPath(2), /\n[A-Za-z0-9+/]{4}/, '\nAAAA')],
    ];
    for (const [name, change] of cases) assert.deepEqual(await changed(change), ['ledger.proofs'], name);
  });

  it('recomputes the root when every entry is there', async () => {
    const whole = (files: Files) => {
      files.set(entryPath(5), entries[5]!.bytes);
      edit(files, at.keys, '{', `{"5":"${Buffer.from(entries[5]!.key).toString('base64url')}",`);
      const hashes = entries.map(({ bytes }) => leafHash(bytes));
      files.set(proofPath(5), proofOf(hashes, 5, text(files, at.checkpoint)));
    };
    assert.deepEqual(await changed(whole), []);
    const other = (files: Files) => {
      whole(files);
      files.set(at.checkpoint, Buffer.from(signCheckpoint(logKey, agency, 7, new Uint8Array(32))));
    };
    assert.deepEqual(await changed(other), ['ledger.checkpoint', 'ledger.anchor', 'ledger.proofs']);
  });

  it('refuses originals, manifests and lists that do not agree', async () => {
    const cases: [string, (files: Files) => void, string][] = [
      ['another original', (files) => files.set(first.file, Buffer.from('foot4ge')), 'records.manifests'],
      ['another title is fine', (files) => edit(files, at.records, '"title":"现场"', '"title":"别的"'), ''],
      ['another name', (files) => edit(files, at.records, '现场 0.mp4', '现场 9.mp4'), 'records.manifests'],
      [
        'another digest',
        (files) => edit(files, at.records, first.manifest.object.sha256, '0'.repeat(64)),
        'records.manifests',
      ],
      [
        'another SM3',
        (files) => edit(files, at.records, first.manifest.object.sm3!, '0'.repeat(64)),
        'records.manifests',
      ],
      ['another size', (files) => edit(files, at.records, '"size":7', '"size":8'), 'records.manifests'],
      ['not listed', (files) => files.set(at.records, Buffer.from('[]')), 'records.list'],
      ['not a list', (files) => files.set(at.records, Buffer.from('{}')), 'records.list'],
      [
        'without original',
        (files) => edit(files, at.records, /"file":"[^"]+","manifest":"[^"]+",/, ''),
        'records.list',
      ],
      [
        'listed twice',
        (files) =>
          files.set(
            at.records,
            Buffer.from(
              JSON.stringify([...JSON.parse(text(files, at.records)), ...JSON.parse(text(files, at.records))]),
            ),
          ),
        'records.list',
      ],
      ['path outside', (files) => edit(files, at.records, first.file, 'metadata/case.json'), 'records.list'],
      ['manifest spaced', (files) => edit(files, firstManifest, '{', '{ '), 'records.manifests'],
      [
        'manifests exchanged',
        (files) => {
          for (const path of [(m: string) => m, manifestSignaturePath]) {
            const [a, b] = [path(manifestPath(1)), path(manifestPath(2))];
            const [one, two] = [files.get(a)!, files.get(b)!];
            files.set(a, two).set(b, one);
          }
        },
        'records.manifests',
      ],
      [
        'manifest signed anew',
        (files) => {
          const bytes = encodeManifest({ ...first.manifest, source: 'upload' });
          files.set(firstManifest, bytes).set(manifestSignaturePath(firstManifest), sign(bytes));
        },
        'records.manifests',
      ],
      [
        'signature of another',
        (files) => files.set(manifestSignaturePath(firstManifest), sign(Buffer.from('x'))),
        'records.signatures',
      ],
    ];
    for (const [name, change, id] of cases) {
      const refused = await changed(change);
      assert.ok(id === '' ? refused.length === 0 : refused.includes(id), `${name}: ${refused}`);
    }
  });

  it('refuses a package signed by another than it says, and one of another authority', async () => {
    const naming = { commonName: 'b', organization: 'c', now, random: countingRandom() };
    const time = new Date(now.getTime() + 1000);
    for (const [authority, id] of [
      [ca, 'bag.signature'],
      [otherCa, 'bag.signature'],
    ] as const) {
      const forger = issueSystemSigner(authority, naming);
      const files = closeBag(packageParts(), (content) => signDetached({ content, ...forger, time }));
      assert.deepEqual(await refusedBy(files), [id]);
    }
  });

  it('refuses a BagIt declaration and totals that are not ours', async () => {
    for (const [path, from, to] of [
      [at.declaration, '1.0', '0.97'],
      [at.info, /Oxum: .*/, 'Oxum: 1.1'],
    ] as const) {
      const files = makePackage();
      edit(files, path, from, to);
      const digest = sha256Hex(files.get(path)!);
      edit(files, at.tagManifest, new RegExp(`[0-9a-f]{64}  ${path}`), `${digest}  ${path}`);
      files.set(at.signature, sign(files.get(at.tagManifest)!));
      files.set(at.timestamp, tsrOf(files.get(at.tagManifest)!, time));
      assert.deepEqual(await refusedBy(files), ['bag.declaration']);
    }
  });

  it('accepts a record without an original only when nothing sealed it or it was disposed of', async () => {
    const bare = (recordId: string) => (files: Files) => {
      const list = JSON.parse(text(files, at.records)) as unknown[];
      files.set(at.records, Buffer.from(JSON.stringify([...list, { recordId, title: 't', originalName: 'n' }])));
    };
    assert.deepEqual(await changed(bare('0196a000-0000-7000-8000-000000000999')), []);
    for (const [type, expected] of [
      ['record.disposed', []],
      ['record.corrected', ['ledger.keys']],
    ] as const) {
      append('record/gone', 'record.received', {}, '已销毁');
      append('record/gone', type, {});
      try {
        const closed = (files: Files) => {
          bare('gone')(files);
          edit(files, at.keys, /,"7":"[^"]+","8":"[^"]+"/, '');
        };
        assert.deepEqual(await changed(closed), expected);
      } finally {
        entries.length = 7;
      }
    }
  });
});
