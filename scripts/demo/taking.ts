import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Api, until } from './api.ts';
import type { Organisation } from './organisation.ts';
import { expect, readable, type Steps } from './steps.ts';
import { unpack } from './unpack.ts';

interface Export {
  id: string;
  state: 'queued' | 'packing' | 'ready' | 'failed' | 'deleted';
  progress?: { done: number; total: number };
  package?: { name: string; size: number; sha256: string; tagmanifest: string; files: number; url: string };
  failure?: { code: string };
}

export interface Taken {
  exportId: string;
  zip: string;
  size: number;
  sha256: string;
  files: number;
  tagmanifest: string;
}

/** The receipt of a sealed record, unpacked into `folder`. */
export async function takeReceipt(
  { officer }: Organisation,
  recordId: string,
  folder: string,
  zipPath: string,
  steps: Steps,
) {
  await steps.run('取回固化回执', 'The receipt of the sealed footage', async () => {
    // 202: its entry is being published.
    const ask = () => officer.api.send('GET', `/records/${recordId}/receipt`);
    const response = await until(60, ask, ({ status }) => status !== 202);
    expect(response.status === 200, '应给出回执', `the receipt answers ${response.status}`);
    await writeFile(zipPath, new Uint8Array(await response.arrayBuffer()), { flag: 'wx' });
    steps.tell(`${await unpack(zipPath, folder)} 个文件 → ${folder}`, 'files');
  });
}

/** The archivist exports the case, takes the package in two ranges and unpacks it into `folder`. */
export async function takePackage(
  { archivist }: Organisation,
  caseId: string,
  folder: string,
  steps: Steps,
): Promise<Taken> {
  const ready = await steps.run('档案人员导出案卷', 'The archivist exports the case', () =>
    exported(archivist.api, caseId, 'bag', steps),
  );
  return await steps.run('分两段下载并解开案卷包', 'The package is taken in two ranges and unpacked', async () => {
    const taken = await fetched(archivist.api, ready, folder);
    const files = await unpack(taken.zip, folder);
    expect(files === taken.files, '文件数应一致', `${files} files of ${taken.files}`);
    steps.tell(`${files} 个文件，${readable(taken.size)} → ${folder}`, 'files');
    return taken;
  });
}

/** The same tree as an ASiC-E container, which stays as it is. */
export async function takeContainer(
  { archivist }: Organisation,
  caseId: string,
  folder: string,
  steps: Steps,
): Promise<Taken> {
  return await steps.run('同一案卷的 ASiC-E 容器', 'The same as an ASiC-E container', async () => {
    const taken = await fetched(archivist.api, await exported(archivist.api, caseId, 'asice', steps), folder);
    steps.tell(`${taken.files} 个文件 → ${taken.zip}`, 'files');
    return taken;
  });
}

async function exported(api: Api, caseId: string, form: 'bag' | 'asice', steps: Steps): Promise<Export> {
  const { id } = await api.post<Export>(`/cases/${caseId}/exports`, { reason: '归档（演示）', form });
  const bar = { at: 0 };
  const made = await until(
    3600,
    async () => {
      const now = await api.get<Export>(`/exports/${id}`);
      if (now.progress && now.progress.done > bar.at)
        steps.tell(`已打包 ${readable(now.progress.done)}`, `of ${readable(now.progress.total)}`);
      bar.at = now.progress?.done ?? bar.at;
      return now;
    },
    ({ state }) => state !== 'queued' && state !== 'packing',
  );
  expect(made.state === 'ready', '案卷包应已生成', `the export is ${made.state} ${made.failure?.code ?? ''}`);
  return made;
}

/** Takes a package into `folder`, under the name that the service gave it. */
async function fetched(api: Api, { id, package: packed }: Export, folder: string): Promise<Taken> {
  expect(packed !== undefined, '应有案卷包', 'the export has a package');
  const { size, sha256, files, tagmanifest } = packed;
  const zip = join(folder, packed.name.replace(/[/\\\p{Cc}]/gu, '_'));
  await mkdir(folder, { recursive: true });
  const found = await download(api, packed.url, size, zip);
  expect(found === sha256, '下载内容应与登记摘要一致', 'the zip has the digest that the service told');
  return { exportId: id, zip, size, sha256, files, tagmanifest };
}

/** Root certificate, certificates of time-stamping authorities and revocation list, by another way than the package. */
export async function takeTrust(origin: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of ['ca.pem', 'tsa.pem', 'ca.crl']) {
    const response = await fetch(`${origin}/api/v1/trust/${name}`);
    expect(response.ok, `应给出 ${name}`, `${name} answers ${response.status}`);
    await writeFile(join(folder, name), new Uint8Array(await response.arrayBuffer()), { flag: 'wx' });
  }
  return join(folder, 'ca.pem');
}

async function download(api: Api, url: string, size: number, path: string): Promise<string> {
  const hash = createHash('sha256');
  const half = Math.ceil(size / 2);
  const ranges = [
    [0, half - 1],
    [half, size - 1],
  ] as const;
  for (const [start, end] of ranges) {
    const response = await api.send('GET', url, undefined, { Range: `bytes=${start}-${end}` });
    const told = response.headers.get('content-range');
    const right = response.status === 206 && told === `bytes ${start}-${end}/${size}` && response.body !== null;
    expect(right, '应返回所请求的分段', `a range answers ${response.status} ${told}`);
    const watched = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const target = createWriteStream(path, { flags: start === 0 ? 'wx' : 'a' });
    await pipeline(Readable.fromWeb(response.body as never), watched, target);
  }
  return hash.digest('hex');
}
