import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mongo } from 'mongoose';
import { isUnavailable } from '../../storage/unavailable.ts';

const refused = (more: object) => Object.assign(new Error('refused'), more);

describe('a server that is away', () => {
  for (const [what, error] of Object.entries({
    'a connection refused': refused({ code: 'ECONNREFUSED' }),
    'a connection cut, deep in causes': new Error('a', {
      cause: new Error('b', { cause: refused({ code: 'EPIPE' }) }),
    }),
    'a connection cut in a batch': refused({ errorResponse: new mongo.MongoNetworkError('connection 3 closed') }),
    'a primary that steps down': refused({ code: 10107 }),
    'an object server that is busy': refused({ $metadata: { httpStatusCode: 503 } }),
    'an object server that counts': refused({ $metadata: { httpStatusCode: 429 } }),
  })) {
    it(`is seen by ${what}`, () => assert.ok(isUnavailable(error)));
  }

  for (const [what, error] of Object.entries({
    'a unique index': refused({ code: 11000 }),
    'an object that is not there': refused({ $metadata: { httpStatusCode: 404 } }),
    'a defect': new TypeError('x is undefined'),
    'a circle of causes': (() => {
      const error = new Error('a');
      error.cause = error;
      return error;
    })(),
    nothing: undefined,
  })) {
    it(`is not seen by ${what}`, () => assert.ok(!isUnavailable(error)));
  }
});
