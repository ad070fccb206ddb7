import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { type Agent, type Card, find } from './agent.ts';
import { Refused } from './api.ts';
import { digestOnCard, openOnCard } from './card-file.ts';
import { askPermit, checkPermit, type Erasable, erase, reportErased } from './erase.ts';
import { UNREAD } from './facts.ts';
import { lateness } from './findings.ts';
import { mp4Times } from './mp4-times.ts';
import { type HeldReceipt, takeReceipt } from './receipt.ts';
import { LATER_MS } from './set-back.ts';
import type { FileRow } from './state.ts';
import { bring, UploadLost } from './upload.ts';

/** The next step of one file; each leaves the state as it is, or one step further. */

/** Sealing takes a moment, or long where many wait: asked again after a part of the time that it has taken, ms. */
const AGAIN_MS = { least: 300, most: 5000, part: 0.2 };

const again = (now: Date, { hashedAt = 0 }: FileRow): number =>
  now.getTime() + Math.min(AGAIN_MS.most, Math.max(AGAIN_MS.least, (now.getTime() - hashedAt) * AGAIN_MS.part));

const pathOf = ({ root }: Card, { path }: FileRow) => Buffer.concat([root, Buffer.from('/'), path]);
const nameOf = ({ shown }: FileRow) => shown.split('/').at(-1) ?? shown;

export async function step(agent: Agent, card: Card, file: FileRow): Promise<void> {
  if (file.state === 'stable') await digest(agent, card, file);
  else if (file.state === 'hashed') await send(agent, card, file);
  else if (file.state === 'erasing') await finish(agent, card, file);
  else await settle(agent, card, file);
}

const NOT_BROUGHT = { upload: undefined, record: undefined, manifest: undefined, permit: undefined };

/** Reads the whole file once, and what it says of its own length. Bytes that were brought already go on from there. */
async function digest(agent: Agent, card: Card, file: FileRow): Promise<void> {
  const { state, now, tell } = agent;
  const opened = await openOnCard(card.root, pathOf(card, file));
  try {
    const { sha256 } = await digestOnCard(opened, file, (bytes) => {
      agent.stopping.throwIfAborted();
      tell('read', { card: card.key, bytes });
    });
    const { seconds, made } = await mp4Times(opened, file.size);
    const facts = { ...(made && { from: made }), ...(seconds && { seconds }), ...file.facts };
    const known = file.sha256 === sha256;
    if (file.record && !known && !file.permit)
      find(agent, card.key, { code: 'changed', detail: `${file.shown}: ${file.sha256} – ${sha256}` });
    state.set(file.id, {
      ...(!known && NOT_BROUGHT),
      ...{ sha256, facts, state: known && file.record ? 'brought' : 'hashed', hashedAt: now().getTime(), tries: 0 },
    });
    tell('hashed', { card: card.key, file: file.shown, sha256, size: file.size });
  } finally {
    await opened.close();
  }
}

async function send(agent: Agent, card: Card, file: FileRow): Promise<void> {
  const { api, state, tell, throttle, now } = agent;
  const { self } = await agent.contact.open();
  const opened = await openOnCard(card.root, pathOf(card, file));
  try {
    const key = createHash('sha256').update(`${file.card}\0${file.sha256}\0${file.shown}\0${file.begun}`).digest('hex');
    const upload = { size: file.size, metadata: metadataOf(card, file), key, location: file.upload };
    const record = await bring(api, opened, upload, {
      begun: (location) => state.set(file.id, { upload: location }),
      pass: (bytes) => throttle.pass(bytes),
      sent: (bytes, offset) => tell('sent', { card: card.key, file: file.shown, bytes, offset }),
    });
    state.set(file.id, { record, state: 'brought', tries: 0, nextAt: 0 });
    tell('brought', { card: card.key, file: file.shown, record, size: file.size });
    for (const late of lateness(file, now(), self.uploadDueHours)) find(agent, card.key, late);
  } catch (error) {
    if (error instanceof UploadLost) state.set(file.id, { upload: undefined, begun: file.begun + 1 });
    else throw error;
  } finally {
    await opened.close();
  }
}

function metadataOf({ device, key }: Card, file: FileRow): Record<string, string> {
  const { facts, sha256 = '' } = file;
  const serial = facts.device ?? (key.startsWith('folder:') ? undefined : device);
  const name = nameOf(file);
  // A stamp in the name, and what the file itself says, is read by the service.
  const told = facts.from && facts.stamp && !name.includes(facts.stamp);
  return {
    ...{ filename: name, source: 'dock', sha256 },
    ...(serial && { deviceSerial: serial }),
    ...(facts.officer && { filmedBy: facts.officer }),
    ...(facts.mark && facts.mark !== UNREAD && { mark: facts.mark }),
    ...(told && { capturedFrom: facts.from, capturedRaw: facts.stamp }),
  };
}

/** A record: sealed or not, then erased, erasable, or kept. */
async function settle(agent: Agent, card: Card, file: FileRow): Promise<void> {
  const { api, state, tell, contact } = agent;
  const { trust } = await contact.open();
  const { record = '', sha256 = '', size } = file;
  const about = { card: card.key, file: file.shown, record };
  let receipt: HeldReceipt | undefined;
  try {
    receipt = await takeReceipt(api, trust, { record, sha256, size });
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'NOT_SEALED')) throw error;
    await checkPermit(api, { record, name: nameOf(file), sha256, size }).catch((refusal) => {
      if (!(refusal instanceof Refused && refusal.code === 'RECORD_QUARANTINED')) return;
      state.set(file.id, { state: 'quarantined', note: refusal.message });
      find(agent, card.key, { code: 'quarantined', detail: `${file.shown}: ${record}` });
    });
  }
  if (!receipt) {
    state.set(file.id, { nextAt: again(agent.now(), file) });
    return;
  }
  if (file.state === 'brought') tell('sealed', { ...about, sha256 });
  state.set(file.id, { state: 'sealed', manifest: receipt.manifest });
  const erasable: Erasable = { ...file, root: card.root, path: pathOf(card, file), name: nameOf(file), record, sha256 };
  try {
    demandUnmarked(file);
    await (agent.erase ? eraseWith(agent, file, erasable, receipt) : wouldErase(agent, file, erasable));
  } catch (error) {
    if (!(error instanceof Refused && error.status === 409)) throw error;
    if (error.code === 'NOT_PUBLISHED') state.set(file.id, { nextAt: again(agent.now(), file) });
    else {
      state.set(file.id, { state: 'kept', note: error.message, nextAt: agent.now().getTime() + LATER_MS });
      tell('kept', { ...about, why: error.code, detail: error.message });
    }
  }
}

/** Marked at the camera as what keeps its card, or by what nobody knows or can read: not asked for at all, whatever the service would say. */
function demandUnmarked({ facts: { mark } }: FileRow): void {
  if (mark === UNREAD) throw new Refused(409, 'CARD_DOUBTFUL', 'what stands beside it cannot be read');
  if (mark !== undefined && mark !== 'key') throw new Refused(409, 'CARD_IS_ORIGINAL', mark);
}

async function wouldErase({ api, state, tell }: Agent, file: FileRow, erasable: Erasable): Promise<void> {
  await checkPermit(api, erasable);
  state.set(file.id, { state: 'erasable' });
  tell('would-erase', { card: file.card, file: file.shown, record: erasable.record, sha256: erasable.sha256 });
}

async function eraseWith(agent: Agent, file: FileRow, erasable: Erasable, receipt: HeldReceipt): Promise<void> {
  const { api, state, now, contact } = agent;
  const { trust } = await contact.open();
  const permit = await askPermit(api, erasable);
  const proven = (id: string) => state.set(file.id, { permit: id, state: 'erasing' });
  await erase(erasable, permit, receipt, trust, { now, proven });
  state.set(file.id, { note: UNLINKED });
  await told(agent, file, permit.id);
}

/** Its entry in the folder is gone, and that was by us. */
const UNLINKED = 'unlinked';

/** A permit was proven before the power went: a file that is there is proven again; one that is gone is told, unless the whole card may be away. */
async function finish(agent: Agent, card: Card, file: FileRow): Promise<void> {
  const path = pathOf(card, file);
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (there) agent.state.set(file.id, { state: 'sealed', note: undefined });
  else if (file.note === UNLINKED || (await holdsAnything(path))) await told(agent, file, file.permit ?? '');
  else {
    find(agent, card.key, { code: 'erase-unsure', detail: `${file.shown}: ${file.permit}` });
    agent.state.set(file.id, { state: 'gone' });
  }
}

/** Whether the folder of a file still is what it was: an empty one may be where a card was mounted. */
async function holdsAnything(path: Buffer): Promise<boolean> {
  const folder = path.subarray(0, path.lastIndexOf(0x2f));
  return (await readdir(folder).catch(() => [])).length > 0;
}

async function told({ api, state, now, tell }: Agent, file: FileRow, permit: string): Promise<void> {
  const { record = '' } = file;
  await reportErased(api, record, permit, now());
  state.set(file.id, { state: 'erased', lastSeen: now().getTime(), tries: 0, nextAt: 0 });
  tell('erased', { card: file.card, file: file.shown, record, permit });
}
