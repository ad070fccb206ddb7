import { signatures } from './artefacts.ts';
import { claim, judge } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { file, of } from './scene.ts';
import * as twins from './twins.ts';

const dss = 'EU DSS 6.4';

const cades = ({ content, cms, level }: twins.Signed) =>
  ask(
    'dss',
    `CAdES-BASELINE-${level}`,
    file(cms),
    file(content),
    of('trust/ca.pem'),
    of('trust/ca.crl'),
    of('trust/tsa.pem'),
  );

/** A signature of the impostor, asked of under the impostor's root. */
interface Revocable extends twins.Signed {
  list: Uint8Array;
}
const revocable = ({ level, content, cms, list }: Revocable) => {
  const [root, tsa] = [twins.impostor.certificatePem, twins.impostorTsa.certificatePem];
  return ask('dss', `CAdES-BASELINE-${level}`, file(cms), file(content), file(root), file(list), file(tsa));
};

judge(dss, ['java', drivers.dss.needs], () => {
  for (const [artefact, thing] of Object.entries(signatures)) {
    claim({ judge: dss, artefact, thing, ask: cades, refuses: { ...twins.cmsTwins, ...twins.foreignTime } });
  }
  const content = Buffer.from('content');
  const { plain, timed, empty, list } = twins.revoked(content);
  claim({
    ...{ judge: dss, artefact: 'CAdES-B, its signer on a revocation list', ask: revocable },
    thing: (): Revocable => ({ level: 'B', content, cms: plain, list: empty }),
    refuses: { 'the signer is revoked, whenever it signed': (thing) => ({ ...thing, list }) },
  });
  claim({
    ...{ judge: dss, artefact: 'CAdES-T from before its signer was revoked', ask: revocable },
    thing: (): Revocable => ({ level: 'T', content, cms: timed, list }),
    refuses: { 'the same without its time': (thing): Revocable => ({ ...thing, level: 'B', cms: plain }) },
  });
});
