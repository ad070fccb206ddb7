import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { MESSAGE_LIMIT } from '../../signing/foreign-cms.ts';
import { judgeMessage } from '../../signing/judge-message.ts';
import { judgePdf } from '../../signing/judge-pdf.ts';
import type { Task } from './document-checks.ts';

const { path, roots, now, isMessage } = workerData as Task;
const file = openSync(path, 'r');
const source = {
  size: fstatSync(file).size,
  read(start: number, end: number): Uint8Array {
    const bytes = Buffer.alloc(end - start);
    if (readSync(file, bytes, 0, bytes.length, start) !== bytes.length) throw new Error('the file ends early');
    return bytes;
  },
};
const trust = { roots, now: new Date(now) };
// One that is too large is refused by its length alone.
const message = () => source.read(0, Math.min(source.size, MESSAGE_LIMIT + 1));
parentPort?.postMessage(isMessage ? [judgeMessage(message(), trust)] : judgePdf(source, trust));
closeSync(file);
