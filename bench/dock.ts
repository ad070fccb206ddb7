import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Organisation } from '../scripts/demo/organisation.ts';
import { fakeCamera } from '../scripts/fake-cameras/cameras.ts';
import { type Clips, makeClips } from '../scripts/fake-cameras/clips.ts';
import { writeCamera } from '../scripts/fake-cameras/write.ts';
import { memoryOf, rate, row, since } from './report.ts';
import { MiB } from './sample.ts';

/** As large as what a recorder makes in some minutes. */
const FILM_BYTES = 128 * MiB;
/** Two dozen cards with a short film each: here it counts what a file costs by itself, whatever its size. */
const SHORT = { cameras: 24, bytes: 2 * MiB };
const main = fileURLToPath(new URL('../scripts/main.ts', import.meta.url));

/** Films as a recorder makes them, so many bytes in all, a card for each; then short ones. */
export async function dockCards(folder: string, origin: string, people: Organisation, bytes: number): Promise<void> {
  const clips = await makeClips().catch(() => undefined);
  if (!clips) {
    row({ what: 'dock', value: '(no ffmpeg here)' });
    return;
  }
  const films = { cameras: Math.max(1, Math.round(bytes / FILM_BYTES)), bytes: Math.min(bytes, FILM_BYTES) };
  for (const cards of [films, SHORT]) await dockAtOnce(folder, origin, await registerDock(people), { clips, ...cards });
}

interface Cards {
  clips: Clips;
  cameras: number;
  /** Of each film; there is one on each card. */
  bytes: number;
}

/**
 * All cards at once: the agent, from its start until every receipt is verified, beside `rsync` into a local folder and a digest of each copy, which
 * is what a station does that proves nothing. Where there is no rsync, `cp`.
 */
async function dockAtOnce(folder: string, origin: string, token: string, { clips, cameras, bytes }: Cards) {
  const [cards, state] = [join(folder, 'cards'), join(folder, 'dock.db')];
  mkdirSync(cards);
  const making = { clips, files: 1, size: bytes, now: new Date(), zone: 'Asia/Shanghai' };
  for (let n = 0; n < cameras; n++) writeCamera(cards, fakeCamera(n, making));
  const what = `${cameras} cards, films of ${bytes / MiB} MiB`;
  const all = Number(toolOut('du', ['-sb', '--apparent-size', cards]).split('\t')[0]);
  // What was written last lies in memory: read all once, and count neither.
  copyAndDigest(cards, join(folder, 'copy'));
  const bare = copyAndDigest(cards, join(folder, 'copy'));
  row({ what: `${bare.program} and sha256sum, ${what}`, value: rate(all / bare.seconds) });
  const dock = await runAgent({ folder, cards, state }, origin, token);
  const ratio = (bare.seconds / dock.seconds).toFixed(2);
  row({
    what: `dock, ${what}, to sealed and verified`,
    value: `${rate(all / dock.seconds)}, ${(cameras / dock.seconds).toFixed(1)} cards/s`,
    ratio,
  });
  row({ what: 'peak memory of the dock agent', value: `${dock.mib} MiB`, mark: '< 320 MiB' });
  for (const used of [cards, state, `${state}.trust`]) rmSync(used, { recursive: true });
}

function copyAndDigest(from: string, to: string): { program: string; seconds: number } {
  const rsync = spawnSync('rsync', ['--version']).error === undefined;
  const began = performance.now();
  if (rsync) toolOut('rsync', ['-a', `${from}/`, to]);
  else toolOut('cp', ['-a', from, to]);
  toolOut('find', [to, '-type', 'f', '-exec', 'sha256sum', '{}', '+']);
  const seconds = since(began);
  rmSync(to, { recursive: true });
  return { program: rsync ? 'rsync' : 'cp (no rsync here)', seconds };
}

function toolOut(program: string, args: string[]): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
  return stdout;
}

async function registerDock({ admin, security, departmentId }: Organisation): Promise<string> {
  const { id } = await admin.post<{ id: string }>('/docks', { name: '采集站', departmentId });
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  return (await security.post<{ token: string }>(`/docks/${id}/tokens`, { name: 'bench', expiresAt })).token;
}

async function runAgent(
  { folder, cards, state }: { folder: string; cards: string; state: string },
  origin: string,
  token: string,
) {
  const tokenFile = join(folder, 'dock.token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const began = performance.now();
  const args = ['--watch', cards, '--server', origin, '--token-file', tokenFile, '--state', state];
  const child = spawn(process.execPath, [main, 'dock', '--once', '--settle', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // As the unit of docs/dock.md sets it.
    env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=128' },
  });
  let mib = 0;
  const findings: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    mib = memoryOf(child.pid) ?? mib;
    if (JSON.parse(line).event === 'finding') findings.push(line);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the dock ended with ${code}:\n${findings.join('\n')}`);
  return { seconds: since(began), mib };
}
