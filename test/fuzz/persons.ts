import { verifyForeign } from '../../signing/foreign-cms.ts';
import { bytesSource, findPdfSignatures } from '../../signing/pdf-signatures.ts';
import { decodeStatement, encodeStatement } from '../../signing/statement.ts';
import { vector } from '../support/vector.ts';
import { exact, free, signed, type Target } from './target.ts';

/** What people sign by themselves, or send. */
const content = vector('openssl/content');
const statement = encodeStatement({
  ...{ v: 1, kind: 'tiezheng.statement', purpose: 'export.request', agency: 'a', signer: 'b', stream: 'case/1' },
  ...{ version: 2, entry: 'ab'.repeat(32), digests: { package: 'cd'.repeat(32) } },
});
const trust = vector('openssl/cms-ca.pem').toString();
const at = new Date('2026-12-01T00:00:00Z');
/** Many places that look like a signature, each behind objects that do not end. */
const hostile = Buffer.from(
  `${`1 0 obj [${'0 '.repeat(14_000)}`.repeat(8)}${'/ByteRange '.repeat(40)}${'0 '.repeat(120_000)}`,
);

export const personTargets = (): Target[] => [
  signed({
    ...{ name: 'CMS of anybody', kind: 'der', samples: [vector('openssl/content.p7s')] },
    read: (cms) => verifyForeign({ cms, content, path: { trust, at } }),
  }),
  exact({
    ...{ name: 'statement', kind: 'text', samples: [statement] },
    ...{ read: decodeStatement, write: encodeStatement },
  }),
  {
    ...free({
      ...{ name: 'PDF that is long to read', kind: 'text', samples: [hostile], isRefusal: () => false },
      read: (bytes) => findPdfSignatures(bytesSource(bytes)),
    }),
    oneIn: 100,
  },
];
