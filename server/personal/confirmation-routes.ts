import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { personalSignatureKey } from '../../storage/objects/layout.ts';
import { Fault, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Feature, route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { type RecordEvent, type RecordState, recordKind } from '../records/events.ts';
import { ofRecord, ofRecordToRead } from '../records/reach.ts';
import { evidenceFor } from '../seal/keeping.ts';
import { givenSignature, sign } from './sign.ts';
import { showSignature, signatureAnswer } from './signature.ts';
import { type Subject, showStatement, statementAnswer, statementOf } from './statement.ts';

const confirmation = signatureAnswer.extend({
  by: z.string(),
  at: z.string(),
  /** The version of the record that was confirmed; what was corrected later is not. */
  version: z.int(),
});

/** A record that more have confirmed is no use to anybody, and its view is read whole. */
const MOST = 100;

type Confirmation = NonNullable<RecordState['confirmations']>[number];

const shown = ({ by, at, ...signature }: Confirmation): z.input<typeof confirmation> => ({
  ...showSignature(signature),
  by,
  at,
  version: (JSON.parse(signature.statement) as { version: number }).version,
});

/** What an officer confirms: the sealed original, its manifest, and everything that is said of the record up to its present version. */
function subjectOf({ signedIn }: Context, id: string): Subject<RecordState, RecordEvent> {
  const digests = ({ state, object, manifest }: RecordState) => {
    if (state === 'disposed') throw new Fault('RECORD_DISPOSED');
    if (state !== 'sealed' || !object || !manifest) throw new Fault('NOT_SEALED');
    return { manifest: manifest.sha256, object: object.sha256 };
  };
  return { purpose: 'record.confirmation', signer: signedIn.id, kind: recordKind, id, digests };
}

const statement = route({
  method: 'get',
  path: '/records/{id}/confirmations/statement',
  summary: { zh: '确认记录信息时所签的内容', en: 'What is signed to confirm a record' },
  access: { permission: 'record.confirm', of: ofRecord },
  leaves: [],
  params: idParam,
  answer: statementAnswer,
  handler: async (context, { params }) =>
    showStatement(await statementOf(context.deps, context.chain, subjectOf(context, params.id))),
});

const confirm = route({
  method: 'post',
  path: '/records/{id}/confirmations',
  summary: { zh: '以个人签名确认记录信息', en: 'Confirm what is said of a record, by a personal signature' },
  access: { permission: 'record.confirm', of: ofRecord },
  leaves: ['record.confirmed', 'certificate.issued'],
  params: idParam,
  body: z.strictObject({ signature: givenSignature }),
  answer: confirmation,
  status: 201,
  handler: async (context, { params, body }) => {
    const decide = async (record: RecordState | undefined): Promise<RecordEvent[]> => {
      if ((record?.confirmations ?? []).length >= MOST) throw new Fault('CONFLICT');
      const evidence = await evidenceFor(context.deps, context.chain, present(record));
      const signature = await sign(context, subjectOf(context, params.id), body.signature, evidence);
      return [{ type: 'record.confirmed', data: { signature } }];
    };
    const done = await context.execute(recordKind, params.id, decide);
    return shown(done.state.confirmations?.at(-1) as Confirmation);
  },
});

const list = route({
  method: 'get',
  path: '/records/{id}/confirmations',
  summary: { zh: '记录的个人签名及其字节', en: 'Personal signatures of a record, with their bytes' },
  access: { permission: 'record.read', of: ofRecordToRead },
  leaves: [],
  params: idParam,
  answer: z.object({
    items: z.array(confirmation.extend({ signature: z.base64(), certificate: z.string() })),
  }),
  handler: async (context, { params }) => {
    const { confirmations = [] } = await context.get(recordKind, params.id);
    const items = confirmations.map(async (each) => {
      const key = personalSignatureKey(context.chain, each.signature.sha256);
      const bytes = await buffer(await context.deps.evidence.get(key));
      return { ...shown(each), signature: bytes.toString('base64'), certificate: each.certificate };
    });
    return { items: await Promise.all(items) };
  },
});

export const confirmationRoutes: Feature = () => ({ routes: [statement, confirm, list] });
