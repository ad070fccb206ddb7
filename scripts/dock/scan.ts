import { type Agent, type Card, find } from './agent.ts';
import { readSmallOnCard } from './card-file.ts';
import { findCards, isThere, type Mount } from './cards.ts';
import { aheadBy, CLOCK_TOLERANCE_MS, readClock } from './clock.ts';
import { type Facts, factsOf, isIgnored, profileOf, UNREAD } from './facts.ts';
import type { Profile } from './profile.ts';
import { SIDECAR_LIMIT } from './sidecar.ts';
import type { FileRow } from './state.ts';
import { pathOn, type Told, toldBeside } from './told.ts';
import { type Found, type Passed, walk } from './walk.ts';

/** Bytes at the end of a log that are read. */
const LOG_LIMIT = 262_144;
/** Of what is passed over so many of each sort are told. */
const PASSED = 100;

/** Looks at all cards: attaches new ones, lets go of those that are away, enters what is on them. */
export async function look(agent: Agent): Promise<void> {
  const mounts = await findCards(agent.watch);
  for (const card of [...agent.cards.values()]) if (!mounts.some((mount) => isSame(mount, card))) detach(agent, card);
  for (const mount of mounts) await lookAt(agent, mount);
}

const isSame = (a: Mount, b: Mount): boolean => a.root.equals(b.root) && a.dev === b.dev && a.ino === b.ino;

function detach({ cards, tell }: Agent, { key }: Card): void {
  cards.delete(key);
  tell('detached', { card: key });
}

async function lookAt(agent: Agent, mount: Mount): Promise<void> {
  const passed: Passed[] = [];
  const files: Found[] = [];
  const listedAt = agent.now().getTime();
  try {
    for await (const file of walk(mount.root, (each) => passed.push(each))) files.push(file);
  } catch {
    return; // it was pulled out
  }
  const card = await cardOf(agent, mount, files);
  if (!card) return;
  const listed = !passed.some(({ code }) => code === 'unreadable' || code === 'too-many-files');
  const whole = (await isThere(mount)) && listed;
  for (const { code, shown } of foremost(passed)) find(agent, card.key, { code, detail: shown });
  const wanted = files.filter(({ shown }) => !isIgnored(card.profile, shown));
  const told = await toldBeside(agent.state, card, wanted, listed);
  agent.state.together(() => {
    agent.state.judgeAnew(card.key, ['kept'], agent.now().getTime());
    agent.state.readAnew(card.key, agent.now().getTime());
    for (const file of wanted) enter(agent, card, { ...file, listedAt, told: told(file.shown) });
    if (whole) missing(agent, card, wanted);
  });
}

/** What was passed over, of each sort the first: a card made of links must not fill the state. */
function foremost(passed: readonly Passed[]): Passed[] {
  return [...Map.groupBy(passed, ({ code }) => code)].flatMap(([code, each]) =>
    each.length > PASSED ? [...each.slice(0, PASSED), { code, shown: '…' }] : each,
  );
}

/** The card that is attached there, which is let go when it is another by now: cards may be changed between two looks. */
async function cardOf(agent: Agent, mount: Mount, files: readonly Found[]): Promise<Card | undefined> {
  const known = [...agent.cards.values()].find((card) => isSame(card, mount));
  if (!known) return await attach(agent, mount, files);
  const { device } = await identify(agent, mount, files);
  if (device === undefined || device === known.device || known.key.startsWith(NO_SERIAL)) return known;
  detach(agent, known);
  return await attach(agent, mount, files);
}

const NO_SERIAL = 'folder:';

async function identify({ profiles, zone }: Agent, mount: Mount, files: readonly Found[]) {
  const shown = files.map((file) => file.shown);
  const profile = profileOf(profiles, shown);
  return { profile, device: (await serialOf(profile, mount, files)) ?? mostly(profile, shown, zone) };
}

/** Which device it is, by its profile; undefined when another card with the same number is attached. */
async function attach(agent: Agent, mount: Mount, files: readonly Found[]): Promise<Card | undefined> {
  const { state, now, tell, cards } = agent;
  const { profile, device } = await identify(agent, mount, files);
  const key = device ?? `${NO_SERIAL}${mount.folder}`;
  if (cards.has(key)) {
    find(agent, key, { code: 'same-device-twice', detail: mount.folder });
    return undefined;
  }
  const card = { ...mount, key, device: device ?? mount.folder, profile };
  const clock = await clockOf(agent, card, files);
  state.attach({ card: key, device: card.device, profile: profile.profile, ...clock, attachedAt: now().getTime() });
  state.judgeAnew(key, agent.erase ? ['kept', 'erasable'] : ['kept'], Number.POSITIVE_INFINITY);
  state.readAnew(key, Number.POSITIVE_INFINITY);
  cards.set(key, card);
  tell('attached', { card: key, folder: mount.folder, profile: profile.profile, files: files.length, ...clock });
  return card;
}

async function serialOf({ device }: Profile, { root }: Mount, files: readonly Found[]): Promise<string | undefined> {
  const file = device && files.find(({ shown }) => shown.toLowerCase() === device.file.toLowerCase());
  const bytes = file && (await readSmallOnCard(root, file.path, SIDECAR_LIMIT));
  return bytes && device.pattern.exec(Buffer.from(bytes).toString('latin1'))?.groups?.device?.toUpperCase();
}

/** The number that most of the names have. */
function mostly(profile: Profile, shown: readonly string[], zone: string): string | undefined {
  const counts = new Map<string, number>();
  for (const path of shown) {
    const { device } = factsOf(profile, path, new Map(), zone);
    if (device) counts.set(device, (counts.get(device) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

async function clockOf(
  agent: Agent,
  { key, root, profile }: Card,
  files: readonly Found[],
): Promise<{ offsetMs?: number; clockLine?: string }> {
  const { now, zone, state } = agent;
  // Where all was erased nothing says whose log it is, and whether it was read already.
  if (files.every(({ shown }) => isIgnored(profile, shown))) return {};
  const logs = files.filter(({ shown }) => profile.log?.files.test(shown)).sort((a, b) => (a.shown < b.shown ? -1 : 1));
  const newest = logs.at(-1);
  const bytes = newest && (await readSmallOnCard(root, newest.path, LOG_LIMIT, 'end'));
  const { offsetMs, last, jumps } = readClock(profile, bytes ?? new Uint8Array(), now(), zone);
  const known = state.card(key);
  // It was attached all the time: what its log says is of then, and was read then.
  if (last !== undefined && known?.clockLine === last)
    return { clockLine: last, ...(known.offsetMs !== null && { offsetMs: known.offsetMs }) };
  for (const stamp of jumps) find(agent, key, { code: 'clock-jump', detail: `${newest?.shown}: ${stamp}` });
  const facts = files.map(({ shown }) => factsOf(profile, shown, new Map(), zone));
  const ahead = offsetMs ?? (aheadBy(facts, now()) || undefined);
  if (ahead !== undefined && Math.abs(ahead) >= CLOCK_TOLERANCE_MS)
    find(agent, key, { code: 'clock-offset', detail: `${Math.round(ahead / 1000)} s` });
  return { ...(ahead !== undefined && { offsetMs: ahead }), ...(last !== undefined && { clockLine: last }) };
}

/** A file as it was listed, and what stands beside it. */
type Listed = Found & { listedAt: number; told: Told };

function enter(agent: Agent, card: Card, file: Listed): void {
  const { state, now, zone, settleMs } = agent;
  const at = now().getTime();
  const path = pathOn(card.root, file);
  const { shown, size, mtimeMs, listedAt, told } = file;
  const row = state.file(card.key, path);
  const facts = (): Facts => ({
    ...factsOf(card.profile, shown, told.says ?? new Map(), zone),
    ...(told.unread && { mark: UNREAD }),
  });
  if (!row) {
    state.add({ card: card.key, path, shown, size, mtimeMs, facts: facts() }, at);
    return;
  }
  // It went after the card was listed.
  if (row.state === 'erased' && row.lastSeen >= listedAt) return;
  if (row.size === size && row.mtimeMs === mtimeMs && row.state !== 'erased') {
    const settled = row.state === 'seen' && at - row.lastSeen >= settleMs;
    if (told.says || told.unread !== (row.facts.mark === UNREAD))
      state.set(row.id, { facts: { ...certain(row), ...facts() } });
    if (settled || row.state === 'gone') state.set(row.id, { state: 'stable', nextAt: 0 });
    if (row.state !== 'seen' || settled) state.set(row.id, { lastSeen: at });
    return;
  }
  if (row.state !== 'erased') changed(agent, row, size);
  // What told of its mark may be off the card by now.
  const marked = row.state !== 'erased' && certain(row).mark;
  const anew = {
    tries: 0,
    nextAt: 0,
    note: undefined,
    lastSeen: at,
    facts: { ...(marked && { mark: marked }), ...facts() },
  };
  state.set(row.id, { ...anew, size, mtimeMs, state: 'seen' });
}

/** Facts without a mark that was feared only. */
function certain({ facts: { mark, ...others } }: FileRow): Facts {
  return mark === UNREAD || mark === undefined ? others : { ...others, mark };
}

function changed(agent: Agent, row: FileRow, size: number): void {
  const detail = `${row.shown}: ${row.size} – ${size}`;
  if (size < row.size) find(agent, row.card, { code: 'shrunken', detail });
  else if (size > row.size && row.state !== 'seen' && row.state !== 'stable')
    find(agent, row.card, { code: 'changed', detail });
}

/** Files that were there and are not, without our having erased them. One that is being erased is left to who erases. */
function missing(agent: Agent, { key, root }: Card, files: readonly Found[]): void {
  const there = new Set(files.map((file) => pathOn(root, file).toString('hex')));
  for (const row of agent.state.expected(key)) {
    if (there.has(Buffer.from(row.path).toString('hex'))) continue;
    const where = row.record ? `record ${row.record}` : 'never brought';
    find(agent, key, { code: 'gone', detail: `${row.shown}: ${where}` });
    agent.state.set(row.id, { state: 'gone' });
  }
}
