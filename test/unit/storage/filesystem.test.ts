import assert from 'node:assert/strict';
import { link, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FilesystemEvidenceStore, FilesystemWorkStore } from '../../../storage/objects/filesystem.ts';
import { FilesystemUploadStore } from '../../../storage/objects/filesystem-uploads.ts';
import { ObjectMissing, type ObjectStore } from '../../../storage/objects/object-store.ts';

const DIGEST = 'ab'.repeat(32);
const TO = `a/originals/${DIGEST}`;

describe('objects on the file system', () => {
  let dir: string;
  let evidence: FilesystemEvidenceStore;
  let work: FilesystemWorkStore;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tiezheng-'));
    evidence = new FilesystemEvidenceStore(join(dir, 'evidence'));
    work = new FilesystemWorkStore(join(dir, 'work'));
    await evidence.prepare();
    await work.prepare();
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  const mode = async (path: string) => (await stat(path)).mode & 0o777;

  it('are read-only as evidence, in folders of the owner only, sharded by digest', async () => {
    await evidence.put(`${TO}.json`, Buffer.from('x'));
    await new FilesystemUploadStore(join(dir, 'work')).begin('a/uploads/1');
    assert.equal(await evidence.publish(work, 'a/uploads/1', TO), 'published');
    for (const path of [await evidence.localPath(TO), await evidence.localPath(`${TO}.json`)]) {
      assert.equal(await mode(path), 0o400);
      assert.equal(await mode(join(path, '..')), 0o700);
    }
    assert.equal(await evidence.localPath(TO), join(dir, 'evidence/a/originals/ab', DIGEST));
    await work.put('a/packages/1.zip', Buffer.from('x'));
    assert.equal(await mode(await work.localPath('a/packages/1.zip')), 0o600);
    await assert.rejects(evidence.localPath('a/none'), ObjectMissing);
  });

  it('publish without copying, and finish what a crash left between link and removal', async () => {
    await work.put('a/uploads/1', Buffer.from('x'));
    const { ino } = await stat(await work.localPath('a/uploads/1'));
    await evidence.publish(work, 'a/uploads/1', TO);
    assert.equal((await stat(await evidence.localPath(TO))).ino, ino);
    await link(await evidence.localPath(TO), join(dir, 'work/a/uploads/1'));
    assert.equal(await evidence.publish(work, 'a/uploads/1', TO), 'existed');
    assert.equal(await work.size('a/uploads/1'), undefined);
    assert.equal((await stat(await evidence.localPath(TO))).nlink, 1);
  });

  it('publish by copying from a store that has no files here', async () => {
    const remote = {
      get: async () => Readable.from([Buffer.from('far')]),
      delete: async () => {},
    } as unknown as ObjectStore;
    assert.equal(await evidence.publish(remote, 'a/uploads/1', TO), 'published');
    assert.equal(await evidence.size(TO), 3);
  });

  it('are never what a symbolic link points to', async () => {
    await writeFile(join(dir, 'outside'), 'secret');
    await work.put('a/x', Buffer.from('x'));
    await symlink(join(dir, 'outside'), join(dir, 'work/a/link'));
    assert.equal(await work.size('a/link'), undefined);
    await assert.rejects(work.get('a/link'), ObjectMissing);
    await assert.rejects(evidence.publish(work, 'a/link', TO), ObjectMissing);
    const keys: string[] = [];
    for await (const { key } of work.list('')) keys.push(key);
    assert.deepEqual(keys, ['a/x']);
  });

  it('leave no half-written file behind a restart', async () => {
    await writeFile(join(dir, 'work/.tmp/half'), 'x');
    await new FilesystemWorkStore(join(dir, 'work')).prepare();
    assert.deepEqual(await readdir(join(dir, 'work/.tmp')), []);
  });
});
