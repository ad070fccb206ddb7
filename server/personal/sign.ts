import { Readable } from 'node:stream';
import { z } from 'zod';
import { signDetached, timestampable, withTimestamp } from '../../signing/cms.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { personalSignatureKey } from '../../storage/objects/layout.ts';
import type { EvidenceStore } from '../../storage/objects/object-store.ts';
import { personKind } from '../access/person.ts';
import * as shape from '../access/shapes.ts';
import { agencyById, prove } from '../access/sign-in.ts';
import { Fault, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { AnyEvent } from '../ledger/kind.ts';
import { sha256 } from '../records/shapes.ts';
import { demandOwn, type OwnSignature } from './own-key.ts';
import type { PersonalSignature } from './signature.ts';
import { type Subject, statementOf } from './statement.ts';

const statement = sha256;

/** How a person signs: with the password again, or with a key of their own over the same bytes. `statement`: the digest of what was shown. */
export const givenSignature = z.union([
  z.strictObject({ statement, password: shape.password }),
  z.strictObject({ statement, cms: z.base64().max(100_000) }),
  z.strictObject({ statement, sm2: z.base64().max(200), certificate: z.string().max(20_000) }),
]);
export type GivenSignature = z.output<typeof givenSignature>;

type Made = Pick<PersonalSignature, 'form' | 'certificate' | 'standing' | 'timestamp'> & { bytes: Uint8Array };

/**
 * Signs what was shown, and keeps the signature in `evidence`. To be called where the entry is decided: what moved meanwhile is another statement. A wrong password
 * counts as one at the log-in. Throws STATEMENT_CHANGED, SIGNATURE_REFUSED, LOGIN_FAILED, LOGIN_DELAYED, ACCOUNT_LOCKED, NOT_FOUND.
 */
export async function sign<S, E extends AnyEvent>(
  context: Context,
  subject: Subject<S, E>,
  given: GivenSignature,
  evidence: EvidenceStore = context.deps.evidence,
): Promise<PersonalSignature> {
  const { deps, chain } = context;
  const statement = await statementOf(deps, chain, subject);
  if (sha256Hex(statement) !== given.statement) throw new Fault('STATEMENT_CHANGED');
  const { bytes, ...made } =
    'password' in given
      ? await byPassword(context, statement, given.password)
      : await byOwnKey(context, statement, ownOf(given));
  const signature = { sha256: sha256Hex(bytes), size: bytes.length };
  await evidence.put(personalSignatureKey(chain, signature.sha256), Readable.from([bytes]));
  return { ...made, statement: Buffer.from(statement).toString('utf8'), signature };
}

async function byPassword(context: Context, content: Uint8Array, password: string): Promise<Made> {
  const { deps, chain, signedIn, address } = context;
  const { username } = await personOf(context);
  const { person, credential } = await prove(deps, chain, { username, password }, address);
  const { name: organization } = await agencyById(deps, chain);
  const naming = {
    commonName: cut(person.name),
    organization: cut(organization),
    ...(person.certificateNo && { number: person.certificateNo }),
  };
  const holder = { agency: chain, personId: signedIn.id };
  const identity = await deps.personalKeys.unlock(holder, naming, { password, basis: credential.basis });
  const cms = signDetached({ content, ...identity, time: deps.now() });
  // Our own authority always answers: without a time the signature would not outlive a revocation.
  const imprint = timestampable(cms);
  const stamp = (await deps.timestamper.stamp(imprint)) ?? (await deps.time.timestamper.stamp(imprint));
  if (!stamp) throw new Error('no time can be had');
  const timestamp = { at: stamp.time.toISOString(), selfIssued: stamp.selfIssued };
  const { certificatePem: certificate } = identity;
  return { form: 'cms', certificate, standing: 'self-issued', timestamp, bytes: withTimestamp(cms, stamp.token) };
}

async function byOwnKey(context: Context, content: Uint8Array, own: OwnSignature): Promise<Made> {
  const { name } = await personOf(context);
  const { personalTrust: trust, now } = context.deps;
  try {
    const { pem: certificate } = demandOwn(own, content, { trust, name, now: now() });
    const [form, bytes] = 'cms' in own ? (['cms', own.cms] as const) : (['sm2', own.sm2] as const);
    return { form, certificate, standing: 'reliable', bytes };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new Fault('SIGNATURE_REFUSED', { params: { code: error.code }, cause: error });
  }
}

const personOf = async ({ deps, chain, signedIn }: Context) =>
  present((await deps.ledger.load(personKind, chain, signedIn.id)).state);

function ownOf(given: Exclude<GivenSignature, { password: string }>): OwnSignature {
  if ('cms' in given) return { cms: Buffer.from(given.cms, 'base64') };
  return { sm2: Buffer.from(given.sm2, 'base64'), certificate: given.certificate };
}

/** X.520: a name has at most 64 characters. */
const cut = (name: string) => [...name].slice(0, 64).join('');
