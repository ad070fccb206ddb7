import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unpack } from '../../scripts/demo/unpack.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { type Client, must } from '../support/client.ts';
import { sm2Identity, sm2Issued } from '../unit/signing/sm2-pki.ts';
import { emptyFolder } from './scene.ts';

/** What the service makes for an agency with an SM2 certificate: folders of a receipt and of a package, and paths of the agency's key and its certificate's root. */
export interface Sm2Scene {
  receipt: string;
  bag: string;
  key: string;
  root: string;
}

export async function makeSm2Scene(): Promise<Sm2Scene> {
  const folder = emptyFolder();
  sm2Identity(folder, 'root', 'ca');
  sm2Issued(folder, 'signer', 'root', 'signer');
  const first = await startApp();
  // The certificates begin now, and are used ten minutes later.
  first.clock.advance(602_000);
  const { id, code } = await foundAgency(first);
  await first.stop();
  const settings = { [id]: { certificate: 'signer.pem', ca: 'root.pem', key: 'signer.key' } };
  writeFileSync(join(folder, 'sm2.json'), JSON.stringify(settings));
  const config = { SM2_SIGNERS: join(folder, 'sm2.json') };
  const app = await startApp({ config, dataDir: first.dataDir, clock: first.clock });
  try {
    return {
      ...(await bring(new TestAgency(app, id, code), folder)),
      key: join(folder, 'signer.key'),
      root: join(folder, 'root.pem'),
    };
  } finally {
    await app.destroy();
  }
}

async function bring(agency: TestAgency, folder: string): Promise<Pick<Sm2Scene, 'receipt' | 'bag'>> {
  const departmentId = await agency.department();
  const { client: officer } = await agency.person({ roles: ['officer'], departments: [departmentId] });
  const { client: archivist } = await agency.person({ roles: ['archivist'] });
  const body = { kind: 'penalty', cause: '占道经营', departmentId, stage: 'INSPECT' };
  const { id: caseId } = must(await officer.post('/cases', body), 201);
  const form = new FormData();
  form.set('caseId', caseId);
  form.set('files', new Blob(['现场检查笔录\n']), '笔录.txt');
  const { id: record } = must(await officer.send('POST', '/records', { body: form }), 201).records[0];
  const receipt = await taken(officer, `/records/${record}/receipt`, join(folder, 'receipt.zip'));
  const { id } = must(await archivist.post(`/cases/${caseId}/exports`, {}), 202);
  const bag = await taken(archivist, `/exports/${id}/content`, join(folder, 'package.zip'));
  return { receipt, bag: join(bag, 'bag') };
}

/** Takes a zip as soon as it is there, and unpacks it beside. */
async function taken(client: Client, path: string, zip: string): Promise<string> {
  for (let round = 0; round < 400; round++, await sleep(50)) {
    const response = await client.fetch('GET', path);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status !== 200) continue;
    writeFileSync(zip, bytes);
    const folder = zip.replace(/\.zip$/, '');
    await unpack(zip, folder);
    return folder;
  }
  throw new Error(`${path} does not come`);
}
