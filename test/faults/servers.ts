import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { s3Name } from '../contracts/s3-objects.ts';

const run = promisify(execFile);
const scripts = fileURLToPath(new URL('../../scripts/servers', import.meta.url));

/** A server of the fault runs: ended without warning, and started again on the data that it had. */
export interface Killable {
  name: 'database' | 'object server';
  kill(): void;
  start(): Promise<void>;
}

/** Those that scripts/servers/up.sh started under `root`. */
export function serversIn(root: string): Killable[] {
  return [
    killable('database', join(root, 'mongo'), 'mongo-up.sh'),
    // Of Ceph only its gateway: what lies behind that keeps its objects in memory here.
    s3Name === 'ceph'
      ? killable('object server', join(root, 'ceph'), 'ceph-up.sh', 'run/client.rgw.a.pid')
      : killable('object server', join(root, 'minio'), 'minio-up.sh'),
  ];
}

function killable(name: Killable['name'], folder: string, script: string, pidFile = 'pid'): Killable {
  return {
    name,
    kill() {
      const [pid] = readFileSync(join(folder, pidFile), 'utf8').trim().split(/\s+/);
      process.kill(Number(pid), 'SIGKILL');
    },
    async start() {
      await run(join(scripts, script), [folder]);
    },
  };
}
