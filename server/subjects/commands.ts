import { isDeepStrictEqual } from 'node:util';
import { Fault, field, invalid } from '../errors.ts';
import { policySet } from '../policy/policy-set.ts';
import type { Identity, SubjectCorrection, SubjectEvent, SubjectState } from './events.ts';
import { checkIdNumber, type IdType } from './id-numbers.ts';

/** What a caller tells of a subject; what is absent is not known, and null takes away. */
export interface Told {
  type?: SubjectState['type'] | undefined;
  name?: string | undefined;
  idType?: IdType | undefined;
  idNumber?: string | null | undefined;
  /** Why a number that fails its check is kept all the same. */
  idNumberReason?: string | undefined;
  contacts?: { [K in Contact]?: string | null | undefined } | undefined;
  minor?: boolean | undefined;
  provisional?: boolean | undefined;
}

const contactFields = ['phone', 'address', 'email'] as const;
type Contact = (typeof contactFields)[number];

/** The day in the agency's zone, as YYYY-MM-DD. */
type Today = string;

/** Throws VALIDATION and what `identityOf` throws. */
export function register(told: Told & Required<Pick<Told, 'type'>>, today: Today): SubjectEvent {
  const { type = 'unknown', name = '', contacts = {}, minor, provisional } = told;
  if (type !== 'unknown' && name === '') throw invalid('/name', 'required unless the subject is unknown');
  const identity = identityOf(told) ?? undefined;
  const known = Object.entries(contacts).filter(([, value]) => typeof value === 'string');
  return {
    type: 'subject.registered',
    data: {
      ...{ type, name, ...(identity && { identity }) },
      ...(Object.fromEntries(known) as Partial<Record<Contact, string>>),
      minor: minor ?? isMinor(identity, today),
      provisional: provisional ?? type === 'unknown',
    },
  };
}

/** Enters what differs from the present state; nothing when nothing does. Throws as `register` does. */
export function correct(state: SubjectState, told: Told, reason: string): SubjectEvent[] {
  const { type, name, contacts = {}, minor, provisional } = told;
  const wanted: SubjectCorrection = { type, name, ...contacts, minor, provisional, identity: identityOf(told) };
  const fields = Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => {
      const present = state[field as keyof SubjectState] ?? null;
      return value !== undefined && !isDeepStrictEqual(value, present);
    }),
  ) as SubjectCorrection;
  if (Object.keys(fields).length === 0) return [];
  if ((fields.name ?? state.name) === '' && (fields.type ?? state.type) !== 'unknown') {
    throw invalid('/name', 'required unless the subject is unknown');
  }
  return [{ type: 'subject.corrected', data: { fields, reason } }];
}

/**
 * The identity that is told: undefined when none is, null when it is to be taken away. Throws VALIDATION for half of one, and
 * ID_NUMBER_INVALID for a number that fails its check and comes without a reason to keep it.
 */
export function identityOf({ idType, idNumber, idNumberReason }: Told): Identity | null | undefined {
  if (idNumber === null) return null;
  if (idNumber === undefined) {
    if (idType) throw invalid('/idNumber', 'idType and idNumber come together');
    return undefined;
  }
  if (!idType) throw invalid('/idType', 'idType and idNumber come together');
  const { normalized, valid, reason: fault = 'characters' } = checkIdNumber(idType, idNumber);
  if (normalized === '' || normalized.length > 64) throw invalid('/idNumber', 'empty or too long');
  if (valid) return { type: idType, number: normalized };
  if (!idNumberReason) throw new Fault('ID_NUMBER_INVALID', { errors: [field('/idNumber', fault)] });
  return { type: idType, number: normalized, fault, reason: idNumberReason };
}

/** Whether someone is a minor on that day, as far as a resident id tells it. */
function isMinor(identity: Identity | undefined, today: Today): boolean {
  if (identity?.type !== 'resident-id' || identity.fault) return false;
  const [, year, month, day] = /^.{6}(\d{4})(\d{2})(\d{2})/.exec(identity.number) as RegExpExecArray;
  return today < `${Number(year) + policySet['minor.age'].value}-${month}-${day}`;
}
