import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An engine behind a port, as a contract suite needs it. */
export interface Engine<S> {
  /** A new empty place for data: a folder, the address of a database. */
  place(): Promise<string>;
  /** Opens what rests at a place; can be called again after close, also by another process. */
  open(place: string): Promise<{ store: S; close(): Promise<void> }>;
  discard(place: string): Promise<void>;
}

/** The part of an engine that every engine on this machine's disk shares. */
export const folders = {
  place: () => mkdtemp(join(tmpdir(), 'tiezheng-')),
  discard: (place: string) => rm(place, { recursive: true, force: true }),
};

/** A place with an opened store for the length of one function. */
export async function using<S>(engine: Engine<S>, use: (store: S, place: string) => Promise<void>): Promise<void> {
  const place = await engine.place();
  const { store, close } = await engine.open(place);
  try {
    await use(store, place);
  } finally {
    await close();
    await engine.discard(place);
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
