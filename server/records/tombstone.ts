import type { EvidenceName } from '../../storage/objects/layout.ts';
import type { AnyEvent, EntryMeta } from '../ledger/kind.ts';
import type { RecordEvent, RecordState } from './events.ts';

/** An object of the evidence store that a disposed record named. */
export interface Remnant {
  /** What it is, for findings. */
  what: string;
  area: EvidenceName['area'];
  sha256: string;
  /** Bytes. */
  size: number;
}

/** What is known of a record that was lawfully disposed of. */
export interface Disposed {
  at: string;
  /** The list that allowed it: `disposal/<id>`. */
  basis: string;
  /** The digests of its original. */
  object?: RecordState['object'];
  /** Proofs that say nothing of a person: they stay for ever. */
  keeps: Remnant[];
  /** What names personal facts beside the original (file name, positions, the officer who confirmed): it goes with it. */
  goes: Remnant[];
}

type Seen = { event: AnyEvent; meta: EntryMeta };

/** A record of which only what is not personal can be read: see docs/decisions/0031-disposal.md for what is kept. */
export function tombstoneOf(seen: readonly Seen[]): RecordState {
  const [first] = seen;
  const data = (first?.event.data ?? {}) as Partial<Extract<RecordEvent, { type: 'record.received' }>['data']>;
  const at = first?.meta.time ?? '';
  const { departmentId = '', uploadedBy = '', kind = 'other', size = 0, door = 'multipart', source = 'upload' } = data;
  return {
    ...{ title: '', name: '', findings: [], links: [], externalIds: [], subjectIds: [], caseIds: [], linkKeys: [] },
    ...{ departmentId, uploadedBy, kind, size, door, source, confidentiality: 'ordinary', declared: {} },
    ...{ id: first?.meta.id ?? '', state: 'disposed', unclaimed: false, search: '', receivedAt: at, sortTime: at },
    disposed: disposedOf(seen),
  };
}

function disposedOf(seen: readonly Seen[]): Disposed {
  const left: Disposed = { at: '', basis: '', keeps: [], goes: [] };
  const keep = (what: string, area: Remnant['area'], ref: { sha256: string; size: number } | undefined) => {
    if (ref) left.keeps.push({ what, area, sha256: ref.sha256, size: ref.size });
  };
  const letGo = (what: string, area: Remnant['area'], { sha256, size }: { sha256: string; size: number }) =>
    left.goes.push({ what, area, sha256, size });
  for (const { event, meta } of seen) {
    const { type, data } = event as RecordEvent;
    switch (type) {
      case 'record.sealed':
        left.object = data.object;
        letGo('manifest', 'manifests', data.manifest);
        keep('signature', 'signatures', data.signature);
        keep('time stamp', 'timestamps', data.timestamp);
        keep('SM2 signature', 'sm2', data.sm2);
        keep('SM2 certificate', 'certificates', data.sm2?.certificates);
        break;
      case 'record.quarantined':
        left.object = data.object;
        break;
      case 'record.timed':
        keep('timed signature', 'signatures', data.signature);
        keep('time stamp', 'timestamps', data.timestamp);
        break;
      case 'record.erase-permitted':
        keep('erase permit', 'docking', data.signature);
        break;
      case 'record.confirmed':
        letGo('personal signature', 'personal-signatures', data.signature.signature);
        break;
      case 'record.disposed':
        [left.at, left.basis] = [meta.time, data.basis];
    }
  }
  return left;
}
