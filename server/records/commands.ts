import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { Fault, invalid } from '../errors.ts';
import type { RecordEvent, RecordState } from './events.ts';
import type { correctable } from './shapes.ts';

type Fields = z.output<typeof correctable>;

/**
 * Enters what differs from the present state; nothing when nothing does. What the device stamped (`captured.raw`) stays unless it is told
 * anew. Throws STATE_NOT_ALLOWED for a disposed record, VALIDATION when it would end before it begins.
 */
export function correctRecord(record: RecordState, told: Fields, reason: string): RecordEvent[] {
  if (record.state === 'disposed') throw new Fault('STATE_NOT_ALLOWED', { params: { state: record.state } });
  const captured = told.captured && { ...record.captured, zoneRule: 'corrected', ...told.captured };
  if (captured?.from && captured.to && captured.to < captured.from) {
    throw invalid('/captured/to', 'before captured.from');
  }
  const wanted = { ...told, ...(captured && { captured }) };
  const fields = Object.fromEntries(
    Object.entries(wanted).filter(
      ([field, value]) => value !== undefined && !isDeepStrictEqual(value, record[field as keyof RecordState]),
    ),
  ) as Fields;
  return Object.keys(fields).length > 0 ? [{ type: 'record.corrected', data: { fields, reason } }] : [];
}

/** Another system's id for a record that is here; the same twice is nothing. Throws STATE_NOT_ALLOWED. */
export function setExternalId(record: RecordState, external: { system: string; id: string }): RecordEvent[] {
  if (record.state === 'disposed') throw new Fault('STATE_NOT_ALLOWED', { params: { state: record.state } });
  const has = record.externalIds.some(({ system, id }) => system === external.system && id === external.id);
  return has ? [] : [{ type: 'record.external-id-set', data: external }];
}
