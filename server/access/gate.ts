import { Fault } from '../errors.ts';

/** Lets a few through at a time: hashing a password takes much memory. */
export class Gate {
  readonly #most: number;
  readonly #longest: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(most: number, longest: number) {
    this.#most = most;
    this.#longest = longest;
  }

  /** Throws TOO_MANY_REQUESTS when the queue before it is too long. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#most) {
      if (this.#waiting.length >= this.#longest) throw tooMany();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#inside += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside -= 1;
    }
  }
}

/** One gate for each name, made and dropped as needed: work for one name has an order. */
export class Turns {
  readonly #gates = new Map<string, { gate: Gate; users: number }>();
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#gates.get(name) ?? { gate: new Gate(1, this.#longest), users: 0 };
    turn.users += 1;
    this.#gates.set(name, turn);
    try {
      return await turn.gate.through(work);
    } finally {
      turn.users -= 1;
      if (turn.users === 0) this.#gates.delete(name);
    }
  }
}

const tooMany = () => new Fault('TOO_MANY_REQUESTS', { params: { seconds: 1 }, headers: { 'Retry-After': '1' } });
