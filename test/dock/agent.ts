import { join } from 'node:path';
import { type Agent, Contact } from '../../scripts/dock/agent.ts';
import { DockApi } from '../../scripts/dock/api.ts';
import { loadProfiles } from '../../scripts/dock/profile.ts';
import { Throttle } from '../../scripts/dock/rate-limits.ts';
import { DockState } from '../../scripts/dock/state.ts';
import { BackOff } from '../../server/back-off.ts';
import type { Line, Station } from './support.ts';

export type TestedAgent = Agent & { lines: Line[]; advance(ms: number): void };

/** The parts of an agent over a station's cards in this process, on a clock that can be moved on; no service answers it. */
export function agentOf({ cards, folder, origin }: Station): TestedAgent {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const lines: Line[] = [];
  const stopping = new AbortController().signal;
  const api = new DockApi(origin, 'none', stopping);
  const tell = (event: string, data = {}) => {
    lines.push({ event, ...data });
  };
  return {
    ...{ api, now, tell, lines, stopping, watch: cards, erase: false, zone: 'Asia/Shanghai', settleMs: 0 },
    state: new DockState(join(folder, 'agent.db')),
    profiles: loadProfiles(),
    throttle: new Throttle([], 'Asia/Shanghai', now, stopping),
    backOff: new BackOff(now),
    cards: new Map(),
    contact: new Contact(api, join(folder, 'agent.trust'), tell),
    advance: (ms) => {
      ahead += ms;
    },
  };
}
