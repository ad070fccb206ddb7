import { pino } from 'pino';
import { type DepartmentEvent, departmentKind } from '../server/access/department.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { systemActor } from '../server/deps.ts';
import { startPublishing } from '../server/log/publishing.ts';
import { since } from './report.ts';

const WRITERS = 400;

/** One process that appends to a chain while its log is published. */
export interface Appending {
  /**
   * Appends a second through the whole way of a command (load, decide, encrypt, append, make durable, fold, save), by 400 writers at once: each a new
   * stream with a key of its own, then a further entry on streams that are there.
   */
  run(count: number): Promise<{ fresh: number; further: number }>;
  close(): Promise<void>;
}

export async function openAppending(settings: Record<string, string>, chain: string): Promise<Appending> {
  const service = await compose(readConfig({ ...settings, LOG_LEVEL: 'silent' }), pino({ level: 'silent' }));
  const { ledger, newId } = service.deps;
  const append = (id: string, event: DepartmentEvent) =>
    ledger.execute(departmentKind, chain, id, systemActor('bench'), () => [event]);
  const publishing = startPublishing(service.deps);
  return {
    async run(count) {
      const ids = Array.from({ length: count }, newId);
      const fresh = await perSecond(ids, (id) => append(id, { type: 'department.founded', data: { name: id } }));
      const further = await perSecond(ids, (id) =>
        append(id, { type: 'department.corrected', data: { name: `${id}+` } }),
      );
      return { fresh, further };
    },
    async close() {
      await publishing.stop();
      await service.close();
    },
  };
}

async function perSecond(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<number> {
  let next = 0;
  const began = performance.now();
  const writer = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) await work(id);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return ids.length / since(began);
}
