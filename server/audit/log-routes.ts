import { z } from 'zod';
import { decodeEntry } from '../../signing/chain.ts';
import { readCheckpoint, verifyCheckpoint } from '../../signing/checkpoint.ts';
import { readCosignatures } from '../../signing/cosignature.ts';
import { InvalidKey } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { Fault, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Door, type Route, route } from '../http/route.ts';
import { limit, pageOf } from '../http/shapes.ts';
import type { Published } from '../log/publisher.ts';
import { seqText } from './find-entries.ts';
import type { AnchorProof, Kept } from './kept.ts';

/** The log of an agency as it stands: what is published, who cosigned it, and whose time is over it. */

const access = { permission: 'audit.read' } as const;

const timeOfAnchor = {
  /** The proof, or what it is over, is not what it was: fsck says more. Then nothing below is there. */
  damaged: z.boolean(),
  at: z.string().optional(),
  accuracyMs: z.number().optional(),
  /** Subject of the authority's certificate. */
  authority: z.string().optional(),
  /** By an authority of this installation: it proves order, not independent time. */
  selfIssued: z.boolean().optional(),
};

const logAnswer = z.object({
  verifierKey: z.string(),
  /** Entries of the ledger. */
  entries: z.int(),
  /** Publishing fails. */
  failing: z.boolean(),
  published: z
    .object({ size: z.int(), root: z.string(), note: z.string(), lastEntryAt: z.string().optional() })
    .optional(),
  witnesses: z.array(
    z.object({
      name: z.string(),
      /** `waiting`: this process has not asked it yet. */
      standing: z.enum(['ok', 'failing', 'refused', 'waiting']),
      /** Under the checkpoint published last: when it cosigned, by its own clock. */
      cosignedAt: z.string().optional(),
    }),
  ),
  /** The checkpoint anchored last. */
  anchored: z.object({ size: z.int(), ...timeOfAnchor }).optional(),
  /** Anchors are made at least so often when the log has grown. */
  anchorMinutes: z.int(),
});

const query = z.strictObject({ limit: limit(100, 20), after: seqText.optional() });
const sizeParam = z.strictObject({ size: seqText });

const checkpointView = z.object({ size: z.int(), root: z.string(), lastEntryAt: z.string().optional() });
const anchorView = z.object({ size: z.int(), note: z.string(), tsr: z.string(), ...timeOfAnchor });

export const logRoutesOf = (kept: Kept): Route[] => [
  route({
    method: 'get',
    path: '/ledger/log',
    summary: { zh: '账本公布情况：检查点、见证人、时间戳', en: 'The published log: checkpoint, witnesses, time' },
    access,
    leaves: [],
    answer: logAnswer,
    handler: (context) => standing(context, kept),
  }),
  route({
    method: 'get',
    path: '/ledger/checkpoints',
    summary: { zh: '留存的检查点，新者在前', en: 'Checkpoints that are kept, latest first' },
    access,
    leaves: [],
    query,
    answer: pageOf(checkpointView),
    handler: async (context, { query: { limit: most, after } }) => {
      const sizes = await kept.sizesBelow(context.chain, after ?? Number.POSITIVE_INFINITY);
      const items = await Promise.all(sizes.slice(0, most).map((size) => describe(context, kept, size)));
      return { items, ...(sizes.length > most && { next: String(sizes[most - 1]) }) };
    },
  }),
  route({
    method: 'get',
    path: '/ledger/anchors',
    summary: { zh: '检查点的时间戳，新者在前', en: 'Time stamps over checkpoints, latest first' },
    access,
    leaves: [],
    query,
    answer: pageOf(anchorView),
    handler: async ({ chain }, { query: { limit: most, after } }) => {
      const proofs = await kept.anchorsBelow(chain, after ?? Number.POSITIVE_INFINITY);
      const page = wholeSizes(proofs, most);
      const items = await Promise.all(page.map(async (proof) => ({ ...proof, ...(await timeOf(kept, chain, proof)) })));
      return { items, ...(proofs.length > page.length && { next: String(page.at(-1)?.size) }) };
    },
  }),
];

const anchorParams = z.strictObject({ size: seqText, note: z.string().length(64) });

export const logDoors = (kept: Kept): Door[] => [
  {
    method: 'get',
    path: '/ledger/checkpoints/{size}',
    summary: { zh: '一个检查点的原文（C2SP 签名文本）', en: 'A kept checkpoint (C2SP signed note)' },
    access,
    leaves: [],
    params: sizeParam,
    serve: async ({ chain }, req, res) => {
      const note = present(await kept.checkpoint(chain, sizeParam.parse(req.params).size));
      res.set('Cache-Control', 'no-store').type('text/plain').send(note);
    },
  },
  {
    method: 'get',
    path: '/ledger/anchors/{size}/{note}',
    summary: { zh: '加盖时间戳时的检查点原文', en: 'A checkpoint as it was stamped, cosignatures included' },
    access,
    leaves: [],
    params: anchorParams,
    serve: async ({ chain }, req, res) => {
      const bytes = await keptAnchor(kept, chain, anchorParams.parse(req.params));
      res.set('Cache-Control', 'no-store').type('text/plain').send(bytes.toString('utf8'));
    },
  },
  {
    method: 'get',
    path: '/ledger/anchors/{size}/{note}/{tsr}',
    summary: { zh: '检查点的时间戳（RFC 3161 应答）', en: 'The time stamp over it (RFC 3161 reply)' },
    access,
    leaves: [],
    params: anchorParams.extend({ tsr: z.string().length(64) }),
    serve: async ({ chain }, req, res) => {
      const name = anchorParams.extend({ tsr: z.string().length(64) }).parse(req.params);
      const bytes = await keptAnchor(kept, chain, name);
      res.set({
        'Cache-Control': 'no-store',
        'Content-Type': 'application/timestamp-reply',
        'Content-Disposition': `attachment; filename="checkpoint-${name.size}.tsr"`,
      });
      res.send(bytes);
    },
  },
];

async function standing({ deps, chain }: Context, kept: Kept): Promise<z.input<typeof logAnswer>> {
  const { log, cosigning, ledgerStore, config } = deps;
  const { size: entries } = await ledgerStore.head(chain);
  const verifierKey = log.verifierKey(chain);
  const published = await latest(deps, chain);
  const anchored = await lastAnchor(deps, kept, chain);
  return {
    ...{ verifierKey, entries, failing: log.distance().failed, anchorMinutes: config.ANCHOR_MINUTES },
    ...(published && {
      published: {
        ...{ size: published.size, root: Buffer.from(published.root).toString('hex'), note: published.note },
        ...(await lastEntry(deps, chain, published.size)),
      },
    }),
    witnesses: cosigning.of(chain).map(({ name, vkey, standing: made }) => {
      const cosignedAt = published && cosignedBy(published.note, verifierKey, vkey);
      return { name, standing: made, ...(cosignedAt && { cosignedAt }) };
    }),
    ...(anchored && { anchored }),
  };
}

/** The one in the store has the cosignatures whichever process asked for them, and is nobody's word until it is verified. */
async function latest({ log }: Deps, chain: string): Promise<Omit<Published, 'origin'> | undefined> {
  const note = await log.store.latest(chain);
  if (note === undefined) return log.published(chain);
  try {
    return { ...verifyCheckpoint(note, log.verifierKey(chain)), note };
  } catch {
    return log.published(chain);
  }
}

function cosignedBy(note: string, log: string, vkey: string): string | undefined {
  try {
    return readCosignatures(note, log, [vkey]).cosignatures[0]?.at.toISOString();
  } catch {
    return undefined;
  }
}

async function lastAnchor({ log }: Deps, kept: Kept, chain: string) {
  const [note, tsr] = await Promise.all([log.store.file(chain, 'anchored'), log.store.file(chain, 'anchored.tsr')]);
  if (!note || !tsr) return undefined;
  return { size: readCheckpoint(Buffer.from(note).toString('utf8')).size, ...kept.time(note, tsr) };
}

async function describe({ deps, chain }: Context, kept: Kept, size: number) {
  const note = present(await kept.checkpoint(chain, size));
  const root = Buffer.from(readCheckpoint(note).root).toString('hex');
  return { size, root, ...(await lastEntry(deps, chain, size)) };
}

/** A checkpoint has no time of its own: it is after that of its last entry. */
async function lastEntry({ ledgerStore }: Deps, chain: string, size: number) {
  const [last] = size > 0 ? await ledgerStore.range(chain, size - 1, 1) : [];
  return last && { lastEntryAt: decodeEntry(last.bytes).time };
}

async function timeOf(kept: Kept, chain: string, { size, note, tsr }: AnchorProof) {
  const [over, proof] = await Promise.all([
    kept.anchor(chain, { size, note }),
    kept.anchor(chain, { size, note, tsr }),
  ]);
  return over && proof ? kept.time(over, proof) : { damaged: true };
}

async function keptAnchor(kept: Kept, chain: string, name: { size: number; note: string; tsr?: string }) {
  try {
    return present(await kept.anchor(chain, name));
  } catch (error) {
    if (error instanceof InvalidKey) throw new Fault('NOT_FOUND');
    throw error;
  }
}

/** Pages end between sizes, since the next page goes on below one. */
function wholeSizes(proofs: readonly AnchorProof[], most: number): readonly AnchorProof[] {
  const last = proofs[most - 1]?.size;
  return proofs.filter(({ size }, at) => at < most || size === last);
}
