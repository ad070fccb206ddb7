import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { settingsShown } from '../config.ts';
import type { Deps } from '../deps.ts';
import { stateOf } from '../http/health.ts';
import { type Feature, type Route, route } from '../http/route.ts';
import { policyAnswer, showPolicy } from '../policy/routes.ts';

/** The installation as its system administrator sees it: how its engines are, what it is set to, and which numbers hold. */

const well = z.enum(['ok', 'failing']);
const abilities = z.object({
  versions: z.boolean(),
  retention: z.boolean(),
  hold: z.boolean(),
  checksums: z.boolean(),
});

const stateAnswer = z.object({
  version: z.string(),
  ready: z.boolean(),
  engines: z.record(z.string(), well),
  probe: z.enum(['ok', 'unavailable']),
  /** Entries that are not published yet, the most of any chain. */
  head: z.object({ distance: z.int(), failing: z.boolean() }),
  witnesses: z.record(z.string(), z.enum(['ok', 'failing', 'refused'])),
  /** Logs of others that we saw fork. */
  forks: z.int(),
  /** What the bucket of evidence was found to do; absent for a folder. */
  objects: abilities.optional(),
  /** Its locks, where this process looked at them last: when the first of them ends, and how many could not be had. */
  locks: z.object({ failing: z.int().optional(), until: z.string().optional() }).optional(),
  /** Bytes that can still be written; absent where the engine does not say. */
  space: z.object({ evidence: z.number().optional(), work: z.number().optional() }),
});

const settingsAnswer = z.object({
  settings: z.array(z.object({ name: z.string(), value: z.string(), meaning: z.string() })),
  policy: policyAnswer,
});

const routes: Route[] = [
  route({
    method: 'get',
    path: '/system/state',
    summary: { zh: '引擎与存储状态', en: 'The state of engines and storage' },
    access: { permission: 'system.read' },
    leaves: [],
    answer: stateAnswer,
    handler: async ({ deps }) => ({
      version: packageJson.version,
      ...(await stateOf(deps)),
      space: await spaceOf(deps),
    }),
  }),
  route({
    method: 'get',
    path: '/system/settings',
    summary: { zh: '当前配置（隐去秘密）与现行数值', en: 'The settings, secrets hidden, and the numbers in force' },
    access: { permission: 'system.read' },
    leaves: [],
    answer: settingsAnswer,
    handler: async ({ deps: { config, policy } }) => ({
      settings: settingsShown(config),
      policy: showPolicy(policy),
    }),
  }),
];

async function spaceOf({ evidence, work }: Deps) {
  const free = async (store: { freeSpace(): Promise<number> }) => {
    const bytes = await store.freeSpace().catch(() => Number.POSITIVE_INFINITY);
    return Number.isFinite(bytes) ? bytes : undefined;
  };
  return { evidence: await free(evidence), work: await free(work) };
}

export const systemRoutes: Feature = () => ({ routes });
