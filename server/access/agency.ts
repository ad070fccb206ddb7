import { z } from 'zod';
import type { Claim, EventOf, Kind } from '../ledger/kind.ts';

/** Facts of the installation: the stream `agency/<id>` of the chain `system`; the agency's own chain is named by its id. */
export const agencyEvents = {
  'agency.founded': {
    v: 1,
    /** `first`: of the link that was printed at the first start; there is one such agency at most. */
    data: z.strictObject({ name: z.string(), code: z.string(), first: z.boolean() }),
  },
} as const;

export type AgencyEvent = EventOf<typeof agencyEvents>;

export interface AgencyState {
  id: string;
  name: string;
  /** What people type at signing in, when there are several agencies. */
  code: string;
  foundedAt: string;
}

export const agencyCodeClaim = (code: string): Claim => ({ name: 'agency-code', value: code.toLowerCase() });

export const agencyKind: Kind<AgencyState, AgencyEvent> = {
  name: 'agency',
  events: agencyEvents,
  words: {
    name: { zh: '机关', en: 'agency' },
    events: {
      'agency.founded': { zh: '设立机关', en: 'agency founded' },
    },
  },
  foldVersion: 1,
  indexes: ['code'],
  claims: ({ data: { code, first } }) => ({
    take: [agencyCodeClaim(code), ...(first ? [{ name: 'first-agency', value: '' }] : [])],
  }),
  fold(_state, { data: { name, code } }, meta) {
    return { id: meta.id, name, code, foundedAt: meta.time };
  },
};
