/**
 * The ports of objects: bytes by key. Keys are built and parsed in layout.ts; a key with `..`, a leading dot in a segment, an empty
 * segment, a backslash, a control character or more than 255 bytes in a segment throws InvalidKey.
 * What an engine must keep is in test/contracts/object-store.ts.
 */
import type { Readable } from 'node:stream';

export interface ObjectInfo {
  key: string;
  /** Bytes. */
  size: number;
}

/** First and last byte, both inclusive, from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface ObjectStore {
  /**
   * Stores an object; resolves to its size when file and folder are durable. Nothing is seen under the key before that, and nothing is
   * left when the source fails (its error is thrown). Evidence store: write-once; a key that is there with the same bytes is fine, with
   * others throws ObjectExists. Work store: replaces atomically.
   */
  put(key: string, source: Readable | Uint8Array): Promise<number>;

  /** The bytes, or a range of them, cut at the object's end. Must be read or destroyed. Throws ObjectMissing. */
  get(key: string, range?: ByteRange): Promise<Readable>;

  size(key: string): Promise<number | undefined>;

  /** Idempotent. */
  delete(key: string): Promise<void>;

  /** Objects whose key starts with the string, in no order; what comes or goes meanwhile may be in or not. */
  list(prefix: string): AsyncIterable<ObjectInfo>;

  /** Bytes that can still be written. */
  freeSpace(): Promise<number>;
}

export interface EvidenceStore extends ObjectStore {
  /**
   * Moves a finished work object to its write-once key: durable when it resolves, then the source is gone. When `to` is there already
   * the source is removed and 'existed' is the answer: that both are the same bytes is for the caller to have verified. Can be repeated
   * after a crash at any point. Throws ObjectMissing when neither is there.
   */
  publish(work: ObjectStore, from: string, to: string): Promise<'published' | 'existed'>;
}

/** Bytes that arrive in pieces: the twin of the work store, whose object the finished upload is. */
export interface UploadStore {
  /** An upload of length 0. Throws ObjectExists. */
  begin(key: string): Promise<void>;

  /**
   * Writes what comes from the source at `offset`, which must be the present length (else UploadOffsetWrong), and resolves to the new
   * length. A source that breaks is no error here: what arrived before stays and counts. More than `limit` bytes in total length throws
   * UploadTooLong and cuts back to `offset`. The source is not destroyed when this throws, so that an answer can still be sent. A second
   * append at the same time throws UploadBusy. Not durable before `complete`.
   */
  append(key: string, offset: number, source: Readable, limit: number, onBytes?: (n: number) => void): Promise<number>;

  /** What is really there, also after a crash. */
  length(key: string): Promise<number | undefined>;

  /** Makes the bytes and the name durable. Throws ObjectMissing. */
  complete(key: string): Promise<void>;

  /** Idempotent. */
  abort(key: string): Promise<void>;
}

/** Optional ability: a path on this machine that holds the object, for programs and threads that read files. */
export interface LocalFiles {
  /** Throws ObjectMissing. */
  localPath(key: string): Promise<string>;
}

/** Optional ability, where several processes write: small objects that are replaced only by one who knows what he replaces. */
export interface ConditionalWrites {
  /** The bytes, and the tag that tells them from others; undefined when there is no such object. */
  read(key: string): Promise<{ bytes: Uint8Array; tag: string } | undefined>;

  /**
   * Writes when the object is still the one of `tag`, or without a tag when there is none; false otherwise. A server may ignore the condition
   * and write: what must hold is to be looked at again afterwards.
   */
  replace(key: string, bytes: Uint8Array, tag: string | undefined): Promise<boolean>;
}

/** A key that layout.ts does not build, or a part that is not of its form. */
export class InvalidKey extends Error {
  override name = 'InvalidKey';
}

/** There is no object under the key. */
export class ObjectMissing extends Error {
  override name = 'ObjectMissing';
}

/** A write-once key holds other bytes. */
export class ObjectExists extends Error {
  override name = 'ObjectExists';
}

/** More bytes came than the limit allows; the upload is as long as before. */
export class UploadTooLong extends Error {
  override name = 'UploadTooLong';
}

/** The bytes do not go on where the upload ends. */
export class UploadOffsetWrong extends Error {
  override name = 'UploadOffsetWrong';
}

/** Another writer has the upload. */
export class UploadBusy extends Error {
  override name = 'UploadBusy';
}
