import { Worker } from 'node:worker_threads';
import { blank, type ProbeResult } from './probe-result.ts';

/**
 * Reads an image's header and EXIF in a thread of its own, with its own heap, that is ended after `timeoutMs`: a
 * hostile file can make a parser loop or swell. Rejects when the thread fails.
 */
export function probeImage(path: string, mediaType: string, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./image-worker.ts', import.meta.url), {
      workerData: { path, mediaType },
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
      void worker.terminate();
    };
    const timer = setTimeout(() => end(() => resolve(blank('failed'))), timeoutMs);
    worker.once('message', (result: ProbeResult) => end(() => resolve(result)));
    worker.once('error', (error) => end(() => reject(error)));
    worker.once('exit', () => end(() => reject(new Error('the thread ended without an answer'))));
  });
}
