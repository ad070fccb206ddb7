import { readConfig } from '../server/config.ts';
import { parseS3Url } from '../storage/objects/s3-address.ts';
import { provisionS3 } from '../storage/objects/s3-provision.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: {
    zh: '在对象存储服务器上建立 OBJECTS_URL 所指的两个存储桶',
    en: 'Makes the two buckets that OBJECTS_URL names',
  },
  usage:
    'npx tiezheng provision\n\nOBJECTS_URL with credentials that may make buckets. The evidence bucket has versions and Object Lock, which can be had at its\nmaking only; the work bucket beside it has neither. Can be repeated.',
  besideServer: true,
  async run(_args, env) {
    const { OBJECTS_URL } = readConfig(env);
    if (!OBJECTS_URL?.startsWith('s3:')) {
      process.stderr.write('OBJECTS_URL 不是 s3 地址 OBJECTS_URL is no s3: address\n');
      return 2;
    }
    const made = await provisionS3(parseS3Url(OBJECTS_URL));
    process.stdout.write(made.length > 0 ? `${made.join(' ')}\n` : '存储桶已存在 both buckets are there\n');
    return 0;
  },
};
