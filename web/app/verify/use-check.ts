import { useCallback, useEffect, useRef, useState } from 'react';
import type { FoundFile } from '../../verify/file-tree.ts';
import type { Beliefs } from '../../verify/run.ts';
import type { Progress } from '../../verify/summary.ts';
import { type Problem, problemOf } from '../api/problem.ts';
import { checkFiles, type Opened } from './check-files.ts';

export interface Check {
  progress: Progress | undefined;
  opened: Opened | undefined;
  problem: Problem | undefined;
  /** Begins anew with these; what ran before is ended. */
  begin: (found: Promise<readonly FoundFile[]>, beliefs: Promise<Beliefs>) => void;
}

/** One verification after another, of which the last counts. Ends when the page is left. */
export function useCheck(): Check {
  const [state, setState] = useState<Omit<Check, 'begin'>>({
    progress: undefined,
    opened: undefined,
    problem: undefined,
  });
  const running = useRef(new AbortController());
  useEffect(() => () => running.current.abort(), []);
  const begin = useCallback((found: Promise<readonly FoundFile[]>, beliefs: Promise<Beliefs>) => {
    running.current.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    const note = (part: Partial<Check>) => !signal.aborted && setState((now) => ({ ...now, ...part }));
    setState({ progress: undefined, opened: undefined, problem: undefined });
    const check = async () => {
      const asked = { found: await found, beliefs: await beliefs };
      note({ opened: await checkFiles(asked, signal, (progress) => note({ progress })) });
    };
    check().catch((error) => note({ problem: problemOf(error) }));
  }, []);
  return { ...state, begin };
}
