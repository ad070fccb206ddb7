import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProber, type ProbeResult, type ProberOptions } from '../../../server/media/probe.ts';

export const hasFfmpeg =
  spawnSync('ffmpeg', ['-version']).status === 0 && spawnSync('ffprobe', ['-version']).status === 0;

export const prober = (options: Partial<ProberOptions> = {}) =>
  createProber({ logger: { info: () => {}, warn: () => {} }, ...options });

/** A folder of test files that is removed with `clear`; clips last so many seconds. */
export function clipFolder(seconds = 1) {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-media-'));
  const at = (name: string) => join(folder, name);
  return {
    at,
    /** Picture, sound or both, in the container that the name says. */
    make(name: string, what: 'av' | 'v' | 'a', ...options: string[]): string {
      const picture = ['-f', 'lavfi', '-i', `testsrc=size=176x144:rate=25:duration=${seconds}`];
      const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
      const inputs = [...(what === 'a' ? [] : picture), ...(what === 'v' ? [] : sound)];
      execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, ...options, at(name)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return at(name);
    },
    write(name: string, content: string | Uint8Array): string {
      writeFileSync(at(name), content);
      return at(name);
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Whether a result may stand in canonical JSON: integers, well-formed text without controls, nothing undefined; and
 * is not large.
 */
export function isKeepable(result: ProbeResult): boolean {
  const sound = (value: unknown): boolean => {
    if (typeof value === 'number') return Number.isSafeInteger(value);
    if (typeof value === 'string') return value.isWellFormed() && !/\p{Cc}/u.test(value) && [...value].length <= 256;
    return typeof value === 'object' && value !== null && Object.values(value).every(sound);
  };
  return sound(result) && Buffer.byteLength(JSON.stringify(result)) < 32 * 1024;
}
