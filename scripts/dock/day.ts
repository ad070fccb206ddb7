import { dayOf } from '../../server/policy/day.ts';
import { canonicalBytes } from '../../signing/canonical.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { type DockDay, type DockDayFile, encodeDockDay } from '../../signing/dock-day.ts';
import { type Agent, type Card, find } from './agent.ts';
import { compareFiles } from './findings.ts';
import { type FileRow, pendingStates } from './state.ts';

/** Files in one statement. */
const FILES = 1000;

/** States the day of each card with which all is done, once for what is new in it. Throws Refused, Away, TrustRefused. */
export async function stateDays(agent: Agent): Promise<void> {
  for (const card of [...agent.cards.values()])
    if (agent.state.count([card.key], pendingStates) === 0) await stateDay(agent, card);
}

async function stateDay(agent: Agent, card: Card): Promise<void> {
  const { state, api, now, zone, contact, tell } = agent;
  const files = state.ofCard(card.key);
  for (const finding of compareFiles(card.profile, files)) find(agent, card.key, finding);
  const at = now().toISOString();
  const day = dayOf(at, zone);
  const today = (ms: number) => dayOf(new Date(ms).toISOString(), zone) === day;
  const seen = files.filter(({ lastSeen }) => today(lastSeen)).map(fileOf);
  const findings = state.findings(card.key, day).map(({ code, detail }) => ({ code, ...(detail && { detail }) }));
  const content = { seen, findings, clock: state.card(card.key)?.offsetMs ?? null };
  const sha256 = sha256Hex(canonicalBytes(JSON.parse(JSON.stringify(content))));
  if (state.stated(card.key, day) === sha256) return;
  const { trust } = await contact.open();
  for (let from = 0; from === 0 || from < seen.length; from += FILES) {
    const statement: DockDay = {
      v: 1,
      kind: 'tiezheng.dock-day',
      ...{ agency: trust.agency, dock: trust.dock, day, zone, madeAt: at, device: card.device },
      ...(content.clock !== null && { clockOffsetMs: content.clock }),
      ...{ seen: seen.slice(from, from + FILES), findings: from === 0 ? findings.slice(0, FILES) : [] },
    };
    const body = { statement: Buffer.from(encodeDockDay(statement)).toString('utf8') };
    const { id } = await api.json<{ id: string }>('POST', '/dock-days', body, {
      'Idempotency-Key': sha256Hex(Buffer.from(body.statement)),
    });
    tell('stated', { card: card.key, day, id, files: statement.seen.length, findings: statement.findings.length });
  }
  state.setStated(card.key, day, sha256);
}

function fileOf({ shown: name, size, sha256, record, state }: FileRow): DockDayFile {
  return { name, size, ...(sha256 && { sha256 }), ...(record && { record }), state };
}
