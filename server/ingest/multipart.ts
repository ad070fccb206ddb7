import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import multer from 'multer';
import { uploadKey } from '../../storage/objects/layout.ts';
import { UploadTooLong } from '../../storage/objects/object-store.ts';
import { Fault, invalid } from '../errors.ts';
import type { FieldText } from '../faults/field-words.ts';
import type { Context } from '../http/context.ts';
import { positionNow } from '../http/position.ts';
import type { Feature } from '../http/route.ts';
import { recordKind } from '../records/events.ts';
import { type Form, type FormFile, takeDocuments } from './documents.ts';
import { presence } from './presence.ts';
import { roomFor } from './room.ts';

const FIELDS = 64;
const FIELD_BYTES = 8192;
const NAME_BYTES = 100;

/** Documents by form (multipart/form-data): all files of a form are taken, or none. */
export const multipartRoutes: Feature = () => ({
  doors: [
    {
      method: 'post',
      path: '/records',
      summary: { zh: '提交文书', en: 'Submit documents' },
      access: { permission: 'record.upload', docks: true },
      leaves: ['record.received'],
      evidence: true,
      transfer: true,
      serve: (context, req, res) => serve(context, req, res),
    },
  ],
});

async function serve(context: Context, req: Request, res: Response): Promise<void> {
  const { discard, ...form } = await readForm(context, req, res);
  try {
    const { anyNew, answer } = await takeDocuments(context, form);
    res
      .status(anyNew ? 201 : 200)
      .set(await positionNow(context))
      .json(answer);
  } finally {
    await discard();
  }
}

interface Read extends Form {
  /** Lets the bytes of all files go but those that became records. */
  discard: () => Promise<void>;
}

/**
 * Reads multipart/form-data (RFC 7578), streaming each file to the disk as it comes. The first thing that is wrong ends it: the
 * rest is not read, and nothing is left on the disk. Throws UNSUPPORTED_MEDIA_TYPE, STORAGE_FULL, MULTIPART_MALFORMED (cut short too),
 * FILE_TOO_LARGE, TOO_MANY_FILES, VALIDATION.
 */
async function readForm(context: Context, req: Request, res: Response): Promise<Read> {
  const { deps, chain } = context;
  const { MAX_FILES, MAX_DOCUMENT_BYTES } = deps.config;
  if (!/^multipart\/form-data\s*;/i.test(req.headers['content-type'] ?? ''))
    throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'multipart/form-data; boundary=…' } });
  const length = Number(req.headers['content-length'] ?? 1);
  if (length > MAX_FILES * MAX_DOCUMENT_BYTES + FIELDS * FIELD_BYTES) throw tooLarge(MAX_DOCUMENT_BYTES);
  await roomFor(deps, length);

  const files: FormFile[] = [];
  const keeping: Promise<void>[] = [];
  const sources: Readable[] = [];
  const outcome = Promise.withResolvers<void>();
  const onBytes = presence(context, () => req.destroy());

  const keep = async (source: Readable, name: string) => {
    const file: FormFile = { id: deps.newId(), name, size: 0, sha256: '' };
    files.push(file);
    const key = uploadKey(chain, file.id);
    await roomFor(deps, 1);
    await deps.uploads.begin(key);
    if (source.destroyed) throw new Fault('MULTIPART_MALFORMED');
    const { digested, digest, whole } = digesting(source);
    const readBehind = deps.readAhead.following(key, 0, Number(req.headers['content-length'] ?? 0));
    file.size = await deps.uploads.append(key, 0, digested, MAX_DOCUMENT_BYTES, (n) => {
      onBytes();
      readBehind(n);
    });
    await whole;
    await deps.uploads.complete(key);
    deps.point('receive.bytes-durable');
    file.sha256 = digest();
  };

  const parse = multer({
    storage: {
      _handleFile: (_req, file, done) => {
        sources.push(file.stream);
        const kept = keep(file.stream, file.originalname);
        keeping.push(kept);
        // At once, not when the parser has read the rest of the body.
        kept.catch((error) => outcome.reject(faultOf(error, MAX_DOCUMENT_BYTES)));
        kept.then(() => done(null), done);
      },
      _removeFile: (_req, _file, done) => done(null),
    },
    defParamCharset: 'utf8',
    streamHandler: (from: Readable, parser: Writable) => {
      refuseEarly(parser, MAX_FILES, outcome.reject);
      from.pipe(parser);
    },
    limits: {
      files: MAX_FILES,
      fields: FIELDS,
      fieldNameSize: NAME_BYTES,
      fieldSize: FIELD_BYTES,
      parts: MAX_FILES + FIELDS,
      headerPairs: 100,
    },
  } as multer.Options).any();

  // The ledger is asked: an entry may be there although what came after it failed.
  const discard = async () => {
    for (const { id } of files) {
      const { version } = await deps.ledger.load(recordKind, chain, id);
      if (version > 0) continue;
      await deps.readAhead.drop(uploadKey(chain, id));
      await deps.uploads.abort(uploadKey(chain, id));
    }
  };
  try {
    req.once('close', () => req.complete || outcome.reject(new Fault('MULTIPART_MALFORMED')));
    parse(req, res, (error: unknown) => {
      if (error) outcome.reject(faultOf(error, MAX_DOCUMENT_BYTES));
      else outcome.resolve();
    });
    await outcome.promise;
    if (files.length === 0) throw invalid('/files', 'no file');
    return { fields: { ...req.body }, files, discard };
  } catch (error) {
    for (const source of sources) source.destroy();
    await Promise.allSettled(keeping);
    await discard();
    throw error;
  }
}

/** The bytes of a part on their way, digested; `whole` fails when the part broke off. */
function digesting(source: Readable) {
  const hash = createHash('sha256');
  const digested = new Transform({
    transform(chunk, _encoding, next) {
      hash.update(chunk);
      next(null, chunk);
    },
  });
  const whole = pipeline(source, digested);
  whole.catch(() => {});
  return { digested, whole, digest: () => hash.digest('hex') };
}

/** What the parser finds wrong is refused when it is found; multer alone would read the whole body first. */
function refuseEarly(parser: Writable, limit: number, refuse: (fault: Fault) => void): void {
  const tooMany = () => refuse(new Fault('TOO_MANY_FILES', { params: { limit } }));
  const field = (pointer: string, detail: FieldText) => refuse(invalid(pointer, detail));
  parser.on('filesLimit', tooMany);
  parser.on('partsLimit', tooMany);
  parser.on('fieldsLimit', () => field('', 'too many fields'));
  parser.on('field', (name: string, _value: string, { valueTruncated }: { valueTruncated: boolean }) => {
    if (valueTruncated) field(`/${name.slice(0, NAME_BYTES)}`, 'too long');
  });
  parser.on('file', (_name: string, part: Readable, { filename }: { filename?: string }) => {
    // Bytes without a file name would be dropped unseen; an empty choice in a browser's form has neither.
    if (!filename) part.on('data', () => refuse(new Fault('MULTIPART_MALFORMED')));
  });
  parser.on('error', (cause) => refuse(new Fault('MULTIPART_MALFORMED', { cause })));
}

function faultOf(error: unknown, limit: number): unknown {
  const { code, syscall, field = '' } = error as NodeJS.ErrnoException & { field?: string };
  if (error instanceof Fault) return error;
  if (error instanceof UploadTooLong) return tooLarge(limit);
  if (error instanceof multer.MulterError) return invalid(`/${field}`, 'not a file field of this form');
  if (code === 'ENOSPC') return new Fault('DISK_FULL');
  return syscall ? error : new Fault('MULTIPART_MALFORMED', { cause: error });
}

const tooLarge = (limit: number) => new Fault('FILE_TOO_LARGE', { params: { limit } });
