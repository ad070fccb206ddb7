import type { Request, Response } from 'express';
import type { z } from 'zod';
import { uploadKey } from '../../storage/objects/layout.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { Door, Feature } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { recordKind } from '../records/events.ts';
import { arrivalOf } from './arrival.ts';
import { sameBytes } from './duplicates.ts';
import { type UploadEvent, type UploadState, uploadKind } from './events.ts';
import { parseUploadMetadata } from './metadata.ts';
import { expiryOf, noteProgress } from './progress.ts';
import { finishUpload } from './uploads.ts';
import { Writers } from './writers.ts';

const VERSION = '1.0.0';
const EXTENSIONS = 'creation,creation-with-upload,expiration,termination';
const OCTETS = 'application/offset+octet-stream';

/** tus 1.0.0 (core, creation, creation-with-upload, expiration, termination). GET is not mounted: bytes leave under a grant only. */
export const tusRoutes: Feature = (deps) => {
  const writers = new Writers(deps);
  const access = { permission: 'record.upload', docks: true } as const;
  const common = { access, evidence: true, transfer: true } as const;
  const door = (
    method: Door['method'],
    path: string,
    zh: string,
    en: string,
    leaves: string[],
    serve: Door['serve'],
    query?: z.ZodType,
  ): Door => ({
    ...common,
    method,
    path,
    summary: { zh, en },
    leaves,
    ...(path.includes('{id}') && { params: idParam }),
    ...(query && { query }),
    serve: (context, req, res) => inTus(context, req, res, serve),
  });
  const begun = ['upload.begun', 'record.received', 'upload.refused'];
  const going = ['record.received', 'upload.refused', 'upload.begun'];
  return {
    doors: [
      {
        ...door('options', '/uploads', '查询上传能力', 'What uploads can do', begun, options(deps)),
        access: { open: 'tells abilities only (tus 1.0, OPTIONS)' },
      },
      door('post', '/uploads', '开始上传', 'Begin an upload', begun, (context, req, res) =>
        create(context, req, res, writers),
      ),
      door('head', '/uploads/{id}', '查询上传进度', 'How far an upload is', ['upload.begun'], head),
      door('patch', '/uploads/{id}', '继续上传', 'Go on with an upload', going, (context, req, res) =>
        patch(context, req, res, writers),
      ),
      door(
        'delete',
        '/uploads/{id}',
        '终止上传',
        'End an unfinished upload',
        ['upload.terminated'],
        (context, _req, res) => terminate(context, res, writers),
      ),
    ],
  };
};

/** Headers that stand on every answer, problems included; and the version that every request but OPTIONS must name. */
async function inTus(context: Context, req: Request, res: Response, serve: Door['serve']): Promise<void> {
  res.set({ 'Tus-Resumable': VERSION, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  if (req.method !== 'OPTIONS' && req.headers['tus-resumable'] !== VERSION) {
    throw new Fault('TUS_VERSION', { headers: { 'Tus-Version': VERSION } });
  }
  if (req.headers['upload-checksum'] !== undefined) throw new Fault('UPLOAD_CHECKSUM_UNSUPPORTED');
  await serve(context, req, res);
}

const options = (deps: Deps) => async (_context: Context, _req: Request, res: Response) => {
  res
    .status(204)
    .set({ 'Tus-Version': VERSION, 'Tus-Extension': EXTENSIONS, 'Tus-Max-Size': String(deps.config.MAX_FILE_BYTES) })
    .end();
};

async function create(context: Context, req: Request, res: Response, writers: Writers): Promise<void> {
  const { deps } = context;
  const length = count(req.headers['upload-length']);
  if (length === undefined) throw new Fault('UPLOAD_LENGTH');
  const limit = deps.config.MAX_FILE_BYTES;
  if (length > limit)
    throw new Fault('FILE_TOO_LARGE', { params: { limit }, headers: { 'Tus-Max-Size': String(limit) } });
  const told = parseUploadMetadata(header(req, 'upload-metadata'));
  const name = told.get('filename') ?? told.get('name') ?? '';
  const { arrival, links } = await arrivalOf(context, 'tus', { name, get: (field) => told.get(field) }, length);
  if (length === 0 && context.signedIn.kind === 'person')
    throw new Fault('FILE_EMPTY', { params: { name: arrival.name } });
  const known = await sameBytes(context, arrival);
  if (known) {
    answer(res.set({ Location: location(req, known.id), 'Tiezheng-Record': known.id }), 201, length);
    return;
  }
  await roomFor(deps, length);
  const done = await context.execute(uploadKind, deps.newId(), (state): UploadEvent[] =>
    state ? [] : [{ type: 'upload.begun', data: { length, arrival, links } }],
  );
  deps.point('receive.begun');
  res.set('Location', location(req, done.id));
  await open(deps, context.chain, done.id);
  const withBytes = isOctets(req) || length === 0;
  const offset = withBytes
    ? await write(context, req, res, done.state, writers)
    : await offsetOf(deps, context.chain, done.state);
  if (offset !== undefined) answer(res, 201, offset, expiryOf(deps, done.state, deps.now()));
}

async function head(context: Context, _req: Request, res: Response): Promise<void> {
  const upload = await own(context);
  const { deps, chain } = context;
  demandThere(upload);
  const offset = await offsetOf(deps, chain, upload);
  res.set('Upload-Length', String(upload.length));
  answer(res, 200, offset, offset < upload.length ? await expiryNow(deps, chain, upload) : undefined);
}

async function patch(context: Context, req: Request, res: Response, writers: Writers): Promise<void> {
  if (!isOctets(req)) throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: OCTETS } });
  const asked = count(req.headers['upload-offset']);
  if (asked === undefined) throw new Fault('UPLOAD_OFFSET_MISSING');
  const upload = await own(context);
  demandThere(upload);
  const { deps, chain } = context;
  await writers.release(upload.id);
  const present = await offsetOf(deps, chain, upload);
  if (asked !== present) throw new Fault('UPLOAD_OFFSET', { params: { offset: present } });
  const finished = (await deps.ledger.load(recordKind, chain, upload.id)).version > 0;
  const offset = finished ? present : await write(context, req, res, upload, writers);
  if (offset === undefined) return;
  answer(res, 204, offset, offset < upload.length ? expiryOf(deps, upload, deps.now()) : undefined);
}

/** Takes the request's bytes; when the last is there the upload becomes a record. Undefined when the client is gone. */
async function write(context: Context, req: Request, res: Response, upload: UploadState, writers: Writers) {
  const { deps, chain } = context;
  await open(deps, chain, upload.id);
  const offset = await writers.write(context, upload, req);
  await noteProgress(deps, chain, upload.id);
  if (offset === upload.length) {
    const { refusal } = await finishUpload(deps, chain, upload, context.actor);
    if (refusal) {
      req.resume();
      throw refusal;
    }
    res.set('Tiezheng-Record', upload.id);
  }
  return res.destroyed ? undefined : offset;
}

async function terminate(context: Context, res: Response, writers: Writers): Promise<void> {
  const upload = await own(context);
  const { deps, chain } = context;
  demandThere(upload);
  await writers.release(upload.id);
  const offset = await offsetOf(deps, chain, upload);
  if (offset === upload.length) throw new Fault('UPLOAD_FINISHED');
  await context.execute(uploadKind, upload.id, (state): UploadEvent[] =>
    state?.state === 'open' ? [{ type: 'upload.terminated', data: { offset } }] : [],
  );
  await deps.readAhead.drop(uploadKey(chain, upload.id));
  await deps.uploads.abort(uploadKey(chain, upload.id));
  res.status(204).end();
}

/** The upload, for who began it or the same dock; nobody else learns that it is there. */
async function own(context: Context): Promise<UploadState> {
  const upload = await context.get(uploadKind, String(context.req.params.id));
  if (upload.uploadedBy !== context.signedIn.id) throw new Fault('NOT_FOUND');
  return upload;
}

function demandThere({ state }: UploadState): void {
  if (state !== 'open' && state !== 'finished') throw new Fault('UPLOAD_GONE');
}

/** Bytes that are there; an upload that became a record is whole, wherever sealing has moved its bytes. */
async function offsetOf(deps: Deps, chain: string, upload: UploadState): Promise<number> {
  const { version } = await deps.ledger.load(recordKind, chain, upload.id);
  return version > 0 || upload.state === 'finished'
    ? upload.length
    : ((await deps.uploads.length(uploadKey(chain, upload.id))) ?? 0);
}

async function open(deps: Deps, chain: string, id: string): Promise<void> {
  const key = uploadKey(chain, id);
  if ((await deps.uploads.length(key)) === undefined) await deps.uploads.begin(key);
}

async function expiryNow(deps: Deps, chain: string, upload: UploadState): Promise<string> {
  const progress = await deps.documents.get('upload-progress', upload.id);
  const last = (progress?.body as { at: string } | undefined)?.at ?? upload.begunAt;
  return progress?.chain === chain || !progress
    ? expiryOf(deps, upload, new Date(last))
    : expiryOf(deps, upload, deps.now());
}

async function roomFor(deps: Deps, needed: number): Promise<void> {
  const free = Math.max(0, (await deps.work.freeSpace()) - deps.config.FREE_SPACE_RESERVE);
  if (needed > free) throw new Fault('STORAGE_FULL', { params: { needed, free } });
}

function answer(res: Response, status: number, offset: number, expires?: string): void {
  if (expires) res.set('Upload-Expires', expires);
  res.status(status).set('Upload-Offset', String(offset)).end();
}

const location = (req: Request, id: string) => `${req.baseUrl}/uploads/${id}`;
const isOctets = (req: Request) => req.headers['content-type']?.toLowerCase() === OCTETS;

function header(req: Request, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** A non-negative integer of at most 15 digits, or undefined. */
const count = (value: string | string[] | undefined) =>
  typeof value === 'string' && /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : undefined;
