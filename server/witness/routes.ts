import type { RequestHandler } from 'express';
import type { Limits } from '../http/limits.ts';
import { answerAddCheckpoint } from './door.ts';
import type { Witness } from './witness.ts';

/** `POST /witness/add-checkpoint`: open to everybody, since a checkpoint carries its log's signature; counted by address. */
export function witnessDoor(witness: Witness, limits: Limits): RequestHandler {
  return async (req, res) => {
    await limits.takePublic(req.ip ?? '');
    await answerAddCheckpoint(witness, req, res);
  };
}

/** `GET /witness/vkey`: the witness's verifier key (C2SP vkey, type 4). */
export function witnessKey(witness: Witness): RequestHandler {
  return (_req, res) => {
    res.set('Cache-Control', 'no-store').type('text/plain').send(`${witness.verifier}\n`);
  };
}
