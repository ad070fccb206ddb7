import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { pdf } from '../support/uploads.ts';

export const PASSWORD = 'correct horse battery 71';

/** An agency with an officer, who brings records, and an archivist, who packs them. */
export interface ArchiveHouse {
  app: TestApp;
  agency: TestAgency;
  department: string;
  officer: TestPerson;
  archivist: TestPerson;
  /** A case at the stage of inspection. */
  openCase(cause: string, caseNo?: string): Promise<string>;
  closeCase(id: string): Promise<void>;
  /** Brings a document into a case; answers its record. */
  document(caseId: string, name: string): Promise<string>;
}

export async function openArchiveHouse(): Promise<ArchiveHouse> {
  // An original is lost on purpose, also where the engine could keep locks.
  const app = await startApp({ config: { OBJECT_LOCK: 'off' } });
  const agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
  const department = await agency.department('综合执法一中队');
  const officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
  const archivist = await agency.person({ roles: ['archivist'], name: '吴档案' });
  await agency.setPassword(archivist.id, PASSWORD);
  const { client } = officer;
  return {
    ...{ app, agency, department, officer, archivist },
    async openCase(cause, caseNo) {
      const body = { kind: 'penalty', cause, departmentId: department, stage: 'INSPECT', ...(caseNo && { caseNo }) };
      return must(await client.post('/cases', body), 201).id;
    },
    async closeCase(id) {
      for (const stage of ['FILE', 'CLOSE']) must(await client.post(`/cases/${id}/stages`, { stage, note: '办结' }));
    },
    async document(caseId, name) {
      const form = new FormData();
      form.set('caseId', caseId);
      form.set('stage', 'INSPECT');
      form.set('files', new Blob([new Uint8Array(pdf(name))]), name);
      return must(await client.send('POST', '/records', { body: form }), 201).records[0].id;
    },
  };
}
