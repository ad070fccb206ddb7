import type { z } from 'zod';
import type { Actor } from '../../signing/chain.ts';
import { uploadKey } from '../../storage/objects/layout.ts';
import type { Deps } from '../deps.ts';
import { Fault, type FaultCode } from '../errors.ts';
import type { RequestMark } from '../ledger/claims.ts';
import type { Reader } from '../ledger/ledger.ts';
import { type RecordEvent, recordKind } from '../records/events.ts';
import type { arrival, link } from '../records/shapes.ts';
import { type DetectedType, detectType } from './type.ts';

export type Arrival = z.output<typeof arrival>;
export type Link = z.output<typeof link>;

interface Arrived {
  chain: string;
  /** Of the record; the bytes lie under the upload key of the same id, all there and fsynced. */
  id: string;
  actor: Actor;
  arrival: Arrival;
  links: Link[];
  request?: RequestMark;
  /** Throws when the record may not be entered now; what it reads cannot change before the entry. */
  unless?: (read: Reader) => Promise<void>;
}

/** What both doors end in: the bytes are durable, so the record is entered; sealing follows by itself. Safe to repeat. */
export async function receive(deps: Deps, { chain, id, actor, arrival, links, request, unless }: Arrived) {
  const done = await deps.ledger.execute(
    recordKind,
    chain,
    id,
    actor,
    async (state, read): Promise<RecordEvent[]> => {
      if (state) return [];
      await unless?.(read);
      return [
        { type: 'record.received', data: arrival },
        ...links.map((data) => ({ type: 'record.linked' as const, data })),
      ];
    },
    request ? { request } : {},
  );
  deps.point('receive.recorded');
  deps.signals.emit('record.received', chain, done.id);
  return done;
}

/** What the bytes are, by their content, and whether a door may take them. */
export async function inspect(deps: Deps, chain: string, id: string, arrival: Arrival): Promise<Arrival> {
  const key = uploadKey(chain, id);
  const size = (await deps.uploads.length(key)) ?? 0;
  const type = size === 0 ? undefined : await detectType(readerOf(deps, key), size, arrival.name);
  const findings = [...arrival.findings];
  if (type && !type.known) findings.push({ code: 'unknown-type', detail: arrival.declared.mediaType });
  const suspect = size === 0 ? 'empty' : type?.executable ? 'executable' : undefined;
  return {
    ...arrival,
    size,
    kind: kindOf(type),
    ...(type && { mediaType: type.mediaType }),
    ...(suspect && { suspect }),
    findings,
  };
}

/** The refusal that a person gets for what only a dock may leave behind; undefined when the file is taken. */
export function refusalOf(arrival: Arrival): Fault | undefined {
  const codes: Record<string, FaultCode> = { empty: 'FILE_EMPTY', executable: 'FILE_EXECUTABLE' };
  const code = arrival.suspect && codes[arrival.suspect];
  return code ? new Fault(code, { params: { name: arrival.name } }) : undefined;
}

const readerOf = (deps: Deps, key: string) => async (start: number, end: number) => {
  const chunks: Buffer[] = [];
  for await (const chunk of await deps.work.get(key, { start, end })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const kindOf = (type: DetectedType | undefined) => (type?.known ? type.family : 'other');
