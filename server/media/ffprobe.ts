import { fileURLToPath } from 'node:url';
import ffmpeg from 'fluent-ffmpeg';

export interface Limits {
  ffprobePath: string;
  timeoutMs: number;
  memoryBytes: number;
}

const guard = fileURLToPath(new URL('./ffprobe-guard', import.meta.url));
const MAX_OUTPUT = 2 * 1024 * 1024;
/** What is left to the guard to end by itself after its own limit. */
const GRACE_MS = 2000;

/**
 * The only demuxers that may open a file. None of them opens another: no playlists (hls, concat, dash), no sequences
 * of pictures, no sessions, no subtitles.
 */
const DEMUXERS =
  'mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts,mpeg,mp3,wav,w64,amr,amrnb,amrwb,aac,flac,ogg,asf,flv';
const RESTRAINTS = [
  ['-protocol_whitelist', 'file,pipe'],
  ['-format_whitelist', DEMUXERS],
  ['-max_streams', '64'],
  ['-threads', '1'],
].flat();

/**
 * What ffprobe says of the file at an absolute path, as parsed JSON. Rejects when it says nothing, or was ended by a
 * limit.
 */
export async function runFfprobe(path: string, limits: Limits): Promise<unknown> {
  return JSON.parse(await guarded(path, RESTRAINTS, limits));
}

/** Whether ffprobe can be run within its limits here. */
export async function ffprobeAnswers(limits: Limits): Promise<boolean> {
  const text = await guarded('-version', [], limits).catch(() => '');
  return text.startsWith('ffprobe version');
}

function guarded(input: string, options: string[], { ffprobePath, timeoutMs, memoryBytes }: Limits): Promise<string> {
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  const bounds = ['--guard', ffprobePath, seconds, memoryBytes, MAX_OUTPUT].map(String);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('ffprobe did not end')), seconds * 1000 + GRACE_MS);
    ffmpeg(input)
      .setFfprobePath(guard)
      .ffprobe(0, [...bounds, ...options], (error, data) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(Buffer.from(String((data.format as { json?: string }).json ?? ''), 'base64').toString('utf8'));
      });
  });
}
