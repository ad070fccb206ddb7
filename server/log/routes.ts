import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { InvalidKey } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Limits } from '../http/limits.ts';
import type { Feature } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import type { LogStore } from './log-store.ts';
import { logTokenRoutes } from './token-routes.ts';

/** The parts of a path below the log's root: `checkpoint`, `tile/0/x001/234`, `tile/entries/000.p/7`. */
const pathParam = z.strictObject({ path: z.array(z.string().max(16)).max(12) });

/** A log as its auditors read it, entries included, and its verifier key for everybody. */
export const logRoutes: Feature = (deps) => ({
  routes: logTokenRoutes,
  doors: [
    {
      method: 'get',
      path: '/trust/logs/{agencyId}',
      summary: { zh: '机关账本的公钥（C2SP vkey）', en: "Verifier key of an agency's log (C2SP vkey)" },
      access: { open: 'a public key; whether there is such an agency is not told' },
      leaves: [],
      params: z.strictObject({ agencyId: idParam.shape.id }),
      serve: async (context, _req, res) => {
        res.type('text/plain').send(`${deps.log.verifierKey(String(context.req.params.agencyId))}\n`);
      },
    },
    {
      method: 'get',
      path: '/log/{+path}',
      summary: {
        zh: '本机关账本：检查点、哈希块与条目包（C2SP tlog-tiles）',
        en: "The agency's log: checkpoint, hash tiles and entry bundles (C2SP tlog-tiles)",
      },
      access: { permission: 'ledger.read' },
      transfer: true,
      leaves: [],
      params: pathParam,
      serve: async (context, req, res) => {
        await send(deps.log.store, context.chain, partsOf(req.params.path), res);
      },
    },
  ],
});

/** `/log/<agency>/…` for everybody: verifier key, checkpoint and hash tiles, never entries. Throws NOT_FOUND for all else. */
export function publicLog({ log }: Deps, limits: Limits): RequestHandler {
  return async (req, res) => {
    await limits.takePublic(req.ip ?? '');
    const [chain = '', ...parts] = partsOf(req.params.path);
    const path = parts.join('/');
    if (path.startsWith('tile/entries/')) throw new Fault('NOT_FOUND');
    if (path === 'log.vkey' && log.published(chain)) {
      res
        .set('Cache-Control', 'no-store')
        .type('text/plain')
        .send(`${log.verifierKey(chain)}\n`);
      return;
    }
    await send(log.store, chain, parts, res);
  };
}

async function send(store: LogStore, chain: string, parts: readonly string[], res: Response): Promise<void> {
  const path = parts.join('/');
  const bytes = await store.file(chain, path).catch((error) => {
    if (error instanceof InvalidKey) return undefined;
    throw error;
  });
  if (!bytes) throw new Fault('NOT_FOUND');
  const text = path === 'checkpoint';
  res
    .set('Content-Type', text ? 'text/plain; charset=utf-8' : 'application/octet-stream')
    .set('Cache-Control', 'no-store')
    .send(Buffer.from(bytes));
}

const partsOf = (path: unknown): string[] => (Array.isArray(path) ? path.map(String) : String(path).split('/'));
