import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../server/config.ts';
import { parseS3Url, type S3Address } from '../storage/objects/s3-address.ts';
import { disposalPolicy, servicePolicy } from '../storage/objects/s3-policies.ts';
import { provisionS3 } from '../storage/objects/s3-provision.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: {
    zh: '在对象存储服务器上建立 OBJECTS_URL 所指的两个存储桶；打印各密钥的权限策略',
    en: 'Makes the two buckets that OBJECTS_URL names; prints the policy of each key',
  },
  usage: `npx tiezheng provision
npx tiezheng provision --policy service|disposal [--principal ARN]

OBJECTS_URL with credentials that may make buckets. The evidence bucket has versions and Object Lock, which can be had at its making only; the work
bucket beside it has neither. Can be repeated.
--policy     prints the rights of the service's key, or of the key that npx tiezheng dispose takes, for the server's own tool; asks no server
--principal  the disposal user's ARN: the same as the policy of the bucket, where users have none (Ceph)`,
  besideServer: true,
  async run(args, env) {
    const asked = readArgs(args);
    if (!asked) {
      process.stderr.write(`${this.usage}\n`);
      return 2;
    }
    const config = readConfig(env);
    const { OBJECTS_URL } = config;
    if (!OBJECTS_URL?.startsWith('s3:')) {
      process.stderr.write('OBJECTS_URL 不是 s3 地址 OBJECTS_URL is no s3: address\n');
      return 2;
    }
    const address = parseS3Url(OBJECTS_URL);
    if (asked.policy) {
      process.stdout.write(`${JSON.stringify(policyOf(asked, address, config), null, 2)}\n`);
      return 0;
    }
    const made = await provisionS3(address);
    process.stdout.write(made.length > 0 ? `${made.join(' ')}\n` : '存储桶已存在 both buckets are there\n');
    return 0;
  },
};

interface Asked {
  policy?: 'service' | 'disposal';
  principal?: string;
}

const text = { type: 'string' } as const;

function readArgs(args: string[]): Asked | undefined {
  try {
    const { policy, principal } = parseArgs({ args, options: { policy: text, principal: text } }).values;
    if (policy !== undefined && policy !== 'service' && policy !== 'disposal') return undefined;
    if (principal !== undefined && policy !== 'disposal') return undefined;
    return { ...(policy && { policy }), ...(principal && { principal }) };
  } catch {
    return undefined;
  }
}

const policyOf = ({ policy, principal }: Asked, address: S3Address, { OBJECT_LOCK_DAYS }: Config) =>
  policy === 'service' ? servicePolicy(address, OBJECT_LOCK_DAYS) : disposalPolicy(address, principal);
