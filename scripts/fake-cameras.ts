import { mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fakeCamera } from './fake-cameras/cameras.ts';
import { makeClips } from './fake-cameras/clips.ts';
import { writeCamera } from './fake-cameras/write.ts';

const usage = `npm run fake-cameras -- --dir DIR [--count N] [--files N] [--mib N] [--zone ZONE]

制作假的执法记录仪存储卡（每台一个文件夹），供试用采集站
Makes cards of cameras, a folder for each, to try a docking station with

--dir    folder to make them in; new or empty
--count  cameras (24)
--files  films or pictures on each (8)
--mib    least MiB of a film (0: as ffmpeg makes it)
--zone   zone of their clocks (Asia/Shanghai)`;

const number = (given: string, least: number) =>
  /^\d+$/.test(given) && Number(given) >= least ? Number(given) : undefined;

function readOptions() {
  try {
    const text = (value: string) => ({ type: 'string', default: value }) as const;
    const options = {
      dir: { type: 'string' },
      count: text('24'),
      files: text('8'),
      mib: text('0'),
      zone: text('Asia/Shanghai'),
    } as const;
    const { dir, zone, ...given } = parseArgs({ options }).values;
    const [count, files, mib] = [number(given.count, 1), number(given.files, 1), number(given.mib, 0)];
    Intl.DateTimeFormat('en', { timeZone: zone });
    if (dir === undefined || count === undefined || files === undefined || mib === undefined) return undefined;
    return { dir: resolve(dir), count, files, mib, zone };
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    console.error(usage);
    return 2;
  }
  const { dir, count, files, mib, zone } = options;
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0) {
    console.error(`${dir} 不是空文件夹 is not empty`);
    return 2;
  }
  const clips = await makeClips().catch((error: Error) => {
    console.error(`ffmpeg: ${error.message}`);
  });
  if (!clips) return 69;
  const making = { clips, files, zone, size: mib * 1_048_576, now: new Date() };
  for (let n = 0; n < count; n++) {
    const camera = fakeCamera(n, making);
    writeCamera(dir, camera);
    const { folder, profile, oddity } = camera;
    console.log(
      `${folder}  ${profile}  ${camera.files.length} 个文件 files${oddity ? `  ${oddity.zh} ${oddity.en}` : ''}`,
    );
  }
  console.log(`\nnpx tiezheng dock --once --watch ${dir} --server URL --token-file FILE`);
  return 0;
}

process.exitCode = await main();
