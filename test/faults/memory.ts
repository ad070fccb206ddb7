import { readFileSync } from 'node:fs';

const PERIOD_MS = 250;
const MIB = 1024 * 1024;
const PAGE = 4096;

/** Resident memory of processes, sampled while something runs. Linux. */
export function watchMemory(pids: () => number[]) {
  const samples: { at: number; mib: number }[] = [];
  const began = performance.now();
  const timer = setInterval(() => {
    const sizes = pids().map(residentMib);
    if (sizes.length > 0) samples.push({ at: (performance.now() - began) / 60_000, mib: Math.max(...sizes) });
  }, PERIOD_MS);
  return {
    /** The most that one process had, and how it grew over the second half of the run, MiB a minute. */
    stop() {
      clearInterval(timer);
      const later = samples.slice(samples.length / 2);
      return { most: Math.round(Math.max(0, ...samples.map(({ mib }) => mib))), slope: Math.round(slopeOf(later)) };
    },
  };
}

function residentMib(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE) / MIB;
  } catch {
    return 0;
  }
}

/** Of the straight line through the samples, by least squares. */
function slopeOf(samples: readonly { at: number; mib: number }[]): number {
  const n = samples.length;
  if (n < 2) return 0;
  const mean = (of: (sample: { at: number; mib: number }) => number) => samples.reduce((sum, s) => sum + of(s), 0) / n;
  const [at, mib] = [mean((s) => s.at), mean((s) => s.mib)];
  const spread = samples.reduce((sum, s) => sum + (s.at - at) ** 2, 0);
  return spread === 0 ? 0 : samples.reduce((sum, s) => sum + (s.at - at) * (s.mib - mib), 0) / spread;
}
