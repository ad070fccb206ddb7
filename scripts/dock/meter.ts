import type { Tell } from './agent.ts';

/** Over so long a speed is the mean, ms. */
const WINDOW_MS = 5000;
const BUCKET_MS = 500;

/** How the service was met last. */
export interface Standing {
  /** When it last answered, ms since the epoch. */
  answeredAt?: number;
  /** Why it is left alone, and until when. */
  away?: { why: string; againAt: number };
  dock?: string;
  agency?: string;
}

/** What goes on now, kept from what is told and gone with the process: bytes on their way, how fast, and how the service was met. */
export class Meter {
  readonly #now: () => Date;
  readonly #speeds = { read: [] as Bucket[], sent: [] as Bucket[] };
  readonly #sent = new Map<string, Map<string, number>>();
  standing: Standing = {};

  constructor(now: () => Date) {
    this.#now = now;
  }

  tell: Tell = (event, data = {}) => {
    const at = this.#now().getTime();
    const [card, file] = [String(data.card), String(data.file)];
    if (event === 'read' || event === 'sent') this.#moved(event, Number(data.bytes), at);
    if (event === 'sent') this.#flying(card).set(file, Number(data.offset));
    if (event === 'brought' || event === 'failed') this.#flying(card).delete(file);
    if (event === 'detached') this.#sent.delete(card);
    if (event === 'answered') this.standing = { ...withoutAway(this.standing), answeredAt: at };
    if (event === 'away')
      this.standing = { ...this.standing, away: { why: String(data.why), againAt: at + Number(data.againInMs) } };
    if (event === 'contact')
      this.standing = { ...this.standing, dock: String(data.dock), agency: String(data.agency), answeredAt: at };
  };

  /** Bytes a second, over the last few. */
  speed(of: 'read' | 'sent'): number {
    const since = this.#now().getTime() - WINDOW_MS;
    const bytes = this.#speeds[of].filter(({ at }) => at >= since).reduce((sum, bucket) => sum + bucket.bytes, 0);
    return Math.round(bytes / (WINDOW_MS / 1000));
  }

  /** Bytes of a card that the service has of files it does not have whole. */
  underWay = (card: string): number => [...(this.#sent.get(card)?.values() ?? [])].reduce((sum, each) => sum + each, 0);

  #flying(card: string): Map<string, number> {
    const files = this.#sent.get(card) ?? new Map<string, number>();
    this.#sent.set(card, files);
    return files;
  }

  #moved(what: 'read' | 'sent', bytes: number, now: number): void {
    const buckets = this.#speeds[what];
    const at = now - (now % BUCKET_MS);
    const last = buckets.at(-1);
    if (last?.at === at) last.bytes += bytes;
    else buckets.push({ at, bytes });
    while (buckets[0] && buckets[0].at < now - WINDOW_MS) buckets.shift();
  }
}

interface Bucket {
  at: number;
  bytes: number;
}

const withoutAway = ({ away: _, ...rest }: Standing): Standing => rest;
