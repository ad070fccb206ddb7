import { useQuery } from '@tanstack/react-query';
import { type Body, read } from '../api/query.ts';

type Value = Body<'/policy'>['values'][number];

/** How long and how often may be asked for: numbers of the policy set, with where they come from. */
export interface Limits {
  /** Seconds. */
  longest: Value;
  usual: Value;
  mostOften: Value;
  usualOften: Value;
}

/** Undefined until they are there. */
export function useLimits() {
  const query = useQuery({ ...read('/policy'), staleTime: Number.POSITIVE_INFINITY });
  return { ...query, limits: query.data && limitsOf(query.data.values) };
}

function limitsOf(values: readonly Value[]): Limits {
  const named = (name: string) => {
    const found = values.find((value) => value.name === name);
    if (!found) throw new Error(`the policy set has no ${name}`);
    return found;
  };
  return {
    longest: named('retrieval.seconds.max'),
    usual: named('retrieval.seconds.default'),
    mostOften: named('retrieval.viewings.max'),
    usualOften: named('retrieval.viewings.default'),
  };
}

const steps = [1800, 3600, 4 * 3600, 8 * 3600, 86_400, 2 * 86_400, 3 * 86_400, 5 * 86_400, 7 * 86_400];

/** Terms to choose among, in seconds: the usual ones up to the longest, and those that are named. */
export const termsUpTo = (longest: number, ...named: number[]): number[] =>
  [...new Set([...steps, longest, ...named])].filter((step) => step <= longest).sort((a, b) => a - b);
