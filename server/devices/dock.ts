import { z } from 'zod';
import { type HeldToken, markRevoked, tokenIssued, tokenRevoked } from '../access/bearer-tokens.ts';
import type { EventOf, Kind } from '../ledger/kind.ts';

/** Docking stations: programs that bring footage in, each with tokens of its own. Token values and hashes are never in the ledger. */
export const dockEvents = {
  'dock.registered': { v: 1, data: z.strictObject({ name: z.string(), departmentId: z.string() }) },
  'dock.token-issued': { v: 1, data: tokenIssued },
  'dock.token-revoked': { v: 1, data: tokenRevoked },
} as const;

export type DockEvent = EventOf<typeof dockEvents>;

export interface DockState {
  id: string;
  name: string;
  departmentId: string;
  tokens: HeldToken[];
  registeredAt: string;
}

export const dockKind: Kind<DockState, DockEvent> = {
  name: 'dock',
  events: dockEvents,
  words: {
    name: { zh: '采集站', en: 'docking station' },
    events: {
      'dock.registered': { zh: '登记采集站', en: 'docking station registered' },
      'dock.token-issued': { zh: '签发采集站令牌', en: 'dock token issued' },
      'dock.token-revoked': { zh: '吊销采集站令牌', en: 'dock token revoked' },
    },
  },
  foldVersion: 1,
  indexes: ['name', 'departmentId'],
  fold(state, event, meta) {
    if (event.type === 'dock.registered') return { id: meta.id, ...event.data, tokens: [], registeredAt: meta.time };
    const dock = state as DockState;
    if (event.type === 'dock.token-issued') {
      return { ...dock, tokens: [...dock.tokens, { ...event.data, createdAt: meta.time }] };
    }
    return { ...dock, tokens: markRevoked(dock.tokens, event.data.id, meta.time) };
  },
};
