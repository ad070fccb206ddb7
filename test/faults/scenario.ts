import type { Load } from './load.ts';

/** One line of the report. */
export interface Outcome {
  /** What was done how often, in words of the table. */
  faults: string;
  acknowledged: number;
  /** The longest until an operation was acknowledged, repeated as clients do, seconds. */
  longest: number;
  /** Resident memory of the largest process, MiB, and its growth in the second half, MiB a minute. */
  memory: { most: number; slope: number };
  /** What else was seen. */
  note?: string;
}

/** One kind of fault. It throws when anything is lost, done twice or damaged. */
export interface Scenario {
  name: string;
  run(size: 'short' | 'full'): Promise<Outcome>;
}

export const outcomeOf = (faults: string, load: Load, memory: Outcome['memory'], note?: string): Outcome => ({
  faults,
  acknowledged: load.acknowledged,
  longest: Math.round(load.longest / 100) / 10,
  memory,
  ...(note && { note }),
});

/** Keeps several clients at work until `end`; what one of them throws is thrown there. */
export function working(clients: number, work: (client: number, n: number) => Promise<unknown>) {
  let over = false;
  const all = Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let n = 0; !over; n += 1) await work(client, n);
    }),
  );
  all.catch(() => {});
  return {
    async end() {
      over = true;
      await all;
    },
  };
}
