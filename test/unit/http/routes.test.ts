import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { z } from 'zod';
import { checkRoutes, type Route } from '../../../server/http/route.ts';

const sound: Route = {
  method: 'get',
  path: '/things/{id}',
  summary: { zh: '某', en: 'A thing' },
  access: { permission: 'record.read' },
  leaves: ['thing.seen'],
  evidence: true,
  params: z.strictObject({ id: z.uuid() }),
  handler: async () => undefined,
};
const types = new Set(['thing.seen']);
const without = (name: keyof Route): Route => {
  const { [name]: _, ...rest } = sound;
  return rest as Route;
};

describe('http/route: what stops the start', () => {
  it('is nothing in a sound declaration', () => {
    checkRoutes([sound, { ...sound, method: 'post' }], types);
    checkRoutes([{ ...without('evidence'), method: 'post', leaves: [], asks: true }], types);
  });

  const holes: [string, Route[], RegExp][] = [
    ['no policy', [without('access')], /no access policy/],
    ['an empty policy', [{ ...sound, access: {} as Route['access'] }], /no access policy/],
    [
      'a policy of two kinds',
      [{ ...sound, access: { open: 'x', session: true } as Route['access'] }],
      /no access policy/,
    ],
    ['openness without a reason', [{ ...sound, access: { open: '' } }], /no access policy/],
    [
      'an unknown permission',
      [{ ...sound, access: { permission: 'all' as 'record.read' } }],
      /no permission of the matrix/,
    ],
    ['evidence without an entry', [{ ...sound, leaves: [] }], /leaves no custody event/],
    ['evidence and no word of entries', [without('leaves')], /leaves no custody event/],
    ['a change without an entry', [{ ...without('evidence'), method: 'post', leaves: [] }], /changes something/],
    ['an entry of a mere look', [without('evidence')], /reads what is no evidence/],
    ['a question that leaves an entry', [{ ...without('evidence'), method: 'post', asks: true }], /reads what is no/],
    ['bytes that are not called evidence', [{ ...without('evidence'), kind: 'content' }], /answers bytes/],
    [
      'an owner of nothing that is named',
      [
        {
          ...sound,
          path: '/things',
          access: { permission: 'record.read', of: async () => ({ departments: [], people: [] }) },
        },
      ],
      /names none/,
    ],
    ['an event that nobody defines', [{ ...sound, leaves: ['thing.gone'] }], /which nobody defines/],
    ['one address twice', [sound, { ...sound }], /declared twice/],
    ['a parameter that nobody reads strictly', [without('params')], /parameters/],
    ['a parameter that is not in the address', [{ ...sound, path: '/things' }], /parameters/],
  ];
  for (const [name, routes, message] of holes) {
    it(name, () => assert.throws(() => checkRoutes(routes, types), message));
  }

  it('is told all at once', () => {
    assert.throws(() => checkRoutes([without('access'), { ...sound, leaves: [] }], types), /policy[\s\S]*custody/);
  });
});
