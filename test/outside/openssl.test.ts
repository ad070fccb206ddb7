import { createHash } from 'node:crypto';
import { verifyDetached } from '../../signing/cms.ts';
import { signatures, times } from './artefacts.ts';
import { claim, judge } from './claims.ts';
import { opensslCms, run } from './run.ts';
import { file, of, read } from './scene.ts';
import * as twins from './twins.ts';

const cms = ({ content, cms }: twins.Signed) => opensslCms(file(cms), file(content), of('trust/ca.pem'));

const ts = ({ content, reply }: twins.Stamped) =>
  run('openssl', [
    ...['ts', '-verify', '-in', file(reply), '-data', file(content)],
    ...['-CAfile', of('trust/ca.pem'), '-untrusted', of('trust/tsa.pem')],
  ]);

/** The time stamp inside a CAdES-T, and what it is over: the SHA-256 of the signature's value. */
interface Inside {
  token: Uint8Array;
  digest: Uint8Array;
}

function inside({ content, cms }: twins.Signed): Inside {
  const contentSha256 = createHash('sha256').update(content).digest();
  const trust = [read('trust/ca.pem').toString()];
  const { timestamp } = verifyDetached({ cms, contentSha256, trust });
  if (!timestamp) throw new Error('there is no time stamp inside');
  return { token: timestamp.token, digest: timestamp.imprint.digest };
}

const token = ({ token, digest }: Inside) =>
  run('openssl', [
    ...['ts', '-verify', '-token_in', '-in', file(token), '-digest', Buffer.from(digest).toString('hex')],
    ...['-CAfile', of('trust/ca.pem'), '-untrusted', of('trust/tsa.pem')],
  ]);

const listed = ({ certificate, root, list }: twins.Listed) =>
  run('openssl', ['verify', '-crl_check', '-CAfile', file(root), '-CRLfile', file(list), file(certificate)]);

const stamper = (certificate: string) =>
  run('openssl', ['verify', '-purpose', 'timestampsign', '-CAfile', of('trust/ca.pem'), file(certificate)]);

judge('openssl', ['openssl'], () => {
  for (const [artefact, thing] of Object.entries(signatures)) {
    const asked = { judge: 'openssl cms', artefact, thing, ask: cms };
    claim({ ...asked, refuses: twins.cmsTwins, overlooks: twins.foreignTime });
  }
  for (const [artefact, signed] of Object.entries(signatures)) {
    claim<Inside>({
      ...{ judge: 'openssl ts -token_in', artefact: `${artefact}, the time stamp inside`, ask: token },
      thing: () => inside(signed()),
      refuses: {
        'over another signature': ({ token, digest }) => ({ token, digest: twins.flipped(digest) }),
        "a bit of the signature's value": ({ token, digest }) => ({ token: twins.flipped(token, -1), digest }),
      },
    });
  }
  for (const [artefact, thing] of Object.entries(times)) {
    claim({ judge: 'openssl ts', artefact, thing, ask: ts, refuses: twins.timeTwins });
  }
  claim({
    ...{ judge: 'openssl verify -crl_check', artefact: 'certs/signer.pem with ca.crl', ask: listed },
    thing: () => {
      const [certificate, root, list] = ['receipt/certs/signer.pem', 'trust/ca.pem', 'trust/ca.crl'].map(read);
      return { certificate, root, list } as twins.Listed;
    },
    refuses: twins.listTwins,
  });
  claim({
    ...{ judge: 'openssl verify -purpose timestampsign', artefact: 'certs/tsa.pem', ask: stamper },
    thing: () => read('trust/tsa.pem').toString(),
    refuses: {
      'a signer that stamps no time': () => read('receipt/certs/signer.pem').toString(),
      'another authority': () => twins.impostorTsa.certificatePem,
    },
  });
});
