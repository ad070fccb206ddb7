interface Worn {
  from: string;
  to?: string | undefined;
}

/** The assignment that holds at this moment. */
export function wornNow<A extends Worn>(assignments: readonly A[], now = new Date().toISOString()): A | undefined {
  return assignments.find(({ from, to }) => from <= now && (to === undefined || now < to));
}
