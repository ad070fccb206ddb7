import { csv } from '../../signing/csv.ts';
import { type PackagedRecord, packagePaths } from '../../signing/package-layout.ts';
import { agencyName } from '../access/agency-name.ts';
import { departmentKind } from '../access/department.ts';
import { personKind } from '../access/person.ts';
import type { Deps } from '../deps.ts';
import { namesOf } from '../ledger/find-views.ts';
import type { RecordState } from '../records/events.ts';
import { contentsList } from './contents-list.ts';
import { type Dossier, stageOf } from './dossier.ts';
import type { ExportForm } from './events.ts';
import { verifyGuide } from './guide.ts';

/** A record and where its bytes and its sealing manifest are in the package; neither for what was quarantined. */
export interface Placed {
  record: RecordState;
  file?: string;
  manifest?: string;
}

/** What the case is called where people read it: its number, else its id. */
export const caseName = (dossier: Dossier): string => dossier.case.state.caseNo ?? dossier.case.state.id;

/** An id that nobody has stands for itself. */
const orId = (names: ReadonlyMap<string, string>) => (id: string) => names.get(id) ?? id;

/** The tag files that tell of the case, its subjects, records, links and viewings, and how to check it all. */
export async function metadataFiles(
  deps: Deps,
  dossier: Dossier,
  placed: readonly Placed[],
  form: ExportForm,
): Promise<[string, Uint8Array][]> {
  const { case: file, chain, subjects, viewings, grants } = dossier;
  const person = orId(await namesOf(deps, personKind, chain, peopleOf(dossier)));
  const department = orId(await namesOf(deps, departmentKind, chain, departmentsOf(dossier)));
  const sm2 = deps.sm2.has(chain) || dossier.records.some((record) => record.sm2);
  const { search: _text, ...shownCase } = file.state;
  const rows = placed.map(({ record, file: path }) => ({
    record,
    stage: stageOf(record, file.state.id),
    file: path,
    author: person(record.filmedBy ?? record.uploadedBy),
  }));
  const watched = { grants, viewings: viewings.map((viewing) => ({ ...viewing, person: person(viewing.personId) })) };
  return [
    [
      packagePaths.case,
      json({
        ...shownCase,
        version: file.version,
        agency: { id: chain, name: await agencyName(deps, chain) },
        department: department(file.state.departmentId),
        people: Object.fromEntries(peopleOf(dossier).map((id) => [id, person(id)])),
      }),
    ],
    [packagePaths.subjects, json(subjects.map(({ search: _names, ...subject }) => subject))],
    [
      packagePaths.records,
      json(placed.map((item) => describe(item, file.state.id, department(item.record.departmentId)))),
    ],
    [
      packagePaths.links,
      json(placed.flatMap(({ record }) => record.links.map((link) => ({ recordId: record.id, ...link })))),
    ],
    [packagePaths.viewings, json(watched)],
    [packagePaths.contents, Buffer.from(csv(contentsList(rows, deps.config.ZONE)))],
    [packagePaths.guide, Buffer.from(verifyGuide(oneLine(caseName(dossier)), { form, sm2 }))],
  ];
}

function describe({ record, file, manifest }: Placed, caseId: string, department: string): PackagedRecord {
  const {
    id,
    name,
    search: _text,
    object,
    links: _links,
    manifest: _manifest,
    signature: _signature,
    ...rest
  } = record;
  const stage = stageOf(record, caseId);
  return {
    ...rest,
    ...(stage !== undefined && { stage }),
    department,
    recordId: id,
    originalName: name,
    ...(file !== undefined && manifest !== undefined && object && { file, manifest, ...object }),
  } as PackagedRecord;
}

function peopleOf({ case: file, records, grants, viewings }: Dossier): string[] {
  const ids = [
    ...file.state.team.map(({ personId }) => personId),
    ...records.flatMap(({ filmedBy, uploadedBy }) => [filmedBy, uploadedBy]),
    ...grants.flatMap(({ personId, answered }) => [personId, answered?.by === 'policy' ? undefined : answered?.by]),
    ...viewings.map(({ personId }) => personId),
  ];
  return [...new Set(ids.filter((id) => id !== undefined))].sort();
}

const departmentsOf = ({ case: file, records }: Dossier): string[] => [
  file.state.departmentId,
  ...records.map(({ departmentId }) => departmentId),
];

const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
