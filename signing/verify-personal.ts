import { canonicalBytes } from './canonical.ts';
import { readOnePem } from './certificate.ts';
import { type CheckLine, check } from './checklist.ts';
import { verifyDetached } from './cms.ts';
import { isDigestHex, sha256, sha256Hex } from './digest.ts';
import { verifyForeign } from './foreign-cms.ts';
import { payloadKind, personalSignaturePath } from './package-layout.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isText } from './shape.ts';
import { demandSm2 } from './sm2.ts';
import { readOneSm2Pem } from './sm2-certificate.ts';
import { decodeStatement, type Purpose } from './statement.ts';
import { readListed } from './tree.ts';
import type { Ledger } from './verify-entries.ts';
import type { Bag } from './verify-package.ts';
import { demandInForce } from './verify-time.ts';

/** An event that tells of a personal signature, with its personal fields opened, and where it stands. */
export interface SignedEvent {
  seq: number;
  stream: string;
  version: number;
  /** Who is entered as having done it. */
  actor: string;
  /** Leaf hash, hex, of the entry before it in its stream. */
  before: string;
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** What is signed in an event of each type. */
export const signedTypes: Readonly<Record<string, Purpose>> = {
  'record.confirmed': 'record.confirmation',
  'grant.approved': 'grant.answer',
  'grant.refused': 'grant.answer',
};

const LIMIT = 65_536;
const FIELDS = ['statement', 'form', 'signature', 'certificate', 'standing'];

/** Personal signatures, in packages that have any: docs/formats/statement.md. */
export async function* verifyPersonal(bag: Bag, ledger: Ledger): AsyncGenerator<CheckLine> {
  const files = new Set([...bag.payload.keys()].filter((path) => payloadKind(path) === 'personal-signature'));
  if (files.size === 0 && ledger.signed.length === 0) return;
  const { line } = await check(
    [
      'personal.signatures',
      '个人签名有效，所签内容与账本条目一致',
      'each personal signature holds, over what its entry tells',
    ],
    async (findings) => {
      let [own, outside] = [0, 0];
      for (const event of ledger.signed) {
        await findings.within(`${event.type} ${event.seq}`, async () => {
          const read = readSignature(event.data.signature);
          const path = personalSignaturePath(read.sha256);
          files.delete(path);
          demandStatement(read.content, event, ledger);
          demandSigned(await readListed(bag.tree, path, bag.payload, LIMIT), read, bag);
          if (read.standing === 'reliable') outside += 1;
          else own += 1;
        });
      }
      for (const path of files) findings.fault(`of no entry: ${path}`);
      if (own > 0) findings.note(`${own} × 系统自签证书的个人签名 under the system's own certificates`);
      if (outside > 0)
        findings.note(
          `${outside} × 本人证书的签名，其证书链未在此核验 by keys of their own, whose chains are not checked here`,
        );
    },
  );
  yield line;
}

function readSignature(value: unknown) {
  const fields = fieldsOf(value, FIELDS, ['timestamp'], 'PERSONAL_INVALID', 'signature');
  const { statement, form, certificate, standing } = fields;
  const { sha256: digest } = fieldsOf(fields.signature, ['sha256', 'size'], [], 'PERSONAL_INVALID', 'signature');
  const known = (form === 'cms' || form === 'sm2') && (standing === 'self-issued' || standing === 'reliable');
  if (!isText(statement) || !isText(certificate) || !isDigestHex(digest) || !known)
    throw new ProofError('PERSONAL_INVALID', 'the signature is not told as it must be');
  return { content: Buffer.from(statement, 'utf8'), form, certificate, standing, sha256: digest };
}

/** The statement is of this agency, this thing as it stood before, this person and this act. */
function demandStatement(content: Uint8Array, event: SignedEvent, ledger: Ledger): void {
  const { purpose, agency, signer, stream, version, entry, digests } = decodeStatement(content);
  const same =
    purpose === signedTypes[event.type] &&
    agency === ledger.chain &&
    signer === event.actor &&
    stream === event.stream &&
    version === event.version - 1 &&
    entry === event.before;
  if (!same) throw new ProofError('STATEMENT_OTHER', 'the statement is of something else');
  if (Buffer.compare(canonicalBytes(digests), canonicalBytes(digestsOf(event, ledger))) !== 0)
    throw new ProofError('STATEMENT_OTHER', 'the statement is of other content');
}

function digestsOf({ type, stream, data }: SignedEvent, ledger: Ledger): Record<string, string> {
  if (type === 'record.confirmed') {
    const sealing = ledger.sealings.get(stream.slice('record/'.length));
    if (!sealing) throw new ProofError('STATEMENT_OTHER', 'the record is not sealed');
    return { manifest: sealing.manifest.sha256, object: sealing.object.sha256 };
  }
  const { reason, seconds, viewings, recordIds } = data;
  const answer =
    type === 'grant.refused'
      ? { decision: 'refuse', reason }
      : { decision: 'approve', reason, seconds, viewings, recordIds };
  return { answer: sha256Hex(canonicalBytes(answer)) };
}

function demandSigned(bytes: Uint8Array, read: ReturnType<typeof readSignature>, { believed }: Bag): void {
  const { content, certificate, form, standing } = read;
  if (form === 'sm2') {
    demandSm2(content, bytes, readOneSm2Pem(certificate).point);
    return;
  }
  const signer =
    standing === 'reliable' ? verifyForeign({ cms: bytes, content }).pem : ownSigner(bytes, content, believed);
  if (signer !== readOnePem(certificate).pem)
    throw new ProofError('SIGNER_OTHER', 'signed by another certificate than the entry tells');
}

/** Under the embedded root: it stands in certs/tsa.pem where the system itself signs under another. */
function ownSigner(cms: Uint8Array, content: Uint8Array, { inside, time }: Bag['believed']): string {
  const trust = [inside, ...(time?.tsa === undefined ? [] : [time.tsa])];
  const verified = verifyDetached({ cms, contentSha256: sha256(content), trust });
  demandInForce(verified, time);
  return verified.signer.certificatePem;
}
