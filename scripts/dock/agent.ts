import type { BackOff } from '../../server/back-off.ts';
import { dayOf } from '../../server/policy/day.ts';
import type { DockApi } from './api.ts';
import type { Mount } from './cards.ts';
import type { Finding } from './findings.ts';
import type { Profile } from './profile.ts';
import type { Throttle } from './rate-limits.ts';
import type { DockState } from './state.ts';
import { openTrust, type Self, type Trust } from './trust.ts';

/** A card that is attached now. */
export interface Card extends Mount {
  /** Serial number of the device, else `folder:` and the folder's name. */
  key: string;
  device: string;
  profile: Profile;
}

export type Tell = (event: string, data?: Record<string, unknown>) => void;

/** What the parts of the agent share. */
export interface Agent {
  api: DockApi;
  state: DockState;
  profiles: readonly Profile[];
  watch: string;
  /** Whether files may be erased at all. */
  erase: boolean;
  /** Of the cameras' clocks and of the days of statements, an IANA zone. */
  zone: string;
  /** So long a file must stay as it is before it is read, ms. */
  settleMs: number;
  throttle: Throttle;
  backOff: BackOff;
  now: () => Date;
  tell: Tell;
  cards: Map<string, Card>;
  contact: Contact;
  stopping: AbortSignal;
}

/** Enters a finding of a card's day, and tells it when it is new. */
export function find(agent: Agent, card: string, { code, detail }: Finding): void {
  const at = agent.now();
  const day = dayOf(at.toISOString(), agent.zone);
  if (agent.state.find({ card, day, code, detail: detail.slice(0, 500).toWellFormed(), at: at.getTime() }))
    agent.tell('finding', { card, code, detail });
}

/** Who the service says we are, and whom we believe: asked once it answers. */
export class Contact {
  readonly #api: DockApi;
  readonly #path: string;
  readonly #tell: Tell;
  #known: Promise<{ self: Self; trust: Trust }> | undefined;

  constructor(api: DockApi, path: string, tell: Tell) {
    this.#api = api;
    this.#path = path;
    this.#tell = tell;
  }

  /** Throws TrustRefused, Refused, Away. */
  async open(): Promise<{ self: Self; trust: Trust }> {
    this.#known ??= this.#open();
    try {
      return await this.#known;
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
  }

  async #open() {
    const self = await this.#api.json<Self>('GET', '/dock');
    const { trust, first } = await openTrust(this.#api, self, this.#path);
    this.#tell('contact', { dock: self.name, agency: self.agency.name, pinned: this.#path, first });
    return { self, trust };
  }
}
