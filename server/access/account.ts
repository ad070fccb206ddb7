import { z } from 'zod';
import { type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { type HeldToken, markRevoked, tokenIssued, tokenRevoked } from './bearer-tokens.ts';

/**
 * The stream `account/<person>`: what happened to a person's way in. It stands apart from the person, so that signing in does
 * not move the person's version, and no secret is ever in it.
 */
export const accountEvents = {
  'account.password-set': {
    v: 1,
    data: z.strictObject({ byAdministrator: z.boolean(), reason: personal(z.string()).optional() }),
  },
  'account.locked': { v: 1, data: z.strictObject({ failures: z.int().positive(), address: personal(z.string()) }) },
  'account.unlocked': { v: 1, data: z.strictObject({ reason: personal(z.string()) }) },
  'account.signed-in': { v: 1, data: z.strictObject({ address: personal(z.string()) }) },
  'account.signed-out': { v: 1, data: z.strictObject({}) },
  'account.token-issued': { v: 1, data: tokenIssued },
  'account.token-revoked': { v: 1, data: tokenRevoked },
} as const;

export type AccountEvent = EventOf<typeof accountEvents>;

export interface AccountState {
  id: string;
  passwordSetAt?: string;
  byAdministrator: boolean;
  locked: boolean;
  lastSignInAt?: string;
  /** Tokens for reading the log; a new password ends them all. */
  tokens: HeldToken[];
}

export const accountKind: Kind<AccountState, AccountEvent> = {
  name: 'account',
  events: accountEvents,
  words: {
    name: { zh: '账户', en: 'account' },
    events: {
      'account.password-set': { zh: '设置密码', en: 'password set' },
      'account.locked': { zh: '登录锁定', en: 'locked after failed sign-ins' },
      'account.unlocked': { zh: '解除锁定', en: 'unlocked' },
      'account.signed-in': { zh: '登录', en: 'signed in' },
      'account.signed-out': { zh: '退出登录', en: 'signed out' },
      'account.token-issued': { zh: '签发审计令牌', en: 'audit token issued' },
      'account.token-revoked': { zh: '吊销审计令牌', en: 'audit token revoked' },
    },
  },
  foldVersion: 2,
  indexes: ['locked'],
  fold(before, event, meta) {
    const state = before ?? { id: meta.id, byAdministrator: false, locked: false, tokens: [] };
    switch (event.type) {
      case 'account.password-set':
        return { ...state, passwordSetAt: meta.time, byAdministrator: event.data.byAdministrator, tokens: [] };
      case 'account.locked':
        return { ...state, locked: true };
      case 'account.unlocked':
        return { ...state, locked: false };
      case 'account.signed-in':
        return { ...state, lastSignInAt: meta.time };
      case 'account.signed-out':
        return state;
      case 'account.token-issued':
        return { ...state, tokens: [...state.tokens, { ...event.data, createdAt: meta.time }] };
      case 'account.token-revoked':
        return { ...state, tokens: markRevoked(state.tokens, event.data.id, meta.time) };
    }
  },
};
