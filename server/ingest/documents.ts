import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { Fault, field } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { recordAnswer, recordView } from '../records/answers.ts';
import { recordKind } from '../records/events.ts';
import { arrivalOf } from './arrival.ts';
import { sameBytes } from './duplicates.ts';
import { type Arrival, inspect, type Link, receive, refusalOf } from './receive.ts';

/** A file of the form, durable on the disk under the upload key of its id. */
export interface FormFile {
  id: string;
  name: string;
  size: number;
  sha256: string;
}

export interface Form {
  fields: Record<string, unknown>;
  files: readonly FormFile[];
}

/** Fields that a form may have, beside its files (any field name). Digests: one `sha256` a file, in the order of the files. */
const fieldNames = new Set([
  ...[
    'title',
    'source',
    'departmentId',
    'deviceSerial',
    'filmedBy',
    'capturedFrom',
    'capturedTo',
    'capturedRaw',
    'place',
  ],
  ...['carrier', 'comparedBy', 'confidentiality', 'caseId', 'subjectId', 'stage', 'sha256'],
]);

const documentsView = z.object({ records: z.array(recordView) });

/**
 * Enters the files of a form as records: all are looked at before the first is entered, so one bad file refuses them all.
 */
export async function takeDocuments(context: Context, { fields, files }: Form) {
  const { deps } = context;
  const told = textsOf(fields);
  const ready = await Promise.all(files.map((file, index) => prepare(deps, context, told, file, index)));
  context.repeatable(() => wordsOf(told, files));
  const records: unknown[] = [];
  let anyNew = false;
  for (const [index, { file, arrival, links }] of ready.entries()) {
    const { state, id } = await enter(deps, context, file, arrival, links, index);
    anyNew ||= id !== undefined;
    records.push(await recordAnswer(context, state));
  }
  return { anyNew, answer: documentsView.parse({ records }) };
}

/** The fields as text, the same for all files of a form, or one a file where a field stands several times. */
function textsOf(form: Record<string, unknown>) {
  const isText = (value: unknown) => typeof value === 'string';
  const errors = Object.entries(form).flatMap(([name, value]) => {
    if (!fieldNames.has(name)) return [field(`/${name}`, 'unknown field')];
    const known = isText(value) || (Array.isArray(value) && value.every(isText));
    return known ? [] : [field(`/${name}`, 'not text')];
  });
  if (errors.length > 0) throw new Fault('VALIDATION', { errors });
  return (field: string, index: number): string | undefined => {
    const value = form[field] as string | string[] | undefined;
    return Array.isArray(value) ? value[index] : field === 'sha256' && index > 0 ? undefined : value;
  };
}

async function prepare(deps: Deps, context: Context, told: ReturnType<typeof textsOf>, file: FormFile, index: number) {
  const get = (field: string) => told(field, index);
  const { arrival, links } = await arrivalOf(context, 'multipart', { name: file.name, get }, file.size);
  const inspected = await inspect(deps, context.chain, file.id, arrival);
  if (context.signedIn.kind === 'person') refuse(inspected, file);
  return { file, arrival: inspected, links };
}

/** What a person brings is refused at once, each fault by its own code; what a dock brings is quarantined by the sealer. */
function refuse(arrival: Arrival, file: FormFile): void {
  const refusal = refusalOf(arrival);
  if (refusal) throw refusal;
  const { name, declared, mediaType } = arrival;
  if (declared.sha256 && declared.sha256 !== file.sha256) throw new Fault('DIGEST_MISMATCH', { params: { name } });
  if (arrival.findings.some(({ code }) => code === 'unknown-type')) {
    throw new Fault('FILE_TYPE_NOT_ALLOWED', { params: { name, type: mediaType ?? '' } });
  }
}

/** Same fields and same bytes: the same request. */
function wordsOf(told: ReturnType<typeof textsOf>, files: readonly FormFile[]): string {
  const words = files.map(({ name, size, sha256 }, i) => [
    name,
    size,
    sha256,
    ...[...fieldNames].map((field) => told(field, i) ?? null),
  ]);
  return `POST /records ${JSON.stringify(words)}`;
}

/** Enters one file: as it was entered by an equal request before, as the record that has its bytes, or as a new one (with its id). */
async function enter(deps: Deps, context: Context, file: FormFile, arrival: Arrival, links: Link[], index: number) {
  const { chain, actor } = context;
  const request = await context.mark(index);
  const before = request && (await deps.ledger.repeated(recordKind, chain, request));
  const known = before
    ? undefined
    : await sameBytes(context, { ...arrival, declared: { ...arrival.declared, sha256: file.sha256 } });
  if (known) return { state: known, id: undefined };
  const done =
    before ?? (await receive(deps, { chain, id: file.id, actor, arrival, links, ...(request && { request }) }));
  context.left.push(done.seq);
  return done;
}
