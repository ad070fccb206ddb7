import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { foundAgency } from './agency.ts';
import { startApp } from './app.ts';
import { type Client, must } from './client.ts';
import { things } from './things.ts';
import { bring, film, pdf, program, settled, sha256 } from './uploads.ts';

/** A stopped installation with some of everything in it, and copies of it for tests that break them. */
export interface Installation {
  dir: string;
  agency: string;
  department: string;
  /** A sealed document, a sealed film, an executable in quarantine. */
  records: { document: string; film: string; quarantined: string };
  originals: { document: Buffer; film: Buffer };
  exportId: string;
  /** Authorization of a dock; Cookie of a clerk. */
  bearer: string;
  cookie: string;
  copy(): string;
  remove(): void;
}

export async function makeInstallation(): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-installation-'));
  const dir = join(folder, 'data');
  const app = await startApp({ dataDir: dir });
  const agency = await foundAgency(app);
  const department = await agency.department();
  const clerk = await agency.person({ roles: ['clerk'], departments: [department], name: '李四' });
  const archivist = await agency.person({ roles: ['archivist'] });
  const { client: dock } = await agency.dock(department);
  const caseId = await things.cases!.make(agency, department);
  const originals = { document: pdf('询问笔录'), film: film(300_000) };
  const form = new FormData();
  form.append('caseId', caseId);
  form.append('files', new Blob([originals.document]), '笔录.pdf');
  const document = must(await clerk.client.send('POST', '/records', { body: form }), 201).records[0].id;
  const told = { filename: '现场.mp4', sha256: sha256(originals.film) };
  const records = { document, film: await bring(dock, originals.film, told), quarantined: await bring(dock, program) };
  for (const id of Object.values(records)) await settled(agency, id);
  const exportId = await exported(archivist.client, caseId);
  await app.stop();
  let copies = 0;
  return {
    ...{ dir, agency: agency.id, department, records, originals, exportId },
    bearer: dock.bearer ?? '',
    cookie: clerk.client.cookie ?? '',
    copy: () => {
      const to = join(folder, `copy-${++copies}`);
      cpSync(dir, to, { recursive: true });
      return to;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function exported(archivist: Client, caseId: string): Promise<string> {
  const { id } = must(await archivist.post(`/cases/${caseId}/exports`, {}), 202);
  for (let i = 0; i < 3000; i++) {
    if (must(await archivist.get(`/exports/${id}`)).state === 'ready') return id;
    await sleep(20);
  }
  throw new Error('the export does not become ready');
}
