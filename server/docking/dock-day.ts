import { z } from 'zod';
import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { dockingKey } from '../../storage/objects/layout.ts';
import type { EventOf, Kind } from '../ledger/kind.ts';
import { proofRef } from '../records/shapes.ts';

/** What docks saw of each device, day by day. The statement names files, so it is an object of the evidence store; the entry holds its digest. */
export const dockDayEvents = {
  'dock-day.stated': {
    v: 1,
    data: z.strictObject({
      dockId: z.string(),
      departmentId: z.string(),
      day: z.string(),
      device: z.string(),
      files: z.int().nonnegative(),
      findings: z.array(z.strictObject({ code: z.string(), count: z.int().positive() })),
      statement: proofRef,
      signature: proofRef,
    }),
  },
} as const;

export type DockDayEvent = EventOf<typeof dockDayEvents>;

export type DockDayState = DockDayEvent['data'] & { id: string; statedAt: string };

export const dockDayKind: Kind<DockDayState, DockDayEvent> = {
  name: 'dock-day',
  events: dockDayEvents,
  words: {
    name: { zh: '采集日报', en: 'dock statement' },
    events: {
      'dock-day.stated': { zh: '采集站日报', en: 'daily statement of a dock' },
    },
  },
  foldVersion: 1,
  indexes: ['dockId', 'departmentId', 'day', 'device', 'statedAt'],
  fold: (_, { data }, { id, time }) => ({ ...data, id, statedAt: time }),
};

/** Every object that such an entry names. */
export async function* dockDayObjects(
  documents: DocumentStore,
): AsyncGenerator<{ where: string; key: string; size: number }> {
  for await (const { id, body, chain } of documents.all(dockDayKind.name)) {
    const { statement, signature } = body as unknown as DockDayState;
    for (const { sha256, size } of [statement, signature])
      yield { where: `dock-day ${id}`, key: dockingKey(chain, sha256), size };
  }
}
