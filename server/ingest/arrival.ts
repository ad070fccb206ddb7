import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { personKind } from '../access/person.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import { deviceKind, serialClaim, wearerAt } from '../devices/events.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { isStageOf } from '../policy/case-kinds.ts';
import { marks } from '../policy/original-carriers.ts';
import { reachesCase } from '../records/reach.ts';
import { confidentialities, instant, sha256, sources } from '../records/shapes.ts';
import { subjectKind } from '../subjects/events.ts';
import { cameraName } from './camera-names.ts';
import type { Arrival, Link } from './receive.ts';

/** What a door was told about a file, as text: of Upload-Metadata, or of the fields of a form. All optional. */
export interface Told {
  name: string;
  get: (field: string) => string | undefined;
}

/**
 * Makes an arrival of what was told. Only form is checked: a device, an officer, a case or a time that is not known or not
 * readable becomes a finding, never a refusal. Throws FILE_NAME_TOO_LONG, FORBIDDEN (a person without a department).
 */
export async function arrivalOf(context: Context, door: Arrival['door'], told: Told, size: number) {
  const findings: Arrival['findings'] = [];
  const note = (code: string, detail?: string) =>
    findings.push({ code, ...(detail && { detail: clean(detail, 1000) }) });
  const name = fileName(told.name);
  const camera = cameraName(name, context.deps.config.ZONE);
  const captured = capturedOf(told, camera, note);
  const device = await deviceOf(
    context,
    clean(told.get('deviceSerial') ?? camera?.deviceSerial ?? '', 64),
    captured?.from,
    note,
  );
  const caller = context.signedIn;
  const place = clean(told.get('place') ?? '', 500);
  const digest = told.get('sha256')?.toLowerCase();
  if (digest && !sha256.safeParse(digest).success)
    throw new Fault('UPLOAD_METADATA', { params: { reason: 'sha256: 64 hex digits' } });
  const mediaType = clean(told.get('filetype') ?? told.get('mediaType') ?? '', 200);
  const filmedBy = await filmedByOf(context, told.get('filmedBy'), device.wearer, note);
  const mark = markOf(told.get('mark'), note);
  const original = clean(told.get('carrier') ?? '', 500);
  const comparedBy = clean(told.get('comparedBy') ?? '', 200);
  const arrival: Arrival = {
    door,
    source: oneOf(sources, told.get('source'), caller.kind === 'dock' ? 'dock' : 'upload', note),
    kind: 'other',
    title: clean(told.get('title') ?? '', 500) || name,
    name,
    size,
    declared: { ...(digest && { sha256: digest }), ...(mediaType && { mediaType }) },
    departmentId: departmentOf(caller, told.get('departmentId'), device.departmentId, note),
    uploadedBy: caller.id,
    ...(filmedBy && { filmedBy }),
    ...device.fields,
    ...(caller.kind === 'dock' && { dockId: caller.id }),
    ...(captured && { captured }),
    ...(mark && { mark }),
    ...(place && { place }),
    ...(original && { carrier: { original, ...(comparedBy && { comparedBy }) } }),
    confidentiality: oneOf(confidentialities, told.get('confidentiality'), 'ordinary', note),
    findings,
  };
  const links = await linksOf(context, told, note);
  return { arrival, links };
}

type Note = (code: string, detail?: string) => void;

/** A file name of any language: the last part of a path, without control characters. */
function fileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const name = clean(last, 2048).trim() || 'unnamed';
  if (Buffer.byteLength(name) > 1024) throw new Fault('FILE_NAME_TOO_LONG', { params: { limit: 1024 } });
  return name;
}

const isId = (value: string | undefined): value is string => z.uuid().safeParse(value).success;

const clean = (value: string, max: number) =>
  value
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '')
    .slice(0, max)
    .toWellFormed();

function oneOf<T extends string>(values: readonly T[], given: string | undefined, otherwise: T, note: Note): T {
  if (given === undefined || given === '') return otherwise;
  if ((values as readonly string[]).includes(given)) return given as T;
  note('unknown-value', given);
  return otherwise;
}

/** A mark that is not understood may be one that keeps the card: it is a finding of its own. */
function markOf(given: string | undefined, note: Note): Arrival['mark'] {
  const known = marks.find((mark) => mark === given);
  if (given && !known) note('unknown-mark', given);
  return known;
}

function capturedOf(told: Told, camera: ReturnType<typeof cameraName>, note: Note): Arrival['captured'] {
  const read = (field: string) => {
    const given = told.get(field);
    if (!given) return undefined;
    if (instant.safeParse(given).success) return new Date(given).toISOString();
    note('unreadable-time', given);
    return undefined;
  };
  const from = read('capturedFrom');
  const to = read('capturedTo');
  const raw = clean(told.get('capturedRaw') ?? told.get('capturedFrom') ?? '', 200);
  if (from || to) return { ...(from && { from }), ...(to && { to }), ...(raw && { raw }), zoneRule: 'declared' };
  if (camera?.captured) return camera.captured;
  return raw ? { raw } : undefined;
}

async function deviceOf(context: Context, serial: string, at: string | undefined, note: Note) {
  const nothing = { fields: {}, departmentId: undefined, wearer: undefined };
  if (!serial) return nothing;
  const { ledger } = context.deps;
  const id = await ledger.holder(context.chain, serialClaim(serial));
  const { state } = id ? await ledger.load(deviceKind, context.chain, id) : {};
  if (!state || !id) {
    note('unknown-device', serial);
    return { ...nothing, fields: { deviceSerial: serial } };
  }
  const time = at ?? context.deps.now().toISOString();
  const wearer = wearerAt(state, time);
  return { fields: { deviceId: id, deviceSerial: serial }, departmentId: state.departmentId, wearer };
}

async function filmedByOf(context: Context, given: string | undefined, wearer: string | undefined, note: Note) {
  const caller = context.signedIn;
  if (given) {
    const { state } = isId(given) ? await context.deps.ledger.load(personKind, context.chain, given) : {};
    if (state) return given;
    note('unknown-officer', given);
  }
  if (wearer) return wearer;
  if (caller.kind === 'person') return caller.id;
  note('unknown-officer');
  return undefined;
}

function departmentOf(caller: Caller, asked: string | undefined, device: string | undefined, note: Note): string {
  const [first] = caller.departments;
  if (!first) throw new Fault('FORBIDDEN');
  if (asked && caller.departments.includes(asked)) return asked;
  if (asked) note('unknown-department', asked);
  return caller.kind === 'dock' ? (device ?? first) : first;
}

/**
 * A link that was told with the file. What it names and does not exist, is closed, or is not the caller's to know of is a finding,
 * and the record lies in the inbox.
 */
async function linksOf(context: Context, told: Told, note: Note): Promise<Link[]> {
  const { ledger, newId } = context.deps;
  const subjectId = told.get('subjectId');
  const subject = isId(subjectId) ? (await ledger.load(subjectKind, context.chain, subjectId)).state : undefined;
  if (subjectId && !subject) note('unknown-subject', subjectId);
  const file = await caseOf(context, told.get('caseId'), note);
  if (!file && !subject) return [];
  const stage = told.get('stage');
  const known = file && stage && isStageOf(file.kind, stage);
  if (stage && !known) note('unknown-stage', stage);
  const link: Link = { linkId: newId() };
  if (subject) link.subjectId = subject.id;
  if (file) link.caseId = file.id;
  if (known) link.stage = stage;
  return [link];
}

async function caseOf(context: Context, caseId: string | undefined, note: Note): Promise<CaseState | undefined> {
  if (!caseId) return undefined;
  const { state: file } = isId(caseId) ? await context.deps.ledger.load(caseKind, context.chain, caseId) : {};
  const caller = context.signedIn;
  const own = file && caller.departments.includes(file.departmentId);
  if (!file || !(caller.kind === 'dock' ? own : reachesCase(context, 'case.read', file))) note('unknown-case', caseId);
  else if (file.state !== 'open') note('case-closed', caseId);
  else return file;
  return undefined;
}
