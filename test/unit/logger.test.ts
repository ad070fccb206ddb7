import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { errorLogged } from '../../server/logger.ts';

describe('errors in the log', () => {
  it('say where and why, with their causes, and nothing of what was being written', () => {
    const cause = Object.assign(new Error('connection 9 closed'), { code: 'ECONNRESET' });
    const written = { insertedDocs: [{ body: 'wrapped-key' }], errorResponse: { body: 'wrapped-key' } };
    const logged = errorLogged(Object.assign(new Error('not inserted', { cause }), { code: 91 }, written));
    assert.doesNotMatch(JSON.stringify(logged), /wrapped-key/);
    assert.deepEqual(Object.keys(logged), ['type', 'message', 'stack', 'code']);
    assert.match((logged as { message: string }).message, /not inserted.*connection 9 closed/);
  });

  it('have the status that a server refused with', () => {
    const refused = Object.assign(new Error('slow down'), { $metadata: { httpStatusCode: 503, requestId: 'x' } });
    assert.equal((errorLogged(refused) as { status: number }).status, 503);
  });

  it('are told apart from what is no error', () => {
    assert.deepEqual(errorLogged('password'), { type: 'string', message: 'not an Error' });
  });
});
