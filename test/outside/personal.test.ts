import { before, describe } from 'mocha';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { bring, film, settled } from '../support/uploads.ts';
import { claim, judge } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { opensslCms } from './run.ts';
import { file } from './scene.ts';
import { cmsTwins, type Signed } from './twins.ts';

/** A statement that an officer signed, with the trust of the installation that the certificate is of. */
interface Confirmed extends Signed {
  ca: Uint8Array;
  crl: Uint8Array;
  tsa: Uint8Array;
}

const PASSWORD = 'correct horse battery 71';

/** An officer confirms a record under their own certificate, as the service makes one. */
async function confirm(): Promise<Confirmed> {
  const app = await startApp();
  try {
    const agency = await foundAgency(app);
    const departments = [await agency.department()];
    const officer = await agency.person({ roles: ['officer'], departments });
    await agency.setPassword(officer.id, PASSWORD);
    const record = await bring(officer.client, film(3000, 1), { filename: 'a.mp4' });
    await settled(agency, record);
    const path = `/records/${record}/confirmations`;
    const { statement, sha256 } = must(await officer.client.get(`${path}/statement`));
    const signature = { statement: sha256, password: PASSWORD };
    must(await officer.client.post(path, { signature }), 201);
    const [made] = must(await officer.client.get(path)).items;
    const trust = async (name: string) =>
      new Uint8Array(await (await app.client().fetch('GET', `/trust/${name}`)).arrayBuffer());
    const [ca, crl, tsa] = await Promise.all([trust('ca.pem'), trust('ca.crl'), trust('tsa.pem')]);
    return { level: 'T', content: Buffer.from(statement), cms: Buffer.from(made.signature, 'base64'), ca, crl, tsa };
  } finally {
    await app.destroy();
  }
}

describe('a personal signature', () => {
  let confirmed: Confirmed;
  before(async () => {
    confirmed = await confirm();
  });
  const asked = { artefact: "an officer's confirmation of a record", thing: () => confirmed };
  /** The twins, under the same trust. */
  const refuses = Object.fromEntries(
    Object.entries(cmsTwins).map(([name, tamper]) => [
      name,
      (thing: Confirmed): Confirmed => ({ ...thing, ...tamper(thing) }),
    ]),
  );

  judge('openssl cms, of a person', ['openssl'], () => {
    claim<Confirmed>({
      ...{ ...asked, judge: 'openssl cms', refuses },
      ask: ({ content, cms, ca }) => opensslCms(file(cms), file(content), file(ca)),
    });
  });

  judge('EU DSS 6.4, of a person', ['java', drivers.dss.needs], () => {
    claim<Confirmed>({
      ...{ ...asked, judge: 'EU DSS 6.4', refuses },
      ask: ({ content, cms, ca, crl, tsa }) =>
        ask('dss', 'CAdES-BASELINE-T', file(cms), file(content), file(ca), file(crl), file(tsa)),
    });
  });
});
