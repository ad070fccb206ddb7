import { decodeEntry, type Entry } from '../../signing/chain.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { caseKind } from '../cases/events.ts';
import { pages } from '../ledger/entry-pages.ts';
import { type RecordEvent, recordKind } from '../records/events.ts';

/**
 * Proofs that are added to a record are not among them: their writer locks them by what the record is then. Nor is what a record came with:
 * whoever seals it knows that.
 */
const ofRecords: readonly string[] = ['record.linked', 'record.corrected'] satisfies RecordEvent['type'][];

export interface Lengthened {
  recordIds: Set<string>;
  caseIds: Set<string>;
  /** Says that they were looked after, but for these records; what was not is told again. */
  seen: (unless?: Iterable<string>) => void;
}

/** What is to be kept longer, or firmly, by what was entered since it was last asked for, at whatever process. */
export class LongerTerms {
  readonly #store: LedgerStore;
  /** By chain: entries before it were looked after. */
  readonly #from = new Map<string, number>();
  /** By chain: records that were told of before and were not looked after then. */
  readonly #left = new Map<string, Iterable<string>>();

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  /** What is in these chains now is for who looks at everything. */
  async begin(chains: Iterable<string>): Promise<void> {
    for (const chain of chains) this.#from.set(chain, (await this.#store.head(chain)).size);
  }

  async since(chain: string): Promise<Lengthened> {
    const found = { recordIds: new Set<string>(this.#left.get(chain)), caseIds: new Set<string>() };
    let end = this.#from.get(chain) ?? 0;
    for await (const entries of pages(this.#store, chain, end)) {
      for (const entry of entries) note(entry, found);
      end += entries.length;
    }
    const seen = (unless: Iterable<string> = []) => {
      this.#from.set(chain, end);
      this.#left.set(chain, unless);
    };
    return { ...found, seen };
  }
}

function note({ stream, bytes }: StoredEntry, { recordIds, caseIds }: Omit<Lengthened, 'seen'>): void {
  const [kind, id = ''] = stream.split('/');
  if (kind !== recordKind.name && kind !== caseKind.name) return;
  const { version, events } = entryOf(bytes);
  for (const { type, data } of events) {
    if (version > 1 && ofRecords.includes(type)) recordIds.add(id);
    const archived = type === 'case.stage-entered' && (data as { stage?: unknown }).stage === 'ARCHIVE';
    if (archived || type === 'case.retention-set') caseIds.add(id);
  }
}

/** Of an entry that is damaged nothing: fsck names it. */
function entryOf(bytes: Uint8Array): Pick<Entry, 'version' | 'events'> {
  try {
    return decodeEntry(bytes);
  } catch {
    return { version: 0, events: [] };
  }
}
