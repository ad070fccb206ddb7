import { z } from 'zod';
import { personKind } from '../access/person.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { type OpenedEntry, openWithoutKey } from '../ledger/cipher.ts';
import { namesOf } from '../ledger/find-views.ts';
import { KeyDestroyed } from '../ledger/keys.ts';
import { type RecordEvent, recordKind } from './events.ts';
import { ofRecordToRead } from './reach.ts';

const event = z.object({
  type: z.string(),
  words: z.object({ zh: z.string(), en: z.string() }),
  time: z.string(),
  /** Of the entry in the agency's ledger. */
  seq: z.int(),
  actor: z.object({ id: z.string(), role: z.string(), via: z.string(), name: z.string().optional() }),
  data: z.json(),
});

/** What happened to a record, in order. Of a disposed one only what is not personal can still be read. */
export function historyRoute(): Route {
  return route({
    method: 'get',
    path: '/records/{id}/history',
    summary: { zh: '记录的全部经过', en: 'What happened to a record, in order' },
    access: { permission: 'record.read', of: ofRecordToRead },
    leaves: [],
    params: idParam,
    answer: z.object({ items: z.array(event) }),
    handler: async (context, { params }) => {
      const entries = await entriesOf(context, params.id);
      const actors = entries.map(({ meta }) => meta.actor.id);
      const names = await namesOf(context.deps, personKind, context.chain, actors);
      return { items: entries.flatMap((entry) => inWords(entry, names)) };
    },
  });
}

async function entriesOf({ deps, chain }: Context, id: string): Promise<OpenedEntry[]> {
  try {
    return await deps.ledger.history(recordKind, chain, id);
  } catch (error) {
    if (!(error instanceof KeyDestroyed)) throw error;
    return (await deps.ledgerStore.stream(chain, `record/${id}`)).map(openWithoutKey);
  }
}

function inWords({ meta, events }: OpenedEntry, names: Map<string, string>): z.input<typeof event>[] {
  const { time, seq, actor } = meta;
  const name = names.get(actor.id);
  return events.map(({ type, data }) => {
    // Which other record has the same bytes is told by the record itself, to who may know.
    const { duplicateOf: _, ...rest } = data as { duplicateOf?: string };
    const said = recordKind.words.events[type as RecordEvent['type']] ?? { zh: type, en: type };
    return {
      type,
      words: said,
      time,
      seq,
      actor: { ...actor, ...(name !== undefined && { name }) },
      data: rest as z.input<typeof event>['data'],
    };
  });
}
