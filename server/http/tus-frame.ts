import type { RequestHandler } from 'express';
import { Fault } from '../errors.ts';

const methods = new Set(['POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/**
 * What tus 1.0 asks of every request and answer, refusals before the door included: Tus-Resumable, and X-HTTP-Method-Override in the
 * place of the method, for clients whose environment allows no PATCH and DELETE.
 */
export const tusFrame: RequestHandler = (req, res, next) => {
  res.set('Tus-Resumable', '1.0.0');
  const override = req.headers['x-http-method-override'];
  if (override !== undefined) {
    const method = String(override).toUpperCase();
    if (!methods.has(method))
      throw new Fault('METHOD_NOT_ALLOWED', { params: { method }, headers: { Allow: [...methods].join(', ') } });
    req.method = method;
  }
  next();
};
