import { z } from 'zod';
import { type AccountEvent, accountKind } from '../access/account.ts';
import { issuedToken, lastUses, newTokenAnswer, tokenAnswer, withUses } from '../access/bearer-tokens.ts';
import { instantIn } from '../access/periods.ts';
import { invalid, present } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, text } from '../http/shapes.ts';

/** An auditor's tokens for programs that read the log, entry bundles included: their own, and good for nothing else. */

const access = { permission: 'log-token.manage' } as const;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;

const issue = route({
  method: 'post',
  path: '/log-tokens',
  summary: { zh: '签发本人的账本审计令牌，仅显示一次', en: 'Issue a token for auditing the log; it is shown once' },
  access,
  leaves: ['account.token-issued'],
  body: z.strictObject({ name: text(100), expiresAt: instantIn }),
  answer: newTokenAnswer,
  status: 201,
  async handler(context, { body }) {
    const { deps, chain, signedIn } = context;
    const days = (Date.parse(body.expiresAt) - deps.now().getTime()) / DAY_MS;
    if (days <= 0) throw invalid('/expiresAt', 'it is past');
    if (days > LONGEST_DAYS) throw invalid('/expiresAt', 'more than {days} days from now', { days: LONGEST_DAYS });
    const event: AccountEvent = { type: 'account.token-issued', data: { id: deps.newId(), ...body } };
    const { state, version } = await context.execute(accountKind, signedIn.id, (): AccountEvent[] => [event]);
    const issued = state.tokens.at(-1)!;
    const held = (await deps.ledger.load(accountKind, chain, signedIn.id)).state?.tokens;
    return await issuedToken(deps, chain, `account/${signedIn.id}`, { issued, version, held });
  },
});

const list = route({
  method: 'get',
  path: '/log-tokens',
  summary: { zh: '本人的账本审计令牌', en: "One's own tokens for auditing the log" },
  access,
  leaves: [],
  answer: z.object({ items: z.array(tokenAnswer) }),
  async handler({ deps, chain, signedIn }) {
    const { state } = await deps.ledger.load(accountKind, chain, signedIn.id);
    return { items: withUses(state?.tokens ?? [], await lastUses(deps, chain, [`account/${signedIn.id}`])) };
  },
});

const revoke = route({
  method: 'delete',
  path: '/log-tokens/{id}',
  summary: { zh: '吊销账本审计令牌，立即失效', en: 'Revoke a token for auditing the log; it ends at once' },
  access,
  leaves: ['account.token-revoked'],
  params: idParam,
  async handler(context, { params: { id } }): Promise<undefined> {
    await context.execute(accountKind, context.signedIn.id, (account): AccountEvent[] => {
      const token = present(account?.tokens.find((held) => held.id === id));
      return token.revokedAt ? [] : [{ type: 'account.token-revoked', data: { id } }];
    });
  },
});

export const logTokenRoutes: Route[] = [issue, list, revoke];
