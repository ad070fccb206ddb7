import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { decodeEntry } from '../../signing/chain.ts';
import type { Deps } from '../deps.ts';
import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Door, type Route, route } from '../http/route.ts';
import { pageOf, text } from '../http/shapes.ts';
import { kinds } from '../kinds.ts';
import { term, type Wanted } from '../ledger/entry-blocks.ts';
import { bothWords, entryAnswers, entryView, openedEvents, wholeEntryView } from './entry-answers.ts';
import { proofOf } from './entry-proof.ts';
import { findEntries, seqParam, spanQuery } from './find-entries.ts';

/** An auditor's own permission, not that of log tokens: here names and titles are shown, which bundles do not tell. */
const access = { permission: 'audit.read' } as const;

/** How long the checkpoint over an entry is waited for, ms: it is signed every second. */
const PATIENCE_MS = 2000;
const PROOF_PATIENCE_MS = 5000;

const names = <T extends string>(all: Iterable<T>) => z.enum([...all] as [T, ...T[]]);

const listQuery = z.strictObject({
  ...spanQuery,
  /** A person, a dock, or a part of the system by its name. */
  actorId: text(100).optional(),
  via: z.enum(['session', 'device', 'system']).optional(),
  kind: names(kinds.all.map(({ name }) => name)).optional(),
  type: names(kinds.eventTypes).optional(),
  /** The id of a thing whose stream it is, or that it names: a record, case, subject, grant …, or the SHA-256 of an original. */
  of: text(100).optional(),
});

const kindView = z.object({
  kind: z.string(),
  words: bothWords,
  events: z.array(z.object({ type: z.string(), words: bothWords })),
});

export const entryRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/ledger/kinds',
    summary: { zh: '账本中的事项与事件种类', en: 'The kinds of streams and events there are, in words' },
    access,
    leaves: [],
    answer: z.object({ items: z.array(kindView) }),
    handler: async () => ({
      items: kinds.all.map(({ name, words }) => ({
        kind: name,
        words: words.name,
        events: Object.entries(words.events).map(([type, said]) => ({ type, words: said })),
      })),
    }),
  }),
  route({
    method: 'get',
    path: '/ledger/entries',
    summary: {
      zh: '本机关账本的条目，可按人员、事项、种类和时间筛选',
      en: "The agency's ledger, by who, what, of what and when",
    },
    access,
    leaves: [],
    query: listQuery,
    answer: pageOf(entryView),
    handler: async (context, { query }) => {
      const { actorId, via, kind, type, of, ...span } = query;
      const wanted: Wanted = [
        ...(actorId ? [[term.actor(actorId)]] : []),
        ...(via ? [[term.via(via)]] : []),
        ...(kind ? [[term.kind(kind)]] : []),
        ...(type ? [[term.type(type)]] : []),
        ...(of ? [[term.names(of.toLowerCase())]] : []),
      ];
      const page = await findEntries(context, wanted, span);
      const newest = Math.max(0, ...page.items.map(({ seq }) => seq));
      return { ...page, items: await entryAnswers(context, page.items, await publishedSize(context, newest)) };
    },
  }),
  route({
    method: 'get',
    path: '/ledger/entries/{seq}',
    summary: { zh: '账本条目原样与其证明', en: 'An entry: its exact bytes, and the proof that the log holds it' },
    access,
    leaves: [],
    params: seqParam,
    answer: wholeEntryView,
    handler: async (context, { params: { seq } }) => {
      const { deps, chain } = context;
      const [stored] = await deps.ledgerStore.range(chain, seq, 1);
      const { bytes } = present(stored);
      const published = await deps.log.covering(chain, seq, PATIENCE_MS);
      const [shown] = await entryAnswers(context, [present(stored)], published?.size ?? 0);
      const opened = await openedEvents(context, present(stored));
      const proof = published && { size: published.size, text: await deps.log.prover(chain, published)(seq, bytes) };
      return {
        ...present(shown),
        ...(opened && { events: opened }),
        opened: opened !== undefined,
        prev: decodeEntry(bytes).prev,
        entries: (await deps.ledgerStore.head(chain)).size,
        text: Buffer.from(bytes).toString('utf8'),
        verifierKey: deps.log.verifierKey(chain),
        ...(proof && { proof }),
      };
    },
  }),
];

export const entryDoors = (deps: Deps): Door[] => [
  {
    method: 'get',
    path: '/ledger/entries/{seq}/proof',
    summary: {
      zh: '下载条目证明（原样字节、tlog-proof、检查点及其时间戳）',
      en: 'The proof of an entry as a zip: exact bytes, tlog-proof, checkpoint and its time; 202 while it is being published',
    },
    access,
    leaves: [],
    params: seqParam,
    serve: async (context, req, res) => {
      const seq = seqParam.parse(req.params).seq;
      const [stored] = await deps.ledgerStore.range(context.chain, seq, 1);
      const zip = await proofOf(deps, present(stored), PROOF_PATIENCE_MS);
      res.set('Cache-Control', 'no-store');
      if (!zip) {
        res.status(202).set('Retry-After', '2').json({ state: 'publishing' });
        return;
      }
      res.set({
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="entry-${seq}.zip"`,
      });
      await pipeline(zip, res);
    },
  },
];

/** How many entries are published; where another process publishes, it is looked up. */
async function publishedSize({ deps, chain }: Context, newest: number): Promise<number> {
  const covering = await deps.log.covering(chain, newest, deps.shared ? PATIENCE_MS : 0);
  return Math.max(covering?.size ?? 0, deps.log.published(chain)?.size ?? 0);
}
