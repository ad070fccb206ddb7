import { z } from 'zod';
import { originalKey } from '../../storage/objects/layout.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Content } from '../http/content.ts';
import { type Route, route } from '../http/route.ts';
import { recordKind } from '../records/events.ts';
import { grantKind } from './grant-events.ts';
import { servedAs } from './media-type.ts';
import { requireWatchable } from './standing.ts';
import { viewingKind } from './viewing-events.ts';
import { watchingOf } from './watching.ts';

/**
 * The bytes of a record in an open viewing. Every request is checked: the same person, the viewing open, the grant in force; whoever has
 * no viewing of it learns nothing (404), administrators included. While bytes flow, transfers.ts and guard.ts keep checking.
 */
export function contentRoute(deps: Deps): Route {
  const watching = watchingOf(deps);
  return route({
    method: 'get',
    path: '/viewings/{id}/records/{recordId}/content',
    summary: { zh: '调阅原始文件（支持范围请求）', en: 'Watch the original, by ranges' },
    access: { permission: 'viewing.open' },
    leaves: ['viewing.opened', 'viewing.delivered'],
    evidence: true,
    transfer: true,
    kind: 'content',
    params: z.strictObject({ id: z.uuid(), recordId: z.uuid() }),
    handler: async (context, { params: { id, recordId } }): Promise<Content> => {
      const { chain, signedIn: caller } = context;
      // Asked together: which grant a viewing is under never changes, and of this process's own it is known.
      const under = watching.grantOf(id);
      const [viewing, record, known] = await Promise.all([
        context.get(viewingKind, id),
        context.get(recordKind, recordId),
        under === undefined ? undefined : context.get(grantKind, under),
      ]);
      if (viewing.personId !== caller.id || !viewing.recordIds.includes(recordId)) throw new Fault('NOT_FOUND');
      const grant = known?.id === viewing.grantId ? known : await context.get(grantKind, viewing.grantId);
      requireWatchable(viewing, grant, deps.now());
      const { object, state } = record;
      if (state === 'disposed') throw new Fault('RECORD_DISPOSED');
      if (state !== 'sealed' || !object) throw new Fault('STATE_NOT_ALLOWED', { params: { state } });
      const { grantId, expiresAt } = viewing;
      const watched = watching.note({ chain, id, grantId, personId: caller.id, expiresAt });
      const cutter = new AbortController();
      let ended: (() => void) | undefined;
      return {
        custody: viewing.openedSeq,
        ...servedAs(record.mediaType),
        name: record.name,
        size: object.size,
        etag: `"${object.sha256}"`,
        signal: cutter.signal,
        open: async (range) => {
          const source = await deps.evidence.get(originalKey(chain, object.sha256), range);
          ended = watching.transfers.begin({ chain, viewingId: id, grantId, caller, expiresAt }, cutter);
          return source;
        },
        delivered: (from, to) => watching.count(watched, recordId, from, to - from + 1),
        ended: () => ended?.(),
      };
    },
  });
}
