import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What ffmpeg made: a film of two seconds with sound (MPEG-4, H.264 and AAC), and a picture of it (JPEG). */
export interface Clips {
  film: Buffer;
  picture: Buffer;
}

const run = promisify(execFile);
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15:duration=2'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2'];

/** Rejects where there is no ffmpeg. */
export async function makeClips(): Promise<Clips> {
  const folder = await mkdtemp(join(tmpdir(), 'tiezheng-clips-'));
  const make = async (name: string, ...options: string[]) => {
    await run('ffmpeg', ['-v', 'error', '-y', ...options, join(folder, name)]);
    return await readFile(join(folder, name));
  };
  try {
    const film = await make('film.mp4', ...PICTURE, ...SOUND, '-pix_fmt', 'yuv420p', '-shortest');
    return { film, picture: await make('picture.jpg', ...PICTURE, '-frames:v', '1') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const BOX = 8;

/** A film that no other is, at least so many bytes long: a `free` box at its end (ISO/IEC 14496-12, 8.1.2) is filled by what `of` says. */
export function filmOf({ film }: Clips, of: string, size: number): Buffer {
  const filling = createHash('shake256', { outputLength: Math.max(32, size - film.length - BOX) })
    .update(of)
    .digest();
  const head = Buffer.alloc(BOX);
  head.writeUInt32BE(BOX + filling.length, 0);
  head.write('free', 4, 'latin1');
  return Buffer.concat([film, head, filling]);
}

/** A picture that no other is: what follows the end of the image (ITU-T T.81, EOI) belongs to it and is not shown. */
export const pictureOf = ({ picture }: Clips, of: string): Buffer =>
  Buffer.concat([picture, createHash('sha256').update(of).digest()]);
