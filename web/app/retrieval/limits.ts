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
