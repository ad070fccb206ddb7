import { readFileSync } from 'node:fs';
import type { Service } from '../scripts/demo/own-server.ts';
import { MiB } from './sample.ts';

interface Row {
  what: string;
  value: string;
  /** This by the bare thing beside it. */
  ratio?: string;
  mark?: string;
}

const rows: Row[] = [];

export function row(added: Row): void {
  rows.push(added);
  console.log(`${added.what}: ${added.value}${added.ratio ? `, ratio ${added.ratio}` : ''}`);
}

/** Seconds. */
export const since = (began: number) => (performance.now() - began) / 1000;

export const rate = (bytesPerSecond: number) => `${Math.round(bytesPerSecond / MiB)} MiB/s`;

/** VmHWM of the service's process (proc(5)). */
export function memory({ pid }: Service, what: string): void {
  const mib = memoryOf(pid);
  row(mib === undefined ? { what, value: '(no /proc here)' } : { what, value: `${mib} MiB`, mark: '< 256 MiB' });
}

/** The most that a process had so far, MiB; undefined when it is gone or nobody tells. */
export function memoryOf(pid: number | undefined): number | undefined {
  try {
    const [, kib = ''] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === '' ? undefined : Math.round(Number(kib) / 1024);
  } catch {
    return undefined;
  }
}

/** All rows again, as a table for documents. */
export function print(): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const table = rows.map(({ what, value, ratio = '', mark = '' }) => line([what, value, ratio, mark]));
  console.log(
    `\n${line(['what', 'value', 'ratio to the bare thing', 'mark'])}\n${line(['---', '---', '---', '---'])}\n${table.join('\n')}`,
  );
}
