import type { CertificateState } from '../server/certificates/events.ts';
import type { Command } from './command.ts';
import { openReadOnly } from './open-read-only.ts';

export const command: Command = {
  summary: {
    zh: '列出内置机构签发的证书及其状态',
    en: 'Lists the certificates of the embedded authority and their standing',
  },
  usage: 'npx tiezheng certificates',
  besideServer: true,
  async run(_args, env) {
    const { findings, on, close } = await openReadOnly(env, async () => undefined);
    try {
      for (const { where, what } of findings) process.stderr.write(`tiezheng: ${where}: ${what}\n`);
      if (!on) return 1;
      const states = await Array.fromAsync(
        on.documents.all('certificate'),
        ({ body }) => body as unknown as CertificateState,
      );
      states.sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
      for (const state of states) process.stdout.write(`${lineOf(state)}\n`);
      return 0;
    } finally {
      await close();
    }
  },
};

function lineOf({ id, use, notBefore, notAfter, subject, revoked }: CertificateState): string {
  const standing = revoked
    ? `revoked ${revoked.at} ${revoked.reason}${revoked.since ? ` since ${revoked.since}` : ''}`
    : 'good';
  return [id, use.padEnd(11), `${notBefore.slice(0, 10)}/${notAfter.slice(0, 10)}`, standing, subject].join('  ');
}
