import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie } from 'cookie';
import type { Deps } from '../deps.ts';
import { dockOf, dockTokenIn, noteUse } from '../devices/dock-tokens.ts';
import { hashSecret } from '../ledger/keys.ts';
import type { Caller } from './caller.ts';
import { departmentsAt } from './periods.ts';
import { personKind } from './person.ts';
import { bodyOf, cookieName, isOpen, noteActivity } from './sessions.ts';

export type Authenticate = (req: { headers: IncomingHttpHeaders }) => Promise<Caller | undefined>;

type Parts = Pick<Deps, 'config' | 'documents' | 'keys' | 'ledger' | 'now' | 'random'>;

/** Who is at the door. It holds nothing of its own, so several may stand beside each other. */
export class Access {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The caller of a request, or undefined: a token that is unknown, over or of a suspended person is no caller. */
  authenticate: Authenticate = async ({ headers }) => {
    if (headers.authorization !== undefined) {
      const token = dockTokenIn(headers.authorization);
      return token ? await this.#dock(hashSecret(token), true) : undefined;
    }
    const token = parseCookie(headers.cookie ?? '')[cookieName(this.#parts.config)];
    return token && token.length < 100 ? await this.#person(hashSecret(token), true) : undefined;
  };

  /** Keeps a caller's session awake while a transfer runs; false when there is none to keep. */
  async touch(caller: Caller): Promise<boolean> {
    return (await this.#caller(caller, true)) !== undefined;
  }

  /** Whether the credential of a caller still opens the door: ask again while bytes flow. */
  async isLive(caller: Caller): Promise<boolean> {
    return (await this.#caller(caller, false)) !== undefined;
  }

  #caller({ kind, credential }: Caller, active: boolean): Promise<Caller | undefined> {
    return kind === 'dock' ? this.#dock(credential, active) : this.#person(credential, active);
  }

  async #person(credential: string, active: boolean): Promise<Caller | undefined> {
    const { config, documents, ledger, now } = this.#parts;
    const document = await documents.get('session', credential);
    if (!document) return undefined;
    const session = bodyOf(document);
    if (!isOpen(session, config, now())) return undefined;
    const { state: person } = await ledger.load(personKind, document.chain, session.personId);
    if (person?.state !== 'active') return undefined;
    if (active) await noteActivity(this.#parts, document);
    return {
      kind: 'person',
      id: person.id,
      agency: document.chain,
      roles: person.roles,
      departments: departmentsAt(person.memberships, now().toISOString()),
      credential,
      mustChangePassword: session.mustChangePassword,
      byCookie: true,
    };
  }

  async #dock(credential: string, active: boolean): Promise<Caller | undefined> {
    const found = await dockOf(this.#parts, credential);
    if (!found) return undefined;
    const { dock, document } = found;
    if (active) await noteUse(this.#parts, document);
    return {
      kind: 'dock',
      id: dock.id,
      agency: document.chain,
      roles: [],
      departments: [dock.departmentId],
      credential,
      mustChangePassword: false,
      byCookie: false,
    };
  }
}

export const createAccess = (parts: Parts) => new Access(parts);

/** As Access.isLive, for rooms that hold no Access. */
export const isLive = (parts: Parts, caller: Caller) => new Access(parts).isLive(caller);
/** As Access.touch. */
export const touch = (parts: Parts, caller: Caller) => new Access(parts).touch(caller);
