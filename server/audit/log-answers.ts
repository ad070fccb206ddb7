import { z } from 'zod';
import { decodeEntry } from '../../signing/chain.ts';
import { readCheckpoint, verifyCheckpoint } from '../../signing/checkpoint.ts';
import { readCosignatures } from '../../signing/cosignature.ts';
import type { Deps } from '../deps.ts';
import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { Published } from '../log/publisher.ts';
import type { AnchorProof, Kept } from './kept.ts';

/** What is told of a log: the latest checkpoint, who cosigned it, whose time is over it; and of each that is kept. */

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

export const logAnswer = z.object({
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

export const checkpointView = z.object({ size: z.int(), root: z.string(), lastEntryAt: z.string().optional() });
export const anchorView = z.object({ size: z.int(), note: z.string(), tsr: z.string(), ...timeOfAnchor });

/** The log as it stands now. */
export async function logStanding({ deps, chain }: Context, kept: Kept): Promise<z.input<typeof logAnswer>> {
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

/** A checkpoint that is kept. Throws NOT_FOUND. */
export async function describeCheckpoint({ deps, chain }: Context, kept: Kept, size: number) {
  const note = present(await kept.checkpoint(chain, size));
  const root = Buffer.from(readCheckpoint(note).root).toString('hex');
  return { size, root, ...(await lastEntry(deps, chain, size)) };
}

/** A checkpoint has no time of its own: it is after that of its last entry. */
async function lastEntry({ ledgerStore }: Deps, chain: string, size: number) {
  const [last] = size > 0 ? await ledgerStore.range(chain, size - 1, 1) : [];
  return last && { lastEntryAt: decodeEntry(last.bytes).time };
}

/** The time that an anchor gives, and whose it is. */
export async function timeOf(kept: Kept, chain: string, { size, note, tsr }: AnchorProof) {
  const [over, proof] = await Promise.all([
    kept.anchor(chain, { size, note }),
    kept.anchor(chain, { size, note, tsr }),
  ]);
  return over && proof ? kept.time(over, proof) : { damaged: true };
}
