import { decodeEntry, type Entry } from '../../signing/chain.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { caseKind } from '../cases/events.ts';
import { pages } from '../ledger/entry-pages.ts';
import { type RecordEvent, recordKind } from '../records/events.ts';

/** Proofs that are added to a record are not among them: their writer locks them by what the record is then. */
const ofRecords: readonly string[] = ['record.linked', 'record.corrected'] satisfies RecordEvent['type'][];

export interface Lengthened {
  recordIds: Set<string>;
  caseIds: Set<string>;
  /** Says that they were looked after; they are told again otherwise. */
  seen: () => void;
}

/** What is to be kept longer, or firmly, by what was entered since it was last asked for, at whatever process. */
export class LongerTerms {
  readonly #store: LedgerStore;
  /** By chain: entries before it were looked after. */
  readonly #from = new Map<string, number>();

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  /** What is in these chains now is for who looks at everything. */
  async begin(chains: Iterable<string>): Promise<void> {
    for (const chain of chains) this.#from.set(chain, (await this.#store.head(chain)).size);
  }

  async since(chain: string): Promise<Lengthened> {
    const found = { recordIds: new Set<string>(), caseIds: new Set<string>() };
    let end = this.#from.get(chain) ?? 0;
    for await (const entries of pages(this.#store, chain, end)) {
      for (const entry of entries) note(entry, found);
      end += entries.length;
    }
    return { ...found, seen: () => this.#from.set(chain, end) };
  }
}

function note({ stream, bytes }: StoredEntry, { recordIds, caseIds }: Omit<Lengthened, 'seen'>): void {
  const [kind, id = ''] = stream.split('/');
  if (kind !== recordKind.name && kind !== caseKind.name) return;
  for (const { type, data } of eventsIn(bytes)) {
    if (ofRecords.includes(type)) recordIds.add(id);
    const archived = type === 'case.stage-entered' && (data as { stage?: unknown }).stage === 'ARCHIVE';
    if (archived || type === 'case.retention-set') caseIds.add(id);
  }
}

/** Of an entry that is damaged nothing: fsck names it. */
function eventsIn(bytes: Uint8Array): Entry['events'] {
  try {
    return decodeEntry(bytes).events;
  } catch {
    return [];
  }
}
