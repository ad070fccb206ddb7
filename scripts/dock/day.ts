import { dayOf } from '../../server/policy/day.ts';
import { canonicalBytes } from '../../signing/canonical.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { type DockDay, type DockDayFile, type DockDayFinding, encodeDockDay } from '../../signing/dock-day.ts';
import { type Agent, type Card, find } from './agent.ts';
import { compareFiles } from './findings.ts';
import { type FileRow, pendingStates } from './state.ts';

/** Bytes of lists in one statement, well below DOCK_DAY_LIMIT; names on hostile cards are long. */
const BYTES = 262_144;

/** After so long what a card that is away left to tell is left untold, and which files were on a card is told no more, ms. */
const RECENT_MS = 2 * 86_400_000;

/** So long findings may wait for the service before they stay untold, ms. */
const TOLD_MS = 31 * 86_400_000;

type Stated = Pick<Card, 'key' | 'device' | 'profile'>;

/**
 * The statements of days: of each card with which all is done, once for what is new in it. A card that went, or has nothing on it any more that says
 * whose it is, is seen to once more.
 */
export class Days {
  readonly #over = new Set<string>();
  /** By card: the day and what the state was when its day was stated last. */
  readonly #stated = new Map<string, string>();

  /** Throws Refused, Away, TrustRefused. */
  async state(agent: Agent): Promise<void> {
    for (const key of agent.cards.keys()) this.#over.delete(key);
    for (const card of [...agent.cards.values(), ...this.#away(agent)]) {
      if (agent.state.count([card.key], pendingStates) > 0) continue;
      const standing = `${today(agent)} ${agent.state.changes}`;
      if (this.#stated.get(card.key) !== standing) await stateDay(agent, card);
      this.#stated.set(card.key, standing);
      if (!agent.cards.has(card.key)) this.#over.add(card.key);
    }
  }

  #away({ cards, state, profiles, now }: Agent): Stated[] {
    return state.attachedSince(now().getTime() - RECENT_MS).flatMap(({ card: key, device, profile: name }) => {
      const profile = profiles.find((each) => each.profile === name);
      return profile && !cards.has(key) && !this.#over.has(key) ? [{ key, device, profile }] : [];
    });
  }
}

const today = ({ now, zone }: Agent): string => dayOf(now().toISOString(), zone);

/** Today, and the days before with findings that are not told: an upload may last beyond midnight. */
async function stateDay(agent: Agent, card: Stated): Promise<void> {
  const { state, now, zone } = agent;
  for (const finding of compareFiles(card.profile, state.ofCard(card.key))) find(agent, card.key, finding);
  const dayAt = (ms: number) => dayOf(new Date(ms).toISOString(), zone);
  const since = now().getTime() - RECENT_MS;
  const files = state.seenSince(card.key, since);
  for (const day of new Set([...state.findingDays(card.key, dayAt(now().getTime() - TOLD_MS)), today(agent)])) {
    const findings = state.findings(card.key, day).map(({ code, detail }) => ({ code, ...(detail && { detail }) }));
    const seen = files.filter(({ lastSeen }) => dayAt(lastSeen) === day).map(fileOf);
    if (seen.length + findings.length === 0 && !agent.cards.has(card.key)) continue;
    const told = digestOf(findings);
    if (day !== today(agent) && state.stated(card.key, `${day} findings`) === told) continue;
    const content = digestOf({ seen, findings, clock: state.card(card.key)?.offsetMs ?? null });
    if (state.stated(card.key, day) !== content) await bringStatements(agent, card, day, { seen, findings });
    state.setStated(card.key, day, content);
    state.setStated(card.key, `${day} findings`, told);
  }
}

const digestOf = (content: object): string => sha256Hex(canonicalBytes(JSON.parse(JSON.stringify(content))));

async function bringStatements(agent: Agent, card: Stated, day: string, { seen, findings }: Part): Promise<void> {
  const { api, now, zone, contact, tell, state } = agent;
  const { trust } = await contact.open();
  const offsetMs = state.card(card.key)?.offsetMs ?? undefined;
  for (const part of partsOf(seen, findings)) {
    const statement: DockDay = {
      v: 1,
      kind: 'tiezheng.dock-day',
      ...{ agency: trust.agency, dock: trust.dock, day, zone, madeAt: now().toISOString(), device: card.device },
      ...(offsetMs !== undefined && { clockOffsetMs: offsetMs }),
      ...part,
    };
    const body = { statement: Buffer.from(encodeDockDay(statement)).toString('utf8') };
    const { id } = await api.json<{ id: string }>('POST', '/dock-days', body, {
      'Idempotency-Key': sha256Hex(Buffer.from(body.statement)),
    });
    tell('stated', { card: card.key, day, id, files: statement.seen.length, findings: statement.findings.length });
  }
}

type Part = Pick<DockDay, 'seen' | 'findings'>;

/** All of both lists, in as many parts as it needs; one, of nothing, where there is nothing. */
export function partsOf(seen: readonly DockDayFile[], findings: readonly DockDayFinding[]): Part[] {
  const all = [...findings.map((finding) => ({ finding })), ...seen.map((file) => ({ file }))];
  const made: { seen: DockDayFile[]; findings: DockDayFinding[] }[] = [{ seen: [], findings: [] }];
  let bytes = 0;
  for (const each of all) {
    const size = canonicalBytes(each).length;
    if (bytes + size > BYTES) made.push({ seen: [], findings: [] });
    bytes = bytes + size > BYTES ? size : bytes + size;
    const part = made.at(-1)!;
    if ('file' in each) part.seen.push(each.file);
    else part.findings.push(each.finding);
  }
  return made;
}

function fileOf({ shown: name, size, sha256, record, state }: FileRow): DockDayFile {
  return { name, size, ...(sha256 && { sha256 }), ...(record && { record }), state };
}
