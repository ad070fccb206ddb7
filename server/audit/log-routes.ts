import { z } from 'zod';
import { InvalidKey } from '../../storage/objects/object-store.ts';
import { Fault, present } from '../errors.ts';
import { type Door, type Route, route } from '../http/route.ts';
import { limit, pageOf } from '../http/shapes.ts';
import { seqText } from './find-entries.ts';
import type { AnchorProof, Kept } from './kept.ts';
import { anchorView, checkpointView, describeCheckpoint, logAnswer, logStanding, timeOf } from './log-answers.ts';

/** The log of an agency as it stands: what is published, who cosigned it, and whose time is over it. */

const access = { permission: 'audit.read' } as const;

const query = z.strictObject({ limit: limit(100, 20), after: seqText.optional() });
const sizeParam = z.strictObject({ size: seqText });

export const logRoutesOf = (kept: Kept): Route[] => [
  route({
    method: 'get',
    path: '/ledger/log',
    summary: { zh: '账本公布情况：检查点、见证人、时间戳', en: 'The published log: checkpoint, witnesses, time' },
    access,
    leaves: [],
    answer: logAnswer,
    handler: (context) => logStanding(context, kept),
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
      const items = await Promise.all(sizes.slice(0, most).map((size) => describeCheckpoint(context, kept, size)));
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
