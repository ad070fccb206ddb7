import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { asicManifest, asicPaths, readAsicManifest } from '../../../signing/asic.ts';
import { packagePaths } from '../../../signing/package-layout.ts';
import { ca, otherCa } from './pki.ts';
import { closeBag, closeContainer, type Files, linesOf, makePackage, refusedBy, signTags, treeOf } from './sample.ts';
import { refusal } from './support.ts';

const container = closeContainer(makePackage());
const having = (path: string, bytes: Uint8Array | string, files = container): Files =>
  new Map([...files, [path, Buffer.from(bytes)]]);
const without = (path: string): Files => new Map([...container].filter(([name]) => name !== path));
const sha256 = 'ab'.repeat(32);
const list = asicManifest([
  { path: 'bagit.txt', sha256 },
  { path: 'data/originals/0001.mp4', sha256 },
]);

describe('the list of an ASiC-E container', () => {
  it('is read as it was written', () => {
    assert.deepEqual(
      [...readAsicManifest(list)],
      [
        ['bagit.txt', sha256],
        ['data/originals/0001.mp4', sha256],
      ],
    );
  });

  it('is refused with a document type, entities, other names, or any other text', () => {
    const malformed = [
      '',
      'x',
      list.slice(0, -5),
      list.replace('?>\n', '?>\n<!DOCTYPE a [<!ENTITY x "y">]>\n'),
      list.replace('bagit.txt', '&x;'),
      list.replace('bagit.txt', '../bagit.txt'),
      list.replace('bagit.txt', '/etc/passwd'),
      list.replace('video/mp4', 'video'),
      list.replace('bagit.txt', 'data/originals/0001.mp4'),
    ];
    for (const text of malformed) assert.throws(() => readAsicManifest(text), refusal('ASIC_MALFORMED'), text);
    const others = [
      list.replace('v1.2.1', 'v1.1.1'),
      list.replace('#sha256', '#sha512'),
      list.replaceAll('asic:', 'a:').replace('xmlns:asic', 'xmlns:a'),
      list.replace('\n', '\n<!-- -->'),
      list.replace('bagit.txt', 'bagit&#46;txt'),
      list.replace('<asic:SigReference', '<asic:Other/><asic:SigReference'),
      list.replace('signature001', 'signature002'),
      list.replace('q6ur', 'q6us='),
      `${list} `,
    ];
    for (const text of others) assert.throws(() => readAsicManifest(text), refusal('ASIC_NOT_CANONICAL'), text);
  });
});

describe('verification of an ASiC-E container', () => {
  it('holds for the whole container and the package in it', async () => {
    const lines = await linesOf(container, ca.certificatePem);
    assert.deepEqual(
      lines.filter(({ ok }) => !ok),
      [],
    );
    const ids = lines.map(({ id }) => id);
    for (const id of ['asic.container', 'asic.manifest', 'bag.signature', 'records.times', 'asic.signature'])
      assert.ok(ids.includes(id), id);
  });

  it('refuses files that are missing, added or renamed', async () => {
    for (const path of container.keys()) {
      assert.notDeepEqual(await refusedBy(without(path)), [], `without ${path}`);
      const renamed = new Map([...container].map(([name, bytes]) => [name === path ? `${name}x` : name, bytes]));
      assert.notDeepEqual(await refusedBy(renamed), [], `renamed ${path}`);
    }
    for (const path of ['META-INF/signature002.p7s', 'META-INF/container.xml', 'meta-inf/x'])
      assert.deepEqual(await refusedBy(having(path, 'x')), ['asic.container'], path);
    assert.deepEqual(await refusedBy(having('extra.txt', 'x')), ['asic.manifest', 'bag.manifests']);
  });

  it('refuses a changed file, list or signature', async () => {
    assert.deepEqual(await refusedBy(having('data/originals/0001.mp4', 'footagE')), [
      'bag.payload-digests',
      'bag.sm3-digests',
      'records.manifests',
    ]);
    const text = Buffer.from(container.get(asicPaths.manifest) as Uint8Array).toString();
    assert.deepEqual(await refusedBy(having(asicPaths.manifest, text.replace('text/plain', 'text/html'))), [
      'asic.signature',
    ]);
    assert.deepEqual(await refusedBy(having(asicPaths.mimetype, 'application/zip')), ['asic.container']);
    const other = makePackage();
    other.set(packagePaths.guide, Buffer.from('# other\n'));
    const another = closeContainer(closeBag(other));
    for (const path of [asicPaths.manifest, asicPaths.signature])
      assert.notDeepEqual(await refusedBy(having(path, another.get(path) as Uint8Array)), [], `another ${path}`);
    assert.deepEqual(await refusedBy(container, otherCa.certificatePem), [
      'bag.signature',
      'records.signatures',
      'asic.signature',
    ]);
  });

  it('refuses a list that is signed and not of all files, or of other digests', async () => {
    const files = makePackage();
    const cut = (text: string) => text.replace(/ {2}<asic:DataObjectReference URI="VERIFY.md"(.|\n)*?Reference>\n/, '');
    assert.deepEqual(await refusedBy(closeContainer(files, cut)), ['asic.manifest']);
    const twisted = (text: string) => text.replace(/(<ds:DigestValue>).{8}/, '$1AAAAAAAA');
    assert.deepEqual(await refusedBy(closeContainer(files, twisted)), ['asic.manifest']);
  });

  it('says when there are more files than many judges take', async () => {
    const many = new Map(container);
    for (let at = 0; many.size <= 1000; at++) many.set(`data/${at}`, new Uint8Array());
    const detail = (await linesOf(many)).find(({ id }) => id === 'asic.container')?.detail;
    assert.match(detail ?? '', /1001 个文件/);
  });

  it('refuses a zip that is not laid out as the format asks', async () => {
    const tree = treeOf(container);
    assert.deepEqual(await refusedBy({ ...tree, zip: { first: 'mimetype', deflated: [] } }), []);
    assert.deepEqual(await refusedBy({ ...tree, zip: { first: undefined, deflated: [] } }), ['asic.container']);
    assert.deepEqual(await refusedBy({ ...tree, zip: { first: 'mimetype', deflated: ['bagit.txt'] } }), [
      'asic.container',
    ]);
  });
});

describe('SM3 digests of a package', () => {
  const withList = (text: string | undefined) => {
    const files = makePackage();
    if (text === undefined) files.delete(packagePaths.sm3);
    else files.set(packagePaths.sm3, Buffer.from(text));
    return refusedBy(signTags(files));
  };

  it('may be absent, as in packages made before there were any', async () => {
    assert.deepEqual(await withList(undefined), []);
  });

  it('are refused when they are not those of the payload, of all of it and nothing else', async () => {
    const good = Buffer.from(makePackage().get(packagePaths.sm3) as Uint8Array).toString();
    assert.deepEqual(await withList(good), []);
    const [first = ''] = good.split('\n');
    for (const text of [
      '',
      good.replace(first, '0'.repeat(64) + first.slice(64)),
      good.replace(`${first}\n`, ''),
      `${good}${first.slice(0, 64)}  bagit.txt\n`,
      good.toUpperCase(),
      good.slice(0, -1),
    ])
      assert.deepEqual(await withList(text), ['bag.sm3-digests'], text.slice(0, 100));
  });
});
