import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { judgePdf } from '../../signing/judge-pdf.ts';
import type { Task } from './document-checks.ts';

const { path, roots, now } = workerData as Task;
const file = openSync(path, 'r');
const source = {
  size: fstatSync(file).size,
  read(start: number, end: number): Uint8Array {
    const bytes = Buffer.alloc(end - start);
    if (readSync(file, bytes, 0, bytes.length, start) !== bytes.length) throw new Error('the file ends early');
    return bytes;
  },
};
parentPort?.postMessage(judgePdf(source, { roots, now: new Date(now) }));
closeSync(file);
