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

const words: Record<RecordEvent['type'], { zh: string; en: string }> = {
  'record.received': { zh: '接收', en: 'received' },
  'record.corrected': { zh: '更正', en: 'corrected' },
  'record.sealed': { zh: '固化', en: 'sealed' },
  'record.probed': { zh: '补充探测', en: 'probed later' },
  'record.timed': { zh: '补充时间戳', en: 'the time stamp came later' },
  'record.quarantined': { zh: '隔离', en: 'quarantined' },
  'record.linked': { zh: '关联', en: 'linked' },
  'record.link-ended': { zh: '解除关联', en: 'link ended' },
  'record.external-id-set': { zh: '登记外部编号', en: 'external id set' },
  'record.confirmed': { zh: '个人签名确认', en: 'confirmed by a personal signature' },
  'record.erase-permitted': { zh: '许可清除存储卡', en: 'a dock may erase it from the card' },
  'record.card-erased': { zh: '已从存储卡清除', en: 'erased from the card' },
  'record.disposed': { zh: '销毁', en: 'disposed' },
};

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
    const said = words[type as RecordEvent['type']] ?? { zh: type, en: type };
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
