import { systemActor } from '../../server/deps.ts';
import { type RecordEvent, type RecordState, recordKind } from '../../server/records/events.ts';
import type { TestAgency } from '../support/agency.ts';

type Received = Extract<RecordEvent, { type: 'record.received' }>['data'];

/** A record put into the ledger as the doors do it, without bytes; with `durationMs` it is sealed as footage of that length. */
export async function madeRecord(
  agency: TestAgency,
  told: Pick<Received, 'departmentId' | 'uploadedBy'> & Partial<Received>,
  durationMs?: number,
  duplicateOf?: string,
): Promise<RecordState> {
  const { ledger, newId } = agency.app.deps;
  const id = newId();
  const data: Received = {
    ...{
      door: 'multipart',
      source: 'upload',
      kind: 'text',
      title: '现场检查笔录',
      name: '笔录.pdf',
      size: 10,
      declared: {},
    },
    ...{ confidentiality: 'ordinary', findings: [] },
    ...told,
  } as Received;
  const events: RecordEvent[] = [{ type: 'record.received', data }];
  if (durationMs !== undefined) events.push(sealed(durationMs, duplicateOf));
  return (await ledger.execute(recordKind, agency.id, id, systemActor('test'), () => events)).state;
}

function sealed(durationMs: number, duplicateOf: string | undefined): RecordEvent {
  const proof = { sha256: 'b'.repeat(64), size: 1 };
  return {
    type: 'record.sealed',
    data: {
      object: { sha256: 'a'.repeat(64), size: 10 },
      manifest: proof,
      signature: proof,
      mediaType: 'video/mp4',
      kind: 'video',
      ...(duplicateOf && { duplicateOf }),
      probe: { status: 'ok', durationMs },
      findings: [],
    },
  };
}
