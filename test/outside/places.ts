import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where judges that are fetched or built are kept between runs. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tiezheng', 'judges');

/** The sources of the judges' drivers, by language. */
export const source = fileURLToPath(new URL('.', import.meta.url));

/** What a judge's driver is started with, once `install.ts` has made it. */
export const drivers = {
  go: { needs: join(cache, 'go', 'judge'), command: [join(cache, 'go', 'judge')] },
  python: {
    needs: join(cache, 'python', 'bin', 'bagit.py'),
    command: [join(cache, 'python', 'bin', 'python'), join(source, 'python', 'judge.py')],
  },
  bagit: java('bagit', 'BagitJudge'),
  dss: java('dss', 'DssJudge'),
  sm2: java('sm2', 'Sm2Judge'),
  verapdf: java('verapdf', 'VeraJudge'),
} as const;

export type DriverName = keyof typeof drivers;

/** A Java driver: its classes, and an argument file with the class path of what Maven fetched. */
function java(name: string, main: string) {
  const folder = join(cache, 'java', name);
  const needs = join(folder, 'classpath');
  return { needs, command: ['java', '-Xshare:auto', '-XX:TieredStopAtLevel=1', `@${needs}`, main] };
}
