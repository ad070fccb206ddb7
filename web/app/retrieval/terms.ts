const steps = [1800, 3600, 4 * 3600, 8 * 3600, 86_400, 2 * 86_400, 3 * 86_400, 5 * 86_400, 7 * 86_400];

/** Terms to choose among, in seconds: the usual ones up to the longest, and those that are named. */
export const termsUpTo = (longest: number, ...named: number[]): number[] =>
  [...new Set([...steps, longest, ...named])].filter((step) => step <= longest).sort((a, b) => a - b);
