import { writeFile } from 'node:fs/promises';
import { readConfig } from '../server/config.ts';
import type { Deps } from '../server/deps.ts';
import { features } from '../server/features.ts';
import { describeApi } from '../server/http/openapi.ts';
import { policySet } from '../server/policy/policy-set.ts';
import { Signals } from '../server/signals.ts';
import { at } from './sources.ts';

export const SCHEMA = at('web', 'app', 'api', 'schema.d.ts');

/** web/app/api/schema.d.ts: the types of the API as the routes declare it. No service is started: declarations need settings only. */
export async function writeSchema(): Promise<void> {
  const config = readConfig({});
  const deps = { config, policy: policySet, signals: new Signals(), ledger: {} } as unknown as Deps;
  const declared = features.flatMap((feature) => {
    const { routes = [], doors = [] } = feature(deps);
    return [...routes, ...doors];
  });
  const description = describeApi(declared, config);
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const types = await openapiTS(JSON.stringify(withoutBase(description)), { alphabetize: true, silent: true });
  await writeFile(SCHEMA, `// Made by web/schema.ts from the routes.\n${astToString(types)}`);
}

/** Paths as the client writes them, under its base /api/v1. */
const withoutBase = <D extends { paths: Record<string, object> }>(description: D) => ({
  ...description,
  paths: Object.fromEntries(
    Object.entries(description.paths).map(([path, item]) => [path.replace(/^\/api\/v1/, ''), item]),
  ),
});
