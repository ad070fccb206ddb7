import { isAbsolute } from 'node:path';
import type { Logger } from 'pino';
import { containerFacts } from './container-facts.ts';
import { ffprobeAnswers, type Limits, runFfprobe } from './ffprobe.ts';
import { probeImage } from './image.ts';
import { blank, type ProbeResult } from './probe-result.ts';

export type { ProbeLocation, ProbeResult, ProbeStream, ProbeTime } from './probe-result.ts';

export interface ProberOptions {
  /** Name on PATH, or path; `ffprobe` when absent. */
  ffprobePath?: string;
  /** Wall clock, and CPU time, of one file. */
  timeoutMs?: number;
  /** Address space of ffprobe, bytes. */
  memoryBytes?: number;
  logger: Pick<Logger, 'info' | 'warn'>;
}

export interface Prober {
  /** Whether ffprobe, and what holds it within its limits, is on this machine. Asked anew until it is. */
  available(): Promise<boolean>;
  /**
   * What the file at an absolute path says of itself, by its detected media type. Its content is taken for hostile.
   * Never rejects: what goes wrong is the result's status. Images are read without ffprobe.
   */
  probe(path: string, mediaType: string): Promise<ProbeResult>;
}

const images = /^image\/(jpeg|png|heic|tiff|webp)$/;

export function createProber(options: ProberOptions): Prober {
  const { ffprobePath = 'ffprobe', timeoutMs = 30_000, memoryBytes = 768 * 1024 * 1024, logger } = options;
  const limits: Limits = { ffprobePath, timeoutMs, memoryBytes };
  let answer: Promise<boolean> | undefined;

  const available = async (): Promise<boolean> => {
    answer ??= ffprobeAnswers(limits);
    const there = await answer;
    if (!there) answer = undefined;
    return there;
  };

  const probeContainer = async (path: string): Promise<ProbeResult> => {
    if (!(await available())) return blank('unavailable');
    try {
      return containerFacts(await runFfprobe(path, limits)) ?? blank('failed');
    } catch (error) {
      answer = undefined;
      if (!(await available())) return blank('unavailable');
      logger.info({ error: (error as Error).message }, 'a file could not be probed');
      return blank('failed');
    }
  };

  const probe = async (path: string, mediaType: string): Promise<ProbeResult> => {
    if (!isAbsolute(path) || path.includes('\0')) return blank('failed');
    if (/^(audio|video)\//.test(mediaType)) return probeContainer(path);
    if (!images.test(mediaType)) return blank('none');
    try {
      return await probeImage(path, mediaType, timeoutMs);
    } catch (error) {
      logger.info({ error: (error as Error).message }, 'an image could not be read');
      return blank('failed');
    }
  };

  return { available, probe };
}
