import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { awaitSealed, bringDocument, bringFootage, linkBoth, openCase, readSource } from './demo/casework.ts';
import { judge } from './demo/judges.ts';
import { foundAgency } from './demo/organisation.ts';
import { DOCUMENT_NAME, makeDocument } from './demo/own-document.ts';
import { readSetupLink, type Service, startServer } from './demo/own-server.ts';
import { readable, Steps } from './demo/steps.ts';
import { takeContainer, takePackage, takeReceipt, takeTrust } from './demo/taking.ts';
import { takeLog, takeVerifierKey } from './demo/taking-log.ts';
import { watchUnderGrant } from './demo/watching.ts';

const usage = `用法 usage: npm run demo -- --footage FILE [--document FILE] --out DIR [--url URL --setup-link LINK]

--footage     视频、音频或任一受支持类型的文件 footage, or any file of the supported types
--document    文书；不给则自动生成一份 a document; without it one is made
--out         结果目录，不得含有先前演示的结果 where everything is left; must hold no earlier demo
--url         已在运行的服务；不给则自行启动 a service that runs already; without it one is started
--setup-link  该服务的一次性链接 its one-time link`;

interface Options {
  footage: string;
  document: string | undefined;
  out: string;
  service: { origin: string; token: string } | undefined;
}

/** What the demo leaves in its folder. */
const LEAVES = ['data', 'receipt', 'receipt.zip', 'export', 'trust', 'log', 'report.json', DOCUMENT_NAME];

const options = await readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = await run(options);
}

async function readOptions(args: string[]): Promise<Options | string> {
  let values: { footage?: string; document?: string; out?: string; url?: string; 'setup-link'?: string };
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({
      args,
      options: { footage: text, document: text, out: text, url: text, 'setup-link': text },
    }));
  } catch (error) {
    return (error as Error).message;
  }
  const { footage, document, out, url, 'setup-link': link } = values;
  if (footage === undefined || out === undefined) return '缺少 --footage 或 --out (both are needed)';
  for (const path of [footage, ...(document === undefined ? [] : [document])]) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) return `没有此文件 no such file: ${path}`;
  }
  const earlier = LEAVES.filter((name) => existsSync(join(out, name)));
  if (earlier.length > 0) return `${out} 中已有先前的结果 holds results of an earlier demo: ${earlier.join(', ')}`;
  if ((url === undefined) !== (link === undefined)) return '--url 与 --setup-link 须同时给出 (they come together)';
  const token = link === undefined ? undefined : (readSetupLink(link)?.token ?? link);
  const service = url !== undefined && token !== undefined ? { origin: url.replace(/\/+$/, ''), token } : undefined;
  return { footage: resolve(footage), document: document && resolve(document), out: resolve(out), service };
}

/** The whole way of one case. Returns the exit code; the report is written whether or not every step is as it should be. */
async function run({ footage, document, out, service: given }: Options): Promise<number> {
  const startedAt = new Date();
  const report: Record<string, unknown> = { ok: false, startedAt: startedAt.toISOString() };
  const steps = new Steps();
  let service: Service | undefined;
  try {
    const data = join(out, 'data');
    await mkdir(given ? out : data, { recursive: true });
    service = given
      ? { ...given, stop: async () => {} }
      : await steps.run('启动服务', 'The service starts', () => startServer(data, process.env));
    steps.tell(service.origin, '');
    await tell(service, { footage, document, out }, steps, report);
    report.ok = true;
    console.log(`\n全部步骤符合预期 Every step went as it must. → ${out}`);
  } catch (error) {
    report.error = (error as Error).message;
    console.error(`\n✗ 未达预期 not as it should be: ${(error as Error).message}`);
  } finally {
    await service?.stop();
    const ms = Date.now() - startedAt.getTime();
    const whole = { ...report, finishedAt: new Date().toISOString(), ms, steps: steps.done };
    await writeFile(join(out, 'report.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
  }
  return report.ok === true ? 0 : 1;
}

async function tell(
  { origin, token }: Service,
  { footage, document, out }: Pick<Options, 'footage' | 'document' | 'out'>,
  steps: Steps,
  report: Record<string, unknown>,
): Promise<void> {
  const organisation = await foundAgency(origin, token, steps);
  const file = await openCase(organisation, steps);
  const video = await readSource(footage);
  const uploaded = await bringFootage(organisation, video, steps);
  const paper = await readSource(document ?? (await makeDocument(out, new Date())));
  const paperId = await bringDocument(organisation, paper, steps);
  const [videoRecord, paperRecord] = await steps.run('等待固化', 'Both are sealed', async () => {
    const records = [
      await awaitSealed(organisation, uploaded.recordId, video),
      await awaitSealed(organisation, paperId, paper),
    ] as const;
    for (const { name, object, size } of records)
      steps.tell(`${name}（${readable(size)}）SHA-256 ${object?.sha256}`, 'sealed');
    return records;
  });
  await linkBoth(organisation, file, [videoRecord.id, paperRecord.id], steps);
  await takeReceipt(organisation, videoRecord.id, join(out, 'receipt'), join(out, 'receipt.zip'), steps);
  const retrieval = await watchUnderGrant(
    organisation,
    { caseId: file.caseId, recordId: videoRecord.id, size: video.size },
    steps,
  );
  if (retrieval.sha256 !== video.sha256) throw new Error('调阅到的内容与原件不同 what was watched is not the original');
  const taken = await takePackage(organisation, file.caseId, join(out, 'export'), steps);
  const container = await takeContainer(organisation, file.caseId, join(out, 'export'), steps);
  const trust = await takeTrust(origin, join(out, 'trust'));
  const vkey = await takeVerifierKey(origin, organisation, join(out, 'trust'));
  const entries = await takeLog(organisation, join(out, 'log'), vkey, steps);
  const bag = join(out, 'export', 'bag');
  const verdicts = await judge(
    { bag, zip: taken.zip, container: container.zip, receipt: join(out, 'receipt'), trust, vkey },
    steps,
  );
  Object.assign(report, {
    origin,
    agency: organisation.agency.id,
    departmentId: organisation.departmentId,
    people: Object.fromEntries(
      (['officer', 'approver', 'reviewer', 'archivist'] as const).map((role) => [role, organisation[role].id]),
    ),
    ...file,
    footage: { ...described(videoRecord), resumedAt: uploaded.resumedAt, sourceSha256: video.sha256 },
    document: { ...described(paperRecord), sourceSha256: paper.sha256 },
    retrieval,
    refusal: retrieval.refusal,
    export: { ...taken, zip: basename(taken.zip) },
    container: { ...container, zip: basename(container.zip) },
    log: { entries, vkey },
    verdicts,
  });
}

/** A sealed record as the report tells of it. */
function described({ id, name, mediaType, size, object, sealedAt }: Awaited<ReturnType<typeof awaitSealed>>) {
  return { recordId: id, name, mediaType, size, sealedAt, sha256: object?.sha256, sm3: object?.sm3 };
}
