import { createHash } from 'node:crypto';
import { type Role, roles } from '../../server/access/matrix.ts';
import { type PersonEvent, personKind } from '../../server/access/person.ts';
import { beginSession, cookieName } from '../../server/access/sessions.ts';
import { type CaseEvent, caseKind } from '../../server/cases/events.ts';
import { type RecordEvent, type RecordState, recordKind } from '../../server/records/events.ts';
import { originalKey } from '../../storage/objects/layout.ts';
import { type AppOptions, startApp } from '../support/app.ts';

/** The running service, with people and records put straight into the ledger: only retrieval is tested. */
export async function openHouse(options: AppOptions = {}) {
  const app = await startApp(options);
  const actor = { id: 'test', role: 'system', via: 'system' as const };
  return { ...app, base: `${app.origin}/api/v1`, actor };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

/** One agency of a house. */
export class Agency {
  readonly house: House;
  readonly chain: string;

  constructor(house: House, chain = house.deps.newId()) {
    this.house = house;
    this.chain = chain;
  }

  async person(role: Role | Role[], ...departments: string[]) {
    const { deps, actor } = this.house;
    const id = deps.newId();
    const held = [role].flat();
    if (held.some((one) => !roles.includes(one))) throw new Error('no such role');
    await deps.ledger.execute(personKind, this.chain, id, actor, (): PersonEvent[] => [
      { type: 'person.registered', data: { name: '某人', username: id } },
      { type: 'person.roles-set', data: { roles: held } },
      ...departments.map((departmentId) => ({
        type: 'person.membership-begun' as const,
        data: { id: deps.newId(), departmentId, from: '2020-01-01T00:00:00.000Z' },
      })),
    ]);
    return await this.signIn(id);
  }

  async signIn(id: string) {
    const { deps, base } = this.house;
    const { token } = await beginSession(deps, this.chain, id, false);
    return new Person(id, base, `${cookieName(deps.config)}=${token}`);
  }

  /** Suspends as another process does: the ledger knows, and nobody here is told. */
  async suspendElsewhere(id: string) {
    const { deps, actor } = this.house;
    await deps.ledger.execute(personKind, this.chain, id, actor, (): PersonEvent[] => [
      { type: 'person.suspended', data: { reason: '测试' } },
    ]);
  }

  async record(given: Partial<RecordState> & { departmentId: string; bytes: Buffer; unsealed?: boolean }) {
    const { deps, actor } = this.house;
    const {
      bytes,
      unsealed,
      departmentId,
      filmedBy,
      name = '现场 记录.mp4',
      mediaType = 'video/mp4',
      confidentiality = 'ordinary',
    } = given;
    const id = deps.newId();
    const object = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
    const proof = { sha256: object.sha256, size: 1 };
    await deps.ledger.execute(recordKind, this.chain, id, actor, (): RecordEvent[] => [
      {
        type: 'record.received',
        data: {
          ...{
            door: 'multipart',
            source: 'upload',
            kind: 'video',
            title: name,
            name,
            size: bytes.length,
            declared: {},
          },
          ...{ departmentId, uploadedBy: 'nobody', confidentiality, findings: [], ...(filmedBy && { filmedBy }) },
        },
      },
    ]);
    if (unsealed) return { id, bytes, ...object };
    await deps.evidence.put(originalKey(this.chain, object.sha256), bytes);
    await deps.ledger.execute(recordKind, this.chain, id, actor, (): RecordEvent[] => [
      {
        type: 'record.sealed',
        data: { object, manifest: proof, signature: proof, mediaType, kind: 'video', probe: {}, findings: [] },
      },
    ]);
    return { id, bytes, ...object };
  }

  async link(recordId: string, caseId: string) {
    const { deps, actor } = this.house;
    await deps.ledger.execute(recordKind, this.chain, recordId, actor, (): RecordEvent[] => [
      { type: 'record.linked', data: { linkId: deps.newId(), caseId } },
    ]);
  }

  async openCase(departmentId: string, ...team: string[]) {
    const { deps, actor } = this.house;
    const id = deps.newId();
    await deps.ledger.execute(caseKind, this.chain, id, actor, (): CaseEvent[] => [
      { type: 'case.opened', data: { kind: 'penalty', cause: '占道经营', departmentId, stage: 'FILE' } },
      ...team.map((personId) => ({
        type: 'case.team-joined' as const,
        data: { id: deps.newId(), personId, role: 'member' as const, from: '2020-01-01T00:00:00.000Z' },
      })),
    ]);
    return id;
  }
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests as it comes
  body: any;
  headers: Headers;
}

export class Person {
  readonly id: string;
  readonly base: string;
  readonly cookie: string;

  constructor(id: string, base: string, cookie: string) {
    this.id = id;
    this.base = base;
    this.cookie = cookie;
  }

  async fetch(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { body, headers } = options;
    return await fetch(path.startsWith('/api') ? new URL(path, this.base) : `${this.base}${path}`, {
      method,
      headers: { cookie: this.cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    const response = await this.fetch(method, path, { body, ...(headers && { headers }) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson && text ? JSON.parse(text) : text, headers: response.headers };
  }

  get = (path: string) => this.call('GET', path);
  post = (path: string, body?: unknown, headers?: Record<string, string>) => this.call('POST', path, body, headers);
}
