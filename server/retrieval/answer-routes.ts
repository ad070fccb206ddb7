import { z } from 'zod';
import { personKind } from '../access/person.ts';
import type { Belongs } from '../access/reaches.ts';
import type { Deps } from '../deps.ts';
import { Fault, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, text } from '../http/shapes.ts';
import type { Reader } from '../ledger/ledger.ts';
import { givenSignature, sign } from '../personal/sign.ts';
import { digestOf, type Subject, showStatement, statementAnswer, statementOf } from '../personal/statement.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { grantShape, toGrant } from './answers.ts';
import { type Answer, answer, settled, withSignature } from './grant-commands.ts';
import { type GrantEvent, type GrantState, grantKind } from './grant-events.ts';

export const recordIds = z.array(z.uuid()).min(1).max(200);

/** How long and how often may be asked for and granted. */
export const limitsOf = (policy: PolicySet) => ({
  seconds: z.int().min(1).max(policy['retrieval.seconds.max'].value),
  viewings: z.int().min(1).max(policy['retrieval.viewings.max'].value),
});

export async function ofGrant(context: Context, id: string): Promise<Belongs> {
  const { departments, personId } = await context.get(grantKind, id);
  return { departments, people: [personId] };
}

/** An approver answers for departments; having asked oneself gives no right to answer. */
export const ofDepartment = async (context: Context, id: string): Promise<Belongs> => ({
  ...(await ofGrant(context, id)),
  people: [],
});

/** Answering a request, by a personal signature where the approver gives one. */
export function answerRoutes(deps: Deps): Route[] {
  const { policy } = deps;
  const { seconds, viewings } = limitsOf(policy);
  const answerBody = z.strictObject({
    decision: z.enum(['approve', 'refuse']),
    reason: text(1000),
    seconds: seconds.optional(),
    viewings: viewings.optional(),
    recordIds: recordIds.optional(),
  });
  const decide = async (context: Context, grant: GrantState, given: Answer, read: Reader): Promise<GrantEvent[]> => {
    const { id, departments } = context.signedIn;
    const asker = await read(personKind, grant.personId);
    if (given.decision === 'approve' && asker?.state !== 'active') {
      throw new Fault('STATE_NOT_ALLOWED', { params: { state: asker?.state ?? 'unknown' } });
    }
    return answer(grant, given, { id, departments }, { now: deps.now(), policyVersion: policy.version });
  };

  return [
    route({
      method: 'post',
      path: '/grants/{id}/answer/statement',
      asks: true,
      summary: { zh: '以个人签名审批时所签的内容', en: 'What is signed to answer a request by a personal signature' },
      access: { permission: 'grant.answer', of: ofDepartment },
      leaves: [],
      params: idParam,
      body: answerBody,
      answer: statementAnswer,
      handler: async (context, { params, body }) => {
        const subject = subjectOf(context, params.id, body);
        return showStatement(await statementOf(deps, context.chain, subject));
      },
    }),
    route({
      method: 'post',
      path: '/grants/{id}/answer',
      summary: { zh: '审批调阅申请，可附个人签名', en: 'Approve or refuse a request for retrieval, signed if wanted' },
      access: { permission: 'grant.answer', of: ofDepartment },
      leaves: ['grant.approved', 'grant.refused', 'certificate.issued'],
      params: idParam,
      body: answerBody.extend({ signature: givenSignature.optional() }),
      answer: grantShape,
      handler: async (context, { params, body: { signature, ...given } }) => {
        const { ifVersion } = context;
        const done = await context.execute(
          grantKind,
          params.id,
          async (known, read) => {
            const events = await decide(context, present(known), given, read);
            if (!signature) return events;
            return withSignature(events, await sign(context, subjectOf(context, params.id, given), signature));
          },
          { ifVersion },
        );
        return toGrant(done.state, deps.now());
      },
    }),
  ];
}

/** What an approver signs: the request as it stands, and the answer with nothing left open. */
function subjectOf({ signedIn }: Context, id: string, given: Answer): Subject<GrantState, GrantEvent> {
  const digests = (grant: GrantState) => ({ answer: digestOf(settled(grant, given)) });
  return { purpose: 'grant.answer', signer: signedIn.id, kind: grantKind, id, digests };
}
