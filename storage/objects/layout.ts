/** Every key of the object stores is built and parsed here. Keys begin with the agency; digests are SHA-256 in lower-case hex. Those of logs: log-layout.ts. */
import { InvalidKey } from './object-store.ts';

/** What rests under a key. `signature` is named by the digest of the signature file itself. */
export type EvidenceName =
  | { area: 'originals'; agency: string; sha256: string }
  | { area: 'manifests'; agency: string; sha256: string }
  | { area: 'signatures'; agency: string; sha256: string }
  | { area: 'timestamps'; agency: string; sha256: string }
  | { area: 'sm2'; agency: string; sha256: string }
  | { area: 'certificates'; agency: string; sha256: string }
  | { area: 'personal-signatures'; agency: string; sha256: string }
  | { area: 'docking'; agency: string; sha256: string };

export type WorkName =
  | { area: 'uploads'; agency: string; id: string }
  | { area: 'packages'; agency: string; id: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const ENDING = {
  originals: '',
  manifests: '.json',
  signatures: '.p7s',
  timestamps: '.tsr',
  sm2: '.sm2',
  certificates: '.pem',
  'personal-signatures': '',
  docking: '',
  uploads: '',
  packages: '.zip',
};
/** What there is of evidence beside the log, a folder of an agency's for each. */
export const evidenceAreas = [
  'originals',
  'manifests',
  'signatures',
  'timestamps',
  'sm2',
  'certificates',
  'personal-signatures',
  'docking',
] as const;
const WORK_AREAS = ['uploads', 'packages'] as const;

/** The bytes of a record as they came. */
export const originalKey = (agency: string, sha256: string) => evidenceKey({ area: 'originals', agency, sha256 });

/** Canonical JSON of manifests, named by the digest of the file itself. */
export const manifestKey = (agency: string, sha256: string) => evidenceKey({ area: 'manifests', agency, sha256 });

/** CMS over manifests, named by the digest of the file itself. */
export const signatureKey = (agency: string, sha256: string) => evidenceKey({ area: 'signatures', agency, sha256 });

/** RFC 3161 replies over manifests, named by the digest of the file itself. */
export const timestampKey = (agency: string, sha256: string) => evidenceKey({ area: 'timestamps', agency, sha256 });

/** SM2 signatures over manifests, named by the digest of the file itself. */
export const sm2Key = (agency: string, sha256: string) => evidenceKey({ area: 'sm2', agency, sha256 });

/** The certificate that an SM2 signature is verified under, and its issuers after it: PEM. */
export const certificatesKey = (agency: string, sha256: string) =>
  evidenceKey({ area: 'certificates', agency, sha256 });

/** What people signed with: CMS, or SM2. */
export const personalSignatureKey = (agency: string, sha256: string) =>
  evidenceKey({ area: 'personal-signatures', agency, sha256 });

/** Signatures of erase permits; daily statements of docks and their signatures. */
export const dockingKey = (agency: string, sha256: string) => evidenceKey({ area: 'docking', agency, sha256 });

/** Bytes on their way, by the id of the upload; the record that they become has the same. */
export const uploadKey = (agency: string, id: string) => workKey({ area: 'uploads', agency, id });

/** A package, by the id of its export. */
export const packageKey = (agency: string, id: string) => workKey({ area: 'packages', agency, id });

/** Throws InvalidKey when a part is not of its form. */
export function evidenceKey({ area, agency, sha256 }: EvidenceName): string {
  if (!SHA256.test(sha256)) throw new InvalidKey('a digest in a key is 64 lower-case hex digits');
  return keyOf(agency, area, sha256);
}

/** Throws InvalidKey when a part is not of its form. */
export function workKey({ area, agency, id }: WorkName): string {
  if (!ID.test(id)) throw new InvalidKey('an id in a key is 1 to 64 letters, digits, - and _');
  return keyOf(agency, area, id);
}

/** The prefix of all keys of an area, for listing. */
export const areaPrefix = (agency: string, area: EvidenceName['area'] | WorkName['area']): string =>
  `${checkAgency(agency)}/${area}/`;

/** Undefined for anything that `evidenceKey` does not build. */
export function parseEvidenceKey(key: string): EvidenceName | undefined {
  const parsed = parse(key, evidenceAreas, SHA256);
  return parsed && { area: parsed.area, agency: parsed.agency, sha256: parsed.name };
}

/** Undefined for anything that `workKey` does not build. */
export function parseWorkKey(key: string): WorkName | undefined {
  const parsed = parse(key, WORK_AREAS, ID);
  return parsed && { area: parsed.area, agency: parsed.agency, id: parsed.name };
}

function keyOf(agency: string, area: keyof typeof ENDING, name: string): string {
  return `${checkAgency(agency)}/${area}/${name}${ENDING[area]}`;
}

function checkAgency(agency: string): string {
  if (!UUID.test(agency)) throw new InvalidKey('a key begins with the id of an agency, a lower-case UUID');
  return agency;
}

function parse<A extends keyof typeof ENDING>(key: string, areas: readonly A[], form: RegExp) {
  const [agency = '', segment, last = '', ...more] = key.split('/');
  const area = areas.find((each) => each === segment);
  if (!area || more.length > 0 || !UUID.test(agency) || !last.endsWith(ENDING[area])) return undefined;
  const name = last.slice(0, last.length - ENDING[area].length);
  return form.test(name) ? { agency, area, name } : undefined;
}
