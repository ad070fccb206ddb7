import { Schema } from 'mongoose';
import { ENTRY_INDEXES } from '../mongo/schema.ts';

/** An entry as it rests in MongoDB. */
export interface EntryRow {
  chain: string;
  seq: number;
  stream: string;
  version: number;
  hash: Buffer;
  bytes: Buffer;
  /** Claims that this entry holds, as claimKey writes them; absent when there are none. */
  claims?: string[];
  /** The chain, as long as `releases` are not carried out: then the three fields go. */
  pending?: string;
  /** Claims that earlier entries give up because of this one. */
  releases?: string[];
  /** Claims among the releases that this entry takes over. */
  moves?: string[];
}

/** The collection `entries`, with its indexes. */
export const entrySchema = new Schema<EntryRow>(
  {
    chain: { type: String, required: true },
    seq: { type: Number, required: true },
    stream: { type: String, required: true },
    version: { type: Number, required: true },
    hash: { type: Buffer, required: true },
    bytes: { type: Buffer, required: true },
    claims: { type: [String], default: undefined },
    pending: String,
    releases: { type: [String], default: undefined },
    moves: { type: [String], default: undefined },
  },
  { collection: 'entries', versionKey: false, autoIndex: false, autoCreate: false, strict: 'throw' },
);
for (const index of ENTRY_INDEXES) entrySchema.index(...index);

/** Claims are unique in their chain; names hold no NUL. */
export const claimKey = (chain: string, claim: string) => `${chain}\0${claim}`;

/** The claim in what claimKey() wrote. */
export const claimOfKey = (key: string) => key.slice(key.indexOf('\0') + 1);

/**
 * Stands in the claims of every entry that has or had one: MongoDB indexes all empty arrays as one and the same value, of which a unique
 * index allows a single one.
 */
export const markOf = (chain: string, seq: number) => claimKey(chain, `\0${seq}`);

/** Whether a claim of an entry is only its mark. */
export const isMark = (key: string) => claimOfKey(key).startsWith('\0');
