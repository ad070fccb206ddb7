import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { asicPaths } from '../../signing/asic.ts';
import { readManifest } from '../../signing/bag.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { packagePaths, payloadKind, seqOfProofPath, unlistedPaths } from '../../signing/package-layout.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { readListed, readSmall, type Tree, textOf, withoutOutermost } from '../../signing/tree.ts';
import { openZip } from '../../signing/zip.ts';
import { packageKey } from '../../storage/objects/layout.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { Fault } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, limit, pageOf } from '../http/shapes.ts';
import { stages } from '../policy/case-kinds.ts';
import { recordKinds } from '../records/shapes.ts';
import { packed } from './commands.ts';
import { exportKind } from './events.ts';

const LIST_LIMIT = 128 * 1_048_576;

/** A record as the package's own list has it; without `file` where its original is not in it. */
const packagedRecord = z.object({
  recordId: z.string(),
  title: z.string(),
  originalName: z.string(),
  kind: z.enum(recordKinds),
  stage: z.enum(stages).optional(),
  file: z.string().optional(),
  mediaType: z.string().optional(),
  /** Bytes. */
  size: z.number().optional(),
  sha256: z.string().optional(),
  sm3: z.string().optional(),
});

const parts = ['originals', 'manifests', 'personal-signatures', 'entries', 'proofs', 'papers', 'signatures'] as const;

const contents = pageOf(packagedRecord).extend({
  /** Records in all. */
  count: z.int(),
  /** Files and bytes by what they are. */
  parts: z.array(z.object({ part: z.enum(parts), files: z.int(), size: z.number() })),
  /** What stands beside the evidence: lists, papers, certificates, the log's proof, the verifier. */
  papers: z.array(z.object({ path: z.string(), size: z.number(), sha256: z.string() })),
});

/**
 * What is in a package, read from its lists where it lies: never from what the case has become since. The lists must have the digest
 * that the ledger names. No byte of an original is read.
 */
export function contentsRoute(): Route {
  return route({
    method: 'get',
    path: '/exports/{id}/contents',
    summary: { zh: '案卷包内的文件目录', en: 'What is in an exported package' },
    access: { permission: 'export.read' },
    leaves: [],
    params: idParam,
    query: z.strictObject({
      limit: limit(200, 50),
      /** The `next` of the page before. */
      after: z
        .string()
        .regex(/^\d{1,7}$/)
        .optional(),
    }),
    answer: contents,
    handler: async (context, { params, query }) => {
      const { deps, chain } = context;
      const made = packed(await context.get(exportKind, params.id)).package;
      const { records, ...rest } = await openPackage(deps.work, packageKey(chain, params.id), made.size)
        .then((tree) => readContents(tree, made.tagmanifest))
        .catch((error) => {
          throw error instanceof ProofError ? new Fault('EXPORT_DAMAGED', { cause: error }) : error;
        });
      const from = Number(query.after ?? 0);
      const to = from + query.limit;
      return {
        ...rest,
        items: records.slice(from, to),
        ...(to < records.length && { next: String(to) }),
        count: records.length,
      };
    },
  });
}

/** A package of the work store as a tree; only what is asked for is read. */
async function openPackage(work: ObjectStore, key: string, size: number): Promise<Tree> {
  const read = async (start: number, end: number) =>
    start < end ? await buffer(await work.get(key, { start, end: end - 1 })) : Buffer.alloc(0);
  return await withoutOutermost(await openZip({ size, read }, crc32));
}

async function readContents(tree: Tree, tagmanifest: string) {
  const list = await readSmall(tree, packagePaths.tagManifest, LIST_LIMIT);
  if (sha256Hex(list) !== tagmanifest)
    throw new ProofError('DIGEST_MISMATCH', 'the tag manifest is not the one signed');
  const tags = readManifest(textOf(list));
  const listed = await readListed(tree, packagePaths.records, tags, LIST_LIMIT);
  const files = await tree.list();
  const sums = new Map<(typeof parts)[number], { files: number; size: number }>();
  for (const { path, size } of files) {
    const sum = sums.get(partOf(path)) ?? { files: 0, size: 0 };
    sums.set(partOf(path), { files: sum.files + 1, size: sum.size + size });
  }
  return {
    records: z.array(packagedRecord).parse(JSON.parse(textOf(listed))),
    parts: parts.flatMap((part) => {
      const sum = sums.get(part);
      return sum ? [{ part, ...sum }] : [];
    }),
    papers: files.flatMap(({ path, size }) => {
      const sha256 = tags.get(path);
      return sha256 && partOf(path) === 'papers' ? [{ path, size, sha256 }] : [];
    }),
  };
}

function partOf(path: string): (typeof parts)[number] {
  if (seqOfProofPath(path) !== undefined) return 'proofs';
  if (unlistedPaths.includes(path) || path === asicPaths.mimetype || path.startsWith('META-INF/')) return 'signatures';
  const kind = payloadKind(path);
  if (kind === undefined) return 'papers';
  if (kind === 'original') return 'originals';
  if (kind === 'entry') return 'entries';
  return kind === 'personal-signature' ? 'personal-signatures' : 'manifests';
}
