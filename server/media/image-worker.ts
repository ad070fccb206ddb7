import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { imageFacts } from './image-facts.ts';
import { blank } from './probe-result.ts';

/** More of an image is not looked at; a TIFF, which may keep its directory at the end, only when it is no longer. */
const MAX_BYTES = 32 * 1024 * 1024;

const { path, mediaType } = workerData as { path: string; mediaType: string };
const file = await open(path, 'r');
const { size } = await file.stat();
if (mediaType === 'image/tiff' && size > MAX_BYTES) {
  parentPort?.postMessage(blank('none'));
} else {
  const bytes = new Uint8Array(Math.min(size, MAX_BYTES));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  parentPort?.postMessage((await imageFacts(bytes.subarray(0, bytesRead), mediaType)) ?? blank('failed'));
}
await file.close();
