import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { cookieName } from '../access/sessions.ts';
import type { Config } from '../config.ts';
import type { Door, Route } from './route.ts';

const problem = {
  description: 'RFC 9457 problem',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string' },
          requestId: { type: 'string' },
          errors: {
            type: 'array',
            items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
          },
        },
      },
    },
  },
};

/** `/openapi.json`: what can be called, for whoever writes a client; it names itself too. */
export function openApiDoor(declared: readonly (Route | Door)[], config: Config): Door {
  const door: Door = {
    method: 'get',
    path: '/openapi.json',
    summary: { zh: '接口描述（OpenAPI 3.1）', en: 'This description' },
    access: { open: 'it tells what the source code tells' },
    leaves: [],
    serve: async (_context, _req, res) => {
      res.set('Content-Type', 'application/json').send(document);
    },
  };
  const document = JSON.stringify(describeApi([...declared, door], config));
  return door;
}

/** OpenAPI 3.1 of declared routes. Policy and custody stand in `x-` fields, so that a reader sees who may and what it leaves. */
export function describeApi(routes: readonly (Route | Door)[], config: Config) {
  const paths: Record<string, object> = {};
  for (const declared of routes) {
    const path = `/api/v1${declared.path.replaceAll('{+', '{')}`;
    paths[path] = { ...paths[path], [declared.method]: operation(declared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tiezheng 铁证',
      version: packageJson.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName(config) },
        dock: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation(declared: Route | Door): unknown {
  const { summary, access, leaves } = declared;
  const open = 'open' in access;
  const docks = 'permission' in access && access.docks;
  return {
    summary: `${summary.zh} ${summary.en}`,
    operationId: `${declared.method} ${declared.path}`.replace(/[^A-Za-z]+/g, '_').replace(/_$/, ''),
    security: open ? [] : [{ session: [] }, ...(docks ? [{ dock: [] }] : [])],
    'x-permission': 'permission' in access ? access.permission : Object.keys(access)[0],
    'x-leaves': leaves,
    parameters: [...parameters(declared.params, 'path'), ...parameters(declared.query, 'query')],
    ...('body' in declared &&
      declared.body && {
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(declared.body) } } },
      }),
    responses: { ...successes(declared), default: problem },
  };
}

function successes(declared: Route | Door): Record<string, unknown> {
  const description = declared.summary.en;
  if ('serve' in declared) return { '2XX': { description } };
  const { kind, answer, status = 200, or } = declared;
  if (kind === 'content') {
    const bytes = {
      description,
      content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
    };
    return { 200: bytes, 206: bytes };
  }
  if (!answer) return { [status === 200 ? 204 : status]: { description } };
  const json = { description, content: { 'application/json': { schema: schemaOf(answer, 'output') } } };
  return { [status]: json, ...(or && { [or]: json }) };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as { properties?: object; required?: string[] };
  return Object.entries(properties).map(([name, part]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: part,
  }));
}

/** Schemas stand inline: the one that refers to itself is z.json(), which is any JSON at all. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): object {
  const { $schema, $defs, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return JSON.parse(JSON.stringify(rest), (_, part) => (part?.$ref === undefined ? part : {}));
}
