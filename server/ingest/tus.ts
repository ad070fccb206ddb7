import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { positionNow } from '../http/position.ts';
import type { Door, Feature } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { arrivalOf } from './arrival.ts';
import { sameBytes } from './duplicates.ts';
import { type UploadEvent, type UploadState, uploadKind } from './events.ts';
import { parseUploadMetadata } from './metadata.ts';
import { expiryOf } from './progress.ts';
import { roomFor } from './room.ts';
import { makePlace, offsetOf, recordIdOf } from './upload-bytes.ts';
import { demandNotEnded, endUpload, finishUpload } from './uploads.ts';
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
  const going = ['record.received', 'upload.refused'];
  return {
    doors: [
      {
        ...door('options', '/uploads', '查询上传能力', 'What uploads can do', begun, options(deps)),
        access: { open: 'tells abilities only (tus 1.0, OPTIONS)' },
      },
      door('post', '/uploads', '开始上传', 'Begin an upload', begun, (context, req, res) =>
        create(context, req, res, writers),
      ),
      door('head', '/uploads/{id}', '查询上传进度', 'How far an upload is', going, (context, req, res) =>
        head(context, req, res, writers),
      ),
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
  const length = lengthOf(context, req);
  const metadata = header(req, 'upload-metadata');
  const told = parseUploadMetadata(metadata);
  const name = told.get('filename') ?? told.get('name') ?? '';
  const { arrival, links } = await arrivalOf(context, 'tus', { name, get: (field) => told.get(field) }, length);
  if (length === 0 && context.signedIn.kind === 'person')
    throw new Fault('FILE_EMPTY', { params: { name: arrival.name } });
  context.repeatable(() => `POST /uploads ${length} ${metadata ?? ''}`);
  const known = await sameBytes(context, arrival);
  if (!known) await roomFor(deps, length);
  const begun = { length, arrival, links, ...(metadata && { metadata }) };
  const done = await context.execute(uploadKind, deps.newId(), (state): UploadEvent[] =>
    state
      ? []
      : [
          { type: 'upload.begun', data: begun },
          ...(known ? [{ type: 'upload.matched' as const, data: { recordId: known.id } }] : []),
        ],
  );
  deps.point('receive.begun');
  res.set('Location', `${req.baseUrl}/uploads/${done.id}`);
  const upload = await present(context, done.id);
  await makePlace(deps, context.chain, upload);
  const offset = await offsetOf(deps, context.chain, upload);
  const takes = offset === 0 && upload.state === 'open' && (isOctets(req) || length === 0);
  if (takes) await write(context, req, res, 201, upload, writers);
  else await answer(context, res, 201, offset, upload);
}

/** Upload-Length, which every creation has: lengths that come later (creation-defer-length) are not among our abilities. */
function lengthOf({ deps }: Context, req: Request): number {
  const length = count(req.headers['upload-length']);
  if (length === undefined) throw new Fault('UPLOAD_LENGTH');
  const limit = deps.config.MAX_FILE_BYTES;
  if (length > limit)
    throw new Fault('FILE_TOO_LARGE', { params: { limit }, headers: { 'Tus-Max-Size': String(limit) } });
  if (isOctets(req) && Number(req.headers['content-length'] ?? 0) > length)
    throw new Fault('FILE_TOO_LARGE', { params: { limit: length } });
  return length;
}

/**
 * Who asks where to go on has given up the connection before: what that one brought is counted first, so the offset told holds. When all
 * is there and whoever received it was cut off before the record, it is entered now: a client that is told the whole length is done.
 */
async function head(context: Context, req: Request, res: Response, writers: Writers): Promise<void> {
  await own(context);
  await writers.release(String(req.params.id));
  const upload = await own(context);
  const offset = await offsetOf(context.deps, context.chain, upload);
  if (offset === upload.length) await finish(context, upload);
  res.set('Upload-Length', String(upload.length));
  if (upload.metadata) res.set('Upload-Metadata', upload.metadata);
  await answer(context, res, 200, offset, upload);
}

async function patch(context: Context, req: Request, res: Response, writers: Writers): Promise<void> {
  if (!isOctets(req)) throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: OCTETS } });
  const asked = count(req.headers['upload-offset']);
  if (asked === undefined) throw new Fault('UPLOAD_OFFSET_MISSING');
  await own(context);
  await writers.release(String(req.params.id));
  const upload = await own(context);
  const { deps, chain } = context;
  const offset = await offsetOf(deps, chain, upload);
  if (asked !== offset) throw new Fault('UPLOAD_OFFSET', { params: { offset } });
  if (await recordIdOf(deps, chain, upload)) {
    if (Number(req.headers['content-length'] ?? 0) > 0)
      throw new Fault('FILE_TOO_LARGE', { params: { limit: offset } });
    await answer(context, res, 204, offset, upload);
    return;
  }
  await makePlace(deps, chain, upload);
  await write(context, req, res, 204, upload, writers, offset);
}

/** Takes the request's bytes; when the last is there the upload becomes a record. No answer to a client that is gone. */
async function write(
  context: Context,
  req: Request,
  res: Response,
  status: number,
  upload: UploadState,
  writers: Writers,
  from = 0,
): Promise<void> {
  const { deps, chain } = context;
  const ended = () => demandNotEnded(deps, chain, upload.id);
  const offset = await writers.write(context, upload, from, req).finally(ended);
  if (offset === upload.length) await finish(context, upload);
  if (!res.destroyed) await answer(context, res, status, offset, upload);
}

/** Safe to repeat. Throws the refusal of what a person may not bring. */
async function finish({ deps, chain, actor }: Context, upload: UploadState): Promise<void> {
  if (await recordIdOf(deps, chain, upload)) return;
  const { refusal } = await finishUpload(deps, chain, upload, actor);
  if (refusal) throw refusal;
}

async function terminate(context: Context, res: Response, writers: Writers): Promise<void> {
  await own(context);
  const { deps, chain, actor } = context;
  await writers.release(String(context.req.params.id));
  const upload = await own(context);
  const offset = await offsetOf(deps, chain, upload);
  const ended =
    offset < upload.length &&
    (await endUpload(deps, chain, upload.id, actor, { type: 'upload.terminated', data: { offset } }));
  if (!ended) throw new Fault('UPLOAD_FINISHED');
  res.status(204).end();
}

/** The upload, for who began it or the same dock; nobody else learns that it is there. Throws UPLOAD_GONE when it has ended. */
async function own(context: Context): Promise<UploadState> {
  const upload = await context.get(uploadKind, String(context.req.params.id));
  if (upload.uploadedBy !== context.signedIn.id) throw new Fault('NOT_FOUND');
  return demandThere(upload);
}

/** The present state of an upload that this caller has just begun, now or by an equal request before. */
const present = async (context: Context, id: string) => demandThere(await context.get(uploadKind, id));

function demandThere(upload: UploadState): UploadState {
  if (upload.state !== 'open' && upload.state !== 'finished') throw new Fault('UPLOAD_GONE');
  return upload;
}

async function answer(context: Context, res: Response, status: number, offset: number, upload: UploadState) {
  const { deps, chain } = context;
  const recordId = await recordIdOf(deps, chain, upload);
  if (recordId) res.set({ 'Tiezheng-Record': recordId, ...(await positionNow(context)) });
  else res.set('Upload-Expires', await expiryOf(deps, upload));
  res.status(status).set('Upload-Offset', String(offset)).end();
}

const isOctets = (req: Request) => req.headers['content-type']?.toLowerCase() === OCTETS;

function header(req: Request, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** A non-negative integer of at most 15 digits, or undefined. */
const count = (value: string | string[] | undefined) =>
  typeof value === 'string' && /^(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : undefined;
