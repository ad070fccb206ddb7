import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie } from 'cookie';
import type { Deps } from '../deps.ts';
import { dockKind } from '../devices/dock.ts';
import { hashSecret } from '../ledger/keys.ts';
import { accountKind } from './account.ts';
import { bearerIn, findToken, noteUse, tokenIsGood } from './bearer-tokens.ts';
import type { Caller } from './caller.ts';
import type { Permission } from './matrix.ts';
import { departmentsAt } from './periods.ts';
import { personKind } from './person.ts';
import { bodyOf, cookieName, isOpen, noteActivity } from './sessions.ts';

export type Authenticate = (req: { headers: IncomingHttpHeaders }) => Promise<Caller | undefined>;

/** A token of a person opens the log to programs that audit it, and nothing else. */
const LOG_TOKEN_FOR: Permission = 'ledger.read';

type Parts = Pick<Deps, 'config' | 'documents' | 'keys' | 'ledger' | 'now' | 'random'>;

/** So many sessions are remembered as whose they are. */
const REMEMBERED = 10_000;

/**
 * Who is at the door. It holds nothing that counts, so several may stand beside each other: whose a session was, which never changes, is only
 * remembered so that the person is asked for together with it.
 */
export class Access {
  readonly #parts: Parts;
  readonly #holders = new Map<string, Pick<Caller, 'agency' | 'id'>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The caller of a request, or undefined: a token that is unknown, over or of a suspended person is no caller. */
  authenticate: Authenticate = async ({ headers }) => {
    if (headers.authorization !== undefined) {
      const token = bearerIn(headers.authorization);
      return token ? await this.#bearer(hashSecret(token), true) : undefined;
    }
    const token = parseCookie(headers.cookie ?? '')[cookieName(this.#parts.config)];
    return token && token.length < 100 ? await this.#session(hashSecret(token), true) : undefined;
  };

  /** Keeps a caller's session awake while a transfer runs; false when there is none to keep. */
  async touch(caller: Caller): Promise<boolean> {
    return (await this.#caller(caller, true)) !== undefined;
  }

  /** Whether the credential of a caller still opens the door: ask again while bytes flow. */
  async isLive(caller: Caller): Promise<boolean> {
    return (await this.#caller(caller, false)) !== undefined;
  }

  #caller({ byCookie, credential }: Caller, active: boolean): Promise<Caller | undefined> {
    return byCookie ? this.#session(credential, active) : this.#bearer(credential, active);
  }

  async #session(credential: string, active: boolean): Promise<Caller | undefined> {
    const { config, documents, now } = this.#parts;
    const holder = this.#holders.get(credential);
    const [document, remembered] = await Promise.all([
      documents.get('session', credential),
      holder && this.#person(holder.agency, holder.id),
    ]);
    if (!document) return undefined;
    const session = bodyOf(document);
    if (!isOpen(session, config, now())) return undefined;
    const person = holder ? remembered : await this.#person(document.chain, session.personId);
    if (!person) return undefined;
    if (!holder) this.#remember(credential, person);
    if (active) await noteActivity(this.#parts, document);
    return { ...person, credential, mustChangePassword: session.mustChangePassword, byCookie: true };
  }

  #remember(credential: string, { agency, id }: Pick<Caller, 'agency' | 'id'>): void {
    if (this.#holders.size >= REMEMBERED) this.#holders.clear();
    this.#holders.set(credential, { agency, id });
  }

  async #bearer(credential: string, active: boolean): Promise<Caller | undefined> {
    const found = await findToken(this.#parts, credential);
    if (!found) return undefined;
    const { chain } = found.document;
    const held = found.kind === 'dock' ? await this.#dock(chain, found.id) : await this.#account(chain, found.id);
    const token = held?.tokens.find(({ id }) => id === found.tokenId);
    if (!held || !token || !tokenIsGood(token, this.#parts.now().toISOString())) return undefined;
    if (active) await noteUse(this.#parts, found.document);
    return { ...held.caller, credential, mustChangePassword: false, byCookie: false };
  }

  async #dock(agency: string, id: string) {
    const { state: dock } = await this.#parts.ledger.load(dockKind, agency, id);
    if (!dock) return undefined;
    const caller = { kind: 'dock' as const, id, agency, roles: [], departments: [dock.departmentId] };
    return { tokens: dock.tokens, caller };
  }

  async #account(agency: string, id: string) {
    const { state: account } = await this.#parts.ledger.load(accountKind, agency, id);
    const person = await this.#person(agency, id);
    return account && person && { tokens: account.tokens, caller: { ...person, only: LOG_TOKEN_FOR } };
  }

  /** Who a person is at this moment; undefined for one that is suspended. */
  async #person(agency: string, id: string) {
    const { state: person } = await this.#parts.ledger.load(personKind, agency, id);
    if (person?.state !== 'active') return undefined;
    const departments = departmentsAt(person.memberships, this.#parts.now().toISOString());
    return { kind: 'person' as const, id, agency, roles: person.roles, departments };
  }
}

export const createAccess = (parts: Parts) => new Access(parts);

/** As Access.isLive, for rooms that hold no Access. */
export const isLive = (parts: Parts, caller: Caller) => new Access(parts).isLive(caller);
/** As Access.touch. */
export const touch = (parts: Parts, caller: Caller) => new Access(parts).touch(caller);
