/** Kinds of numbers that persons and organisations are known by. Those of `checked` have check digits. */
export const idTypes = [
  'resident-id',
  'credit-code',
  'passport',
  'mainland-travel-permit',
  'military-id',
  'foreign-permanent-residence',
  'other',
] as const;
export type IdType = (typeof idTypes)[number];

export interface CheckedId {
  /** The form that is stored and compared: the same number always gives the same text. */
  normalized: string;
  valid: boolean;
  /** Why it is not valid. */
  reason?: 'empty' | 'length' | 'characters' | 'region' | 'date' | 'check-digit';
}

/**
 * Normalises an id number (full-width forms, blanks, small letters) and checks it: resident ids by GB 11643-1999,
 * unified social credit codes by GB 32100-2015. Other types only have to have something in them.
 */
export function checkIdNumber(type: IdType, value: string): CheckedId {
  const normalized = normalizeIdNumber(type, value);
  const reason = normalized === '' ? 'empty' : checks[type]?.(normalized);
  return { normalized, valid: reason === undefined, ...(reason && { reason }) };
}

function normalizeIdNumber(type: IdType, value: string): string {
  const plain = value
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\s\p{Cc}\p{Cf}]/gu, '')
    .toUpperCase();
  return type in checks ? plain.replace(/[-\u2010-\u2015\u2212]/g, '') : plain;
}

type Reason = CheckedId['reason'];
const checks: Partial<Record<IdType, (id: string) => Reason>> = {
  'resident-id': residentFault,
  'credit-code': creditCodeFault,
};

/**
 * GB/T 2260 codes of provinces; 81–83 are residence permits of Hong Kong, Macao and Taiwan residents, 91 of
 * foreigners.
 */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91'.split(
    ' ',
  ),
);
const residentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643-1999: six digits of place, eight of birth, three of sequence, and ISO 7064 MOD 11-2. */
function residentFault(id: string): Reason {
  if (id.length !== 18) return 'length';
  if (!/^[0-9]{17}[0-9X]$/.test(id)) return 'characters';
  if (!provinces.has(id.slice(0, 2))) return 'region';
  if (!isBirthDate(id.slice(6, 14))) return 'date';
  const sum = residentWeights.reduce((total, weight, at) => total + weight * Number(id[at]), 0);
  return id[17] === '10X98765432'[sum % 11] ? undefined : 'check-digit';
}

function isBirthDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number) as [
    number,
    number,
    number,
  ];
  if (year < 1850 || year > 2199) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Without I, O, S, V and Z (GB 32100-2015 table A.1). */
const creditAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/**
 * GB 32100-2015: authority, category, six digits of place, the organisation's code, and ISO 7064 MOD 31-3 as its
 * annex A has it.
 */
function creditCodeFault(code: string): Reason {
  if (code.length !== 18) return 'length';
  const values = [...code].map((character) => creditAlphabet.indexOf(character));
  if (values.includes(-1) || !/^..[0-9]{6}/.test(code)) return 'characters';
  let weight = 1;
  let sum = 0;
  for (const value of values.slice(0, 17)) {
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return values[17] === (31 - (sum % 31)) % 31 ? undefined : 'check-digit';
}
