import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { externalParams, text } from '../http/shapes.ts';
import { ClaimTaken } from '../ledger/sequencer.ts';
import { externalPersonClaim, type PersonEvent, personKind } from './person.ts';
import { describeOne, personAnswer } from './person-answer.ts';
import * as commands from './person-commands.ts';
import * as shape from './shapes.ts';

/**
 * What another system knows a person as. Who is made so has no password until the security administrator gives a one-time one.
 * Two calls at once make one person.
 */
const upsert = route({
  method: 'put',
  path: '/people/external/{system}/{id}',
  summary: { zh: '按外部编号登记或更正人员', en: 'Register or correct a person by an external id' },
  access: { permission: 'person.manage' },
  leaves: ['person.registered', 'person.corrected', 'person.external-id-set'],
  params: externalParams,
  body: z.strictObject({ name: text(100), username: shape.username, certificateNo: shape.certificateNo.optional() }),
  answer: personAnswer,
  or: 201,
  async handler(context, { params, body }) {
    const claim = externalPersonClaim(params.system, params.id);
    const { deps, chain } = context;
    const named: PersonEvent = { type: 'person.external-id-set', data: params };
    for (let attempt = 1; ; attempt++) {
      const held = await deps.ledger.holder(chain, claim);
      try {
        const done = await context.execute(personKind, held ?? deps.newId(), (person) =>
          person ? commands.correct(person, body) : [...commands.register(body), named],
        );
        if (!held) context.status = 201;
        return await describeOne(context, done.state);
      } catch (error) {
        if (!(error instanceof ClaimTaken) || held || attempt === 3) throw error;
        if (!(await deps.ledger.holder(chain, claim))) throw error;
      }
    }
  },
});

export const peopleExternalRoutes: Route[] = [upsert];
