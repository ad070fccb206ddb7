import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { Request, Response } from 'express';
import multer from 'multer';
import { z } from 'zod';
import { uploadKey } from '../../storage/objects/layout.ts';
import { UploadTooLong } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { Feature } from '../http/route.ts';
import { recordAnswer, recordView } from '../records/answers.ts';
import { arrivalOf } from './arrival.ts';
import { sameBytes } from './duplicates.ts';
import { type Arrival, inspect, type Link, receive, refusalOf } from './receive.ts';

/** A file of the form that is on the disk now, under the upload key of its id. */
interface Stored {
  id: string;
  name: string;
  size: number;
  sha256: string;
}

/** Fields that a form may have, beside its files (any field name). Digests: one `sha256` a file, in the order of the files. */
const fields = new Set([
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
const FIELD_BYTES = 8192;

/** Documents by form (multipart/form-data): all files of a form are taken, or none. */
export const multipartRoutes: Feature = (deps) => ({
  doors: [
    {
      method: 'post',
      path: '/records',
      summary: { zh: '提交文书', en: 'Bring documents' },
      access: { permission: 'record.upload', docks: true },
      leaves: ['record.received'],
      evidence: true,
      transfer: true,
      serve: (context, req, res) => serve(deps, context, req, res),
    },
  ],
});

async function serve(deps: Deps, context: Context, req: Request, res: Response): Promise<void> {
  if (!req.is('multipart/form-data')) {
    throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'multipart/form-data' } });
  }
  const length = Number(req.headers['content-length'] ?? 0);
  const free = Math.max(0, (await deps.work.freeSpace()) - deps.config.FREE_SPACE_RESERVE);
  if (length > free) throw new Fault('STORAGE_FULL', { params: { needed: length, free } });
  const stored: Stored[] = [];
  const kept = new Set<string>();
  try {
    await readForm(deps, context, req, res, stored);
    const told = formOf(req);
    const ready = await Promise.all(stored.map((file, index) => prepare(deps, context, told, file, index)));
    const answers: unknown[] = [];
    let anyNew = false;
    repeatableForm(context, told, stored);
    for (const [index, { file, arrival, links }] of ready.entries()) {
      const known = await sameBytes(context, { ...arrival, declared: { ...arrival.declared, sha256: file.sha256 } });
      const done = known ? undefined : await enter(deps, context, file, arrival, links, index);
      if (done?.id === file.id) kept.add(file.id);
      anyNew ||= done !== undefined;
      answers.push(await recordAnswer(context, known ?? done!.state));
    }
    res.status(anyNew ? 201 : 200).json(z.object({ records: z.array(recordView) }).parse({ records: answers }));
  } finally {
    for (const { id } of stored) if (!kept.has(id)) await deps.uploads.abort(uploadKey(context.chain, id));
  }
}

/** Streams each file to the disk as it comes. Nothing is left of a form that breaks off. */
async function readForm(deps: Deps, context: Context, req: Request, res: Response, stored: Stored[]): Promise<void> {
  const limit = deps.config.MAX_DOCUMENT_BYTES;
  const storage: multer.StorageEngine = {
    _handleFile: (_req, file, done) => {
      keep(deps, context, file, limit, stored).then(() => done(null), done);
    },
    _removeFile: (_req, _file, done) => done(null),
  };
  const form = multer({
    storage,
    defParamCharset: 'utf8',
    limits: {
      files: deps.config.MAX_FILES,
      fields: 64,
      fieldNameSize: 100,
      fieldSize: FIELD_BYTES,
      parts: deps.config.MAX_FILES + 64,
      headerPairs: 100,
    },
  }).any();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  req.once('aborted', () => reject(new Fault('MULTIPART_MALFORMED')));
  form(req, res, (error: unknown) => (error ? reject(faultOfForm(error, deps)) : resolve()));
  await promise;
  if (stored.length === 0) throw new Fault('VALIDATION', { errors: [{ pointer: '/files', detail: 'no file' }] });
}

async function keep(
  deps: Deps,
  context: Context,
  file: Express.Multer.File,
  limit: number,
  stored: Stored[],
): Promise<void> {
  const id = deps.newId();
  const key = uploadKey(context.chain, id);
  const entry: Stored = { id, name: file.originalname, size: 0, sha256: '' };
  stored.push(entry);
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk, _encoding, next) {
      hash.update(chunk);
      next(null, chunk);
    },
  });
  let failed: unknown;
  file.stream.on('error', (error) => {
    failed = error;
    hashing.destroy();
  });
  await deps.uploads.begin(key);
  entry.size = await deps.uploads.append(key, 0, file.stream.pipe(hashing), limit);
  if (failed) throw failed;
  await deps.uploads.complete(key);
  deps.point('receive.bytes-durable');
  entry.sha256 = hash.digest('hex');
}

const formOf = (req: Request) => {
  const body = { ...(req.body as Record<string, string | string[]>) };
  const errors = Object.keys(body)
    .filter((name) => !fields.has(name))
    .map((name) => ({ pointer: `/${name}`, detail: 'unknown field' }));
  if (errors.length > 0) throw new Fault('VALIDATION', { errors });
  return (field: string, index: number) => {
    const value = body[field];
    return Array.isArray(value) ? value[index] : field === 'sha256' && index > 0 ? undefined : value;
  };
};

async function prepare(deps: Deps, context: Context, told: ReturnType<typeof formOf>, file: Stored, index: number) {
  const get = (field: string) => told(field, index);
  const { arrival, links } = await arrivalOf(context, 'multipart', { name: file.name, get }, file.size);
  const inspected = await inspect(deps, context.chain, file.id, arrival);
  if (context.signedIn.kind === 'person') refuse(inspected, file);
  return { file, arrival: inspected, links };
}

/** What a person brings is refused at once, each fault by its own code; what a dock brings is quarantined by the sealer. */
function refuse(arrival: Arrival, file: Stored): void {
  const refusal = refusalOf(arrival);
  if (refusal) throw refusal;
  const { name, declared, mediaType } = arrival;
  if (declared.sha256 && declared.sha256 !== file.sha256) throw new Fault('DIGEST_MISMATCH', { params: { name } });
  if (arrival.findings.some(({ code }) => code === 'unknown-type')) {
    throw new Fault('FILE_TYPE_NOT_ALLOWED', { params: { name, type: mediaType ?? '' } });
  }
}

/** Same key, same fields, same bytes: the same request. */
function repeatableForm(context: Context, told: ReturnType<typeof formOf>, stored: Stored[]): void {
  const key = context.req.headers['idempotency-key'];
  if (key === undefined) return;
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,128}$/.test(key)) throw new Fault('IDEMPOTENCY_KEY_INVALID');
  const files = stored.map(({ name, size, sha256 }, i) => [
    name,
    size,
    sha256,
    ...[...fields].map((field) => told(field, i) ?? null),
  ]);
  context.repeatable(key, `POST /records ${JSON.stringify(files)}`);
}

async function enter(deps: Deps, context: Context, file: Stored, arrival: Arrival, links: Link[], index: number) {
  const request = await context.mark(index);
  const done = await receive(deps, {
    chain: context.chain,
    id: file.id,
    actor: context.actor,
    arrival,
    links,
    ...(request && { request }),
  });
  context.left.push(done.seq);
  return done;
}

function faultOfForm(error: unknown, deps: Deps): unknown {
  if (error instanceof UploadTooLong)
    return new Fault('FILE_TOO_LARGE', { params: { limit: deps.config.MAX_DOCUMENT_BYTES } });
  if (error instanceof multer.MulterError) {
    if (error.code === 'LIMIT_FILE_COUNT' || error.code === 'LIMIT_PART_COUNT') {
      return new Fault('TOO_MANY_FILES', { params: { limit: deps.config.MAX_FILES } });
    }
    return new Fault('VALIDATION', { errors: [{ pointer: `/${error.field ?? ''}`, detail: error.message }] });
  }
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
    return new Fault('STORAGE_FULL', { params: { needed: 0, free: 0 } });
  return error instanceof Error && !(error as NodeJS.ErrnoException).syscall
    ? new Fault('MULTIPART_MALFORMED', { cause: error })
    : error;
}
