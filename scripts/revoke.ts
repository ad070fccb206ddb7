import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Revocation } from '../server/certificates/commands.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { systemActor } from '../server/deps.ts';
import { Fault } from '../server/errors.ts';
import { loggerOf } from '../server/logger.ts';
import { revocationReasonNames } from '../signing/revocation.ts';
import type { Command } from './command.ts';

const usage = `npx tiezheng revoke --serial HEX --reason REASON [--since TIME]

REASON: ${revocationReasonNames.join(', ')}
TIME: RFC 3339; from when on the key is doubted. npx tiezheng certificates lists serial numbers.
Beside a live server: POST /api/v1/certificates/SERIAL/revoke.`;

const given = z.strictObject({
  serial: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{32}$/),
  reason: z.enum(revocationReasonNames),
  since: z.iso.datetime({ offset: true }).optional(),
});

export const command: Command = {
  summary: {
    zh: '吊销证书；系统正在使用的即时换新',
    en: 'Revokes a certificate; one that the system uses is replaced at once',
  },
  usage,
  besideServer: false,
  async run(args, env) {
    const asked = readArgs(args);
    if (!asked) {
      process.stderr.write(`${usage}\n`);
      return 2;
    }
    const service = await compose(readConfig(env), loggerOf('error'));
    try {
      const { revoked } = await service.deps.certificates.revoke(asked.serial, asked, systemActor('revoke'));
      process.stdout.write(`已吊销 revoked ${asked.serial} ${revoked?.at} ${revoked?.reason}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { title, detail } = error.words('en');
      process.stderr.write(`tiezheng: ${error.words('zh').title} ${title} ${detail}\n`);
      return 1;
    } finally {
      await service.close();
    }
  },
};

function readArgs(args: string[]): (Revocation & { serial: string }) | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args, options: { serial: text, reason: text, since: text } });
    const { serial, reason, since } = given.parse(values);
    return { serial, reason, ...(since !== undefined && { since: new Date(since) }) };
  } catch {
    return undefined;
  }
}
