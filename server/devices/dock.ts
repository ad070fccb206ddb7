import { z } from 'zod';
import { instantKept } from '../access/periods.ts';
import type { EventOf, Kind } from '../ledger/kind.ts';

/** Docking stations: programs that bring footage in, each with tokens of its own. Token values and hashes are never in the ledger. */
export const dockEvents = {
  'dock.registered': { v: 1, data: z.strictObject({ name: z.string(), departmentId: z.string() }) },
  'dock.token-issued': { v: 1, data: z.strictObject({ id: z.string(), name: z.string(), expiresAt: instantKept }) },
  'dock.token-revoked': { v: 1, data: z.strictObject({ id: z.string() }) },
} as const;

export type DockEvent = EventOf<typeof dockEvents>;

export interface DockToken {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string;
  revokedAt?: string;
}

export interface DockState {
  id: string;
  name: string;
  departmentId: string;
  tokens: DockToken[];
  registeredAt: string;
}

export const dockKind: Kind<DockState, DockEvent> = {
  name: 'dock',
  events: dockEvents,
  foldVersion: 1,
  indexes: ['name', 'departmentId'],
  fold(state, event, meta) {
    if (event.type === 'dock.registered') return { id: meta.id, ...event.data, tokens: [], registeredAt: meta.time };
    const dock = state as DockState;
    if (event.type === 'dock.token-issued') {
      return { ...dock, tokens: [...dock.tokens, { ...event.data, createdAt: meta.time }] };
    }
    const tokens = dock.tokens.map((token) =>
      token.id === event.data.id ? { ...token, revokedAt: meta.time } : token,
    );
    return { ...dock, tokens };
  },
};

/** Whether a token opens the door at an instant (UTC with milliseconds). */
export const tokenIsGood = ({ expiresAt, revokedAt }: DockToken, now: string) => !revokedAt && now < expiresAt;
