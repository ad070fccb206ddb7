import { type RequestHandler, type Response, Router } from 'express';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Limits } from './limits.ts';
import type { PageFile } from './page-files.ts';

/** Addresses that are the service's own, whether they answer or not: no page ever lies under them. */
const reserved = /^\/(api|assets|log|witness|tsa|healthz|readyz|metrics|problems)(\/|$)/;

/** Addresses that a page can have: words and ids, nothing encoded. */
const plain = /^\/([\w-]+(\/[\w-]+)*)?$/;

/** Abilities of a browser that the pages use on purpose; no other, and no other site's. */
const ABILITIES =
  'camera=(self), microphone=(self), fullscreen=(self), geolocation=(), payment=(), usb=(), interest-cohort=()';

/**
 * The pages, for everybody: what they show comes from the API, which asks who calls. `/assets/` are files under names that hold their
 * digests, so they are kept for ever. Every other address is the one HTML page, whose script finds the page by the address.
 */
export function pages(deps: Deps, limits: Limits): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/assets/:name', asset(deps, limits));
  router.get('/{*path}', async (req, res, next) => {
    if (!plain.test(req.path) || reserved.test(req.path)) return next();
    // Who says nothing of what it takes is a program: it is told that there is nothing.
    if (req.headers.accept === undefined || !req.accepts('html')) return next();
    await limits.takePublic(req.ip ?? '');
    if (!deps.pages) throw new Fault('NOT_FOUND');
    sendPage(deps.pages.html, Buffer.from(deps.random(16)).toString('base64'), res);
  });
  return router;
}

/** The styles that the component library makes while it runs carry the nonce of this one answer, so no copy of it is kept. */
function sendPage(html: string, nonce: string, res: Response): void {
  const policy = String(res.getHeader('Content-Security-Policy'));
  res.set({
    'Content-Security-Policy': policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`),
    'Permissions-Policy': ABILITIES,
    'Cache-Control': 'no-store',
  });
  res.type('html').send(html.replace('{nonce}', nonce));
}

function asset({ pages }: Deps, limits: Limits): RequestHandler<{ name: string }> {
  return async (req, res) => {
    await limits.takePublic(req.ip ?? '');
    const file = pages?.assets.get(req.params.name);
    if (!file) throw new Fault('NOT_FOUND');
    const { encoding, bytes } = formFor(file, (encoding) => req.acceptsEncodings(encoding) === encoding);
    if (encoding) res.set('Content-Encoding', encoding);
    res.set('Cache-Control', 'public, max-age=31536000, immutable').vary('Accept-Encoding');
    // Of these a worker runs under the policy that it came with: the one that makes digests does so in WebAssembly, the pages may not.
    const policy = String(res.getHeader('Content-Security-Policy'));
    res.set('Content-Security-Policy', policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"));
    res.type(req.params.name).send(Buffer.from(bytes));
  };
}

/** The smallest form that is accepted (RFC 9110 section 12.5.3). */
function formFor({ identity, br, gz }: PageFile, accepts: (encoding: string) => boolean) {
  if (br && accepts('br')) return { encoding: 'br', bytes: br };
  if (gz && accepts('gzip')) return { encoding: 'gzip', bytes: gz };
  return { encoding: undefined, bytes: identity };
}
