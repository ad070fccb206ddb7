import { z } from 'zod';
import { decodeEntry, type EntryEvent } from '../../signing/chain.ts';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { personKind } from '../access/person.ts';
import { exportForms, exportKind } from '../archive/events.ts';
import { caseKind } from '../cases/events.ts';
import type { Context } from '../http/context.ts';
import { namesOf, viewsById } from '../ledger/find-views.ts';
import { recordKind } from '../records/events.ts';
import { type GrantState, grantKind, grantReasons, grantRules } from '../retrieval/grant-events.ts';
import { standing, standings } from '../retrieval/standing.ts';
import { closings, type ViewingState, viewingKind } from '../retrieval/viewing-events.ts';

/** Who had access: a row for each entry that asked for evidence, showed it, handed it out, or showed what is masked. */

/** What counts as an access, by the entry that tells of it. A receipt holds no original and leaves no entry. */
export const accesses = {
  'grant.requested': 'request',
  'viewing.opened': 'viewing',
  'export.requested': 'export',
  'export.fetched': 'fetch',
  'subject.revealed': 'reveal',
} as const;
type AccessType = keyof typeof accesses;
export const accessKinds = Object.values(accesses);

const named = z.object({ id: z.string(), name: z.string().optional() });
const answered = z.object({ by: named, at: z.string(), reason: z.string() });
const thing = z.object({ id: z.string(), title: z.string().optional(), size: z.int().optional() });

export const accessRow = z.object({
  seq: z.int(),
  time: z.string(),
  what: z.enum(accessKinds),
  person: named,
  records: z.array(thing),
  case: thing.optional(),
  subjectId: z.string().optional(),
  /** Of a reveal: which fields were shown. */
  fields: z.array(z.string()).optional(),
  /** The request, or what a viewing is under, as it stands now. */
  grant: z
    .object({
      id: z.string(),
      state: z.enum(standings),
      reason: z.enum(grantReasons),
      text: z.string(),
      /** `by` is `policy` where a rule answered. */
      answered: answered.optional(),
      rule: z.enum(grantRules).optional(),
      revoked: answered.optional(),
      expiresAt: z.string().optional(),
      viewings: z.int(),
      viewed: z.int(),
    })
    .optional(),
  viewing: z
    .object({
      id: z.string(),
      address: z.string(),
      closedAt: z.string().optional(),
      closedBy: z.enum(closings).optional(),
      /** From opening to closing, or to the last thing shown so far. */
      seconds: z.int(),
      bytes: z.int(),
      /** Offsets of the first and last byte that were shown, merged. */
      ranges: z.array(z.object({ recordId: z.string(), from: z.int(), to: z.int() })),
      /** More ranges than are shown here; all of them are in the ledger. */
      rangesCut: z.boolean(),
    })
    .optional(),
  export: z
    .object({ id: z.string(), form: z.enum(exportForms), size: z.int().optional(), sha256: z.string().optional() })
    .optional(),
});
export type AccessRow = z.input<typeof accessRow>;

/** The rows of entries that are accesses. `only`: ranges of this record alone are of interest. */
export async function accessRows(
  context: Pick<Context, 'deps' | 'chain'>,
  entries: readonly StoredEntry[],
  only?: string,
): Promise<AccessRow[]> {
  const { deps, chain } = context;
  const read = entries.map(({ bytes }) => decodeEntry(bytes));
  const idsOf = (type: AccessType) =>
    read.filter(({ events }) => events[0]?.type === type).map(({ stream }) => idOf(stream));
  const viewings = await viewsById(deps, viewingKind, chain, idsOf('viewing.opened'));
  const under = [...viewings.values()].map(({ grantId }) => grantId);
  const [grants, exports] = await Promise.all([
    viewsById(deps, grantKind, chain, [...idsOf('grant.requested'), ...under]),
    viewsById(deps, exportKind, chain, [...idsOf('export.requested'), ...idsOf('export.fetched')]),
  ]);
  const recordIds = [...grants.values(), ...viewings.values()].flatMap((view) => view.recordIds);
  const caseIds = [...grants.values(), ...exports.values()].flatMap(({ caseId }) => caseId ?? []);
  const answerers = [...grants.values()].flatMap(({ answered: a, revoked: r }) => [a?.by ?? '', r?.by ?? '']);
  const [people, records, cases] = await Promise.all([
    namesOf(deps, personKind, chain, [...read.map(({ actor }) => actor.id), ...answerers]),
    viewsById(deps, recordKind, chain, recordIds),
    viewsById(deps, caseKind, chain, caseIds),
  ]);

  const person = (id: string) => ({ id, ...(people.has(id) && { name: people.get(id) as string }) });
  const record = (id: string) => {
    const known = records.get(id);
    return { id, ...(known?.title && { title: known.title }), ...(known?.object && { size: known.object.size }) };
  };
  const file = (id: string) => {
    const known = cases.get(id);
    return { id, ...(known && { title: known.caseNo ?? known.cause }) };
  };
  const decided = (one: GrantState['answered']) => one && { by: person(one.by), at: one.at, reason: one.reason };
  const grantOf = (id: string): Pick<AccessRow, 'grant' | 'case'> => {
    const grant = grants.get(id);
    if (!grant) return {};
    const { reason, text, rule, expiresAt, viewings: most, viewingIds, caseId } = grant;
    const shown = {
      ...{ id, state: standing(grant, deps.now()), reason, text, viewings: most, viewed: viewingIds.length },
      ...{ answered: decided(grant.answered), rule, revoked: decided(grant.revoked), expiresAt },
    };
    return { grant: shown, ...(caseId && { case: file(caseId) }) };
  };
  const exportOf = (id: string): Pick<AccessRow, 'export' | 'case'> => {
    const view = exports.get(id);
    if (!view) return {};
    const { form = 'bag', package: packed, caseId } = view;
    const made = packed && { size: packed.size, sha256: packed.sha256 };
    return { export: { id, form, ...made }, case: file(caseId) };
  };

  return read.map(({ seq, time, actor, stream, events: [event] }): AccessRow => {
    const id = idOf(stream);
    const type = event?.type as AccessType;
    const row = { seq, time, what: accesses[type], person: person(actor.id), records: [] };
    if (type === 'grant.requested')
      return { ...row, ...grantOf(id), records: (grants.get(id)?.records ?? []).map((one) => record(one.recordId)) };
    if (type === 'viewing.opened') {
      const viewing = viewings.get(id);
      if (!viewing) return row;
      return {
        ...row,
        ...grantOf(viewing.grantId),
        records: viewing.recordIds.map(record),
        viewing: watched(viewing, only),
      };
    }
    if (type === 'subject.revealed') {
      const { fields } = (event as EntryEvent).data as { fields: string[] };
      return { ...row, subjectId: id, fields };
    }
    return { ...row, ...exportOf(id) };
  });
}

function watched(viewing: ViewingState, only: string | undefined): AccessRow['viewing'] {
  const { id, address, openedAt, lastAt, closedAt, closedBy, bytes, ranges, rangesCut } = viewing;
  const seconds = Math.round((Date.parse(closedAt ?? lastAt) - Date.parse(openedAt)) / 1000);
  const shown = only === undefined ? ranges : ranges.filter(({ recordId }) => recordId === only);
  return { id, address, closedAt, closedBy, seconds, bytes, ranges: shown, rangesCut };
}

const idOf = (stream: string) => stream.slice(stream.indexOf('/') + 1);
