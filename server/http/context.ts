import { isIP } from 'node:net';
import type { Request } from 'express';
import type { Actor } from '../../signing/chain.ts';
import type { Access } from '../access/authenticate.ts';
import type { Caller } from '../access/caller.ts';
import type { Reach } from '../access/matrix.ts';
import type { Deps } from '../deps.ts';
import { Fault, present } from '../errors.ts';
import type { RequestMark } from '../ledger/claims.ts';
import type { AnyEvent, AnyKind, EventsOf, Kind, StateOf } from '../ledger/kind.ts';
import type { Decide, Done } from '../ledger/ledger.ts';
import { idempotencyKey } from './body.ts';

interface Arrived {
  gate: Access;
  caller: Caller | undefined;
  requestId: string;
}

/** So long what authentication found is taken for true, in ms. */
const FRESH_MS = 1000;

/** One request on its way: who calls, how far they reach, and the one door to the ledger. */
export class Context {
  readonly deps: Deps;
  readonly req: Request;
  readonly caller: Caller | undefined;
  readonly requestId: string;
  readonly address: string;
  /** How far the caller's permission for this route reaches; set once access is decided. */
  reach: Reach = 'own';
  role = 'none';
  /** Seqs of the entries that this request has left. */
  readonly left: number[] = [];
  /** The version to show as ETag. */
  version: number | undefined;
  /** Set by the handler: the route's other declared status (`or`) instead of the usual one. */
  status: 200 | 201 | undefined;
  readonly headers: Record<string, string> = {};
  readonly #gate: Access;
  readonly #began = performance.now();
  #request: { key: string; digest: string } | undefined;
  #part = 0;

  constructor(deps: Deps, req: Request, { gate, caller, requestId }: Arrived) {
    this.deps = deps;
    this.req = req;
    this.caller = caller;
    this.requestId = requestId;
    this.address = addressOf(req);
    this.#gate = gate;
  }

  /** The agency whose chain the request works on. */
  get chain(): string {
    return this.signedIn.agency;
  }

  get signedIn(): Caller {
    if (!this.caller) throw new Fault('NOT_AUTHENTICATED');
    return this.caller;
  }

  get actor(): Actor {
    const { id, kind } = this.signedIn;
    return { id, role: this.role, via: kind === 'dock' ? 'device' : 'session' };
  }

  /** The version that If-Match names; undefined when the header is absent. */
  get ifVersion(): number | undefined {
    const header = this.req.headers['if-match'];
    if (header === undefined || header === '*') return undefined;
    const found = /^"(\d{1,15})"$/.exec(header);
    if (!found) throw new Fault('PRECONDITION_FAILED');
    return Number(found[1]);
  }

  /** Bytes coming in or going out keep the caller's session awake; false when it has ended meanwhile. */
  async touch(): Promise<boolean> {
    return !this.caller || (await this.#gate.touch(this.caller));
  }

  /**
   * For what is decided when a body has come in, which may have taken its time: who was suspended or signed out meanwhile does nothing
   * any more. Throws NOT_AUTHENTICATED.
   */
  async demandLive(): Promise<void> {
    if (!this.caller || performance.now() - this.#began < FRESH_MS) return;
    if (!(await this.#gate.isLive(this.caller))) throw new Fault('NOT_AUTHENTICATED');
  }

  /** With an Idempotency-Key the entries of this request are repeatable: same key and `words`, same answer. Throws IDEMPOTENCY_KEY_INVALID. */
  repeatable(words: () => string): void {
    const key = idempotencyKey(this.req);
    if (key !== undefined) this.#request = { key, digest: words() };
  }

  /**
   * Decides and appends on a stream of the caller's agency. With an Idempotency-Key a repeated call returns what the first
   * one did, whatever id is given; calls of one request are told apart by their order.
   */
  async execute<K extends AnyKind>(
    kind: K,
    id: string,
    decide: Decide<StateOf<K>, EventsOf<K>>,
    options: { ifVersion?: number | undefined } = {},
  ): Promise<Done<StateOf<K>>> {
    const request = await this.mark();
    const { ifVersion } = options;
    const done = await this.deps.ledger.execute(kind, this.chain, id, this.actor, decide, {
      ...(request && { request }),
      ...(ifVersion !== undefined && { ifVersion }),
    });
    if (done.seq >= 0) this.left.push(done.seq);
    this.version = done.version;
    return done;
  }

  /** The state of a thing of the caller's agency; NOT_FOUND when there is none. Its version becomes the ETag. */
  async get<S, E extends AnyEvent>(kind: Kind<S, E>, id: string): Promise<S> {
    const { state, version } = await this.deps.ledger.load(kind, this.chain, id);
    this.version = version;
    return present(state);
  }

  /** The mark of the next thing that this request makes; undefined without an Idempotency-Key. */
  async mark(part = this.#part++): Promise<RequestMark | undefined> {
    if (!this.#request) return undefined;
    const { key, digest } = this.#request;
    const { keys } = this.deps;
    return {
      id: await keys.blind(this.chain, `request|${this.signedIn.id}|${key}|${part}`),
      digest: await keys.blind(this.chain, `digest|${digest}`),
    };
  }
}

/** The client's address: as a trusted proxy tells it, when what it tells is an address at all. */
function addressOf({ ip = '', socket }: Request): string {
  return isIP(ip) > 0 ? ip : (socket.remoteAddress ?? '');
}
