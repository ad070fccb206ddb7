import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import { ZipFile } from 'yazl';
import { openTree } from '../../../scripts/tree.ts';
import { folderTree } from '../../../scripts/tree-folder.ts';
import { openZipTree } from '../../../scripts/tree-zip.ts';
import { verify } from '../../../scripts/verify.ts';

type Files = [name: string, content: string, mode?: number][];

async function zipOf(files: Files, compress = false, forceDosTimestamp = false): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content, mode = 0o100644] of files)
    zip.addBuffer(Buffer.from(content), name, { mode, compress, forceDosTimestamp });
  zip.end();
  return await buffer(zip.outputStream);
}

/** Puts other bytes of the same length for a name, in both headers. */
const renamed = (zip: Buffer, from: string, to: string) =>
  Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');

describe('trees of files', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-tree-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const listed = async (path: string) => {
    const { tree, close } = await openTree(path);
    const items = await tree.list();
    close();
    return items.map(({ path, kind }) => [path, kind]).sort();
  };
  const refused = async (path: string) => {
    const said: string[] = [];
    assert.equal(await verify(path, {}, false, (line) => said.push(line)), 1);
    return said.join('\n');
  };

  it('lists a zip and reads it without extracting', async () => {
    const zip = await openZipTree(
      write(
        'a.zip',
        await zipOf(
          [
            ['a/b.txt', 'hello'],
            ['c', ''],
          ],
          true,
        ),
      ),
    );
    assert.deepEqual(
      (await zip.list()).map(({ path, size }) => [path, size]),
      [
        ['a/b.txt', 5],
        ['c', 0],
      ],
    );
    const parts: Uint8Array[] = [];
    for await (const part of zip.read('a/b.txt')) parts.push(part);
    assert.equal(Buffer.concat(parts).toString(), 'hello');
    zip.close();
  });

  it('tells how a container is laid out', async () => {
    const layout = async (name: string, files: Files, compress: boolean, forceDosTimestamp: boolean) => {
      const zip = await openZipTree(write(name, await zipOf(files, compress, forceDosTimestamp)));
      zip.close();
      return zip.zip;
    };
    const files: Files = [
      ['mimetype', 'x'],
      ['b', 'y'],
    ];
    assert.deepEqual(await layout('plain.zip', files, false, true), { first: 'mimetype', deflated: [] });
    assert.deepEqual(await layout('deflated.zip', files, true, true), {
      first: 'mimetype',
      deflated: ['mimetype', 'b'],
    });
    const prefixed = Buffer.concat([Buffer.from('#!/bin/sh\n'), await zipOf(files, false, true)]);
    await assert.rejects(openZipTree(write('prefixed.zip', prefixed)));
  });

  it('takes a bag out of its one outermost folder, in a zip and in a folder', async () => {
    const files: Files = [
      ['bag/bagit.txt', ''],
      ['bag/data/x', ''],
    ];
    const wanted = [
      ['bagit.txt', 'file'],
      ['data/x', 'file'],
    ];
    assert.deepEqual(await listed(write('bag.zip', await zipOf(files))), wanted);
    mkdirSync(join(folder, 'outer', 'bag', 'data'), { recursive: true });
    for (const [name] of files) writeFileSync(join(folder, 'outer', name), '');
    assert.deepEqual(await listed(join(folder, 'outer')), wanted);
    writeFileSync(join(folder, 'outer', 'beside'), '');
    assert.equal((await listed(join(folder, 'outer'))).length, 3, 'what lies beside it is not hidden');
  });

  it('refuses names that lead out of the zip', async () => {
    for (const name of ['../evil.txt', '/xx/evil.t', '..\\evil.txt', 'C:/evil.txt']) {
      const zip = renamed(await zipOf([['x'.repeat(name.length), 'x']]), 'x'.repeat(name.length), name);
      assert.match(await refused(write('names.zip', zip)), /✗/, name);
    }
  });

  it('calls links and other special files what they are, and follows none', async () => {
    const zip = write(
      'link.zip',
      await zipOf([
        ['link', '/etc/passwd', 0o120777],
        ['file', 'x'],
      ]),
    );
    assert.deepEqual(await listed(zip), [
      ['file', 'file'],
      ['link', 'other'],
    ]);
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    symlinkSync('/etc/passwd', join(odd, 'bagit.txt'));
    symlinkSync('/etc', join(odd, 'data'));
    const made = spawnSync('mkfifo', [join(odd, 'pipe')]);
    const kinds = await listed(odd);
    assert.deepEqual(kinds.slice(0, 2), [
      ['bagit.txt', 'other'],
      ['data', 'other'],
    ]);
    if (made.status === 0) assert.deepEqual(kinds[2], ['pipe', 'other']);
    await assert.rejects(buffer(folderTree(odd).read('bagit.txt') as never));
    assert.match(await refused(odd), /no regular file/);
  });

  it('refuses entries that lie over each other', async () => {
    const zip = await zipOf([['a', 'x'.repeat(5000)]]);
    const end = zip.length - 22;
    const central = zip.subarray(zip.readUInt32LE(end + 16), end);
    const tail = Buffer.from(zip.subarray(end));
    tail.writeUInt16LE(3, 8);
    tail.writeUInt16LE(3, 10);
    tail.writeUInt32LE(central.length * 3, 12);
    const bomb = Buffer.concat([zip.subarray(0, end - central.length), central, central, central, tail]);
    assert.match(await refused(write('bomb.zip', bomb)), /over each other/);
  });

  it('reads no entry that other tools would unpack as something else', async () => {
    const zip = await zipOf([['a', 'hello']]);
    const central = zip.readUInt32LE(zip.length - 6);
    const wrong = { name: [30, 1], 'CRC-32': [central + 16, 1] } as const;
    for (const [what, [at, flip]] of Object.entries(wrong)) {
      const other = Buffer.from(zip);
      other[at]! ^= flip;
      const path = write('other.zip', other);
      const readAll = async () => {
        const { read, close } = await openZipTree(path);
        await Array.fromAsync(read('a')).finally(close);
      };
      await assert.rejects(readAll(), new RegExp(what === 'name' ? 'own header' : what));
    }
  });

  it('refuses what is no zip, a cut one, an empty folder, and what is not there', async () => {
    const zip = await zipOf([['a', 'x']]);
    mkdirSync(join(folder, 'empty'));
    for (const path of [
      write('text.zip', Buffer.from('no zip')),
      write('none.zip', Buffer.alloc(0)),
      write('cut.zip', zip.subarray(0, zip.length - 10)),
      join(folder, 'empty'),
      join(folder, 'absent'),
    ]) {
      assert.match(await refused(path), /✗/);
    }
  });

  it('lets no control character of what it checks reach the terminal', async () => {
    const odd = join(folder, 'control');
    mkdirSync(odd);
    writeFileSync(join(odd, 'a\u001b[2Jb\u202e'), '');
    assert.doesNotMatch(await refused(odd), /[\u001b\u202e]/);
  });
});
