import { z } from 'zod';
import { revocationReasonNames } from '../../signing/revocation.ts';
import { agencyKind } from '../access/agency.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Feature, type Route, route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { type CertificateState, certificateKind, certificateUses } from './events.ts';

const certificateAnswer = z.object({
  serial: z.string(),
  use: z.enum(certificateUses),
  personId: z.string().optional(),
  subject: z.string(),
  sha256: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  issuedAt: z.string(),
  revoked: z.object({ reason: z.string(), at: z.string(), since: z.string().optional() }).optional(),
  certificate: z.string(),
});

const list = route({
  method: 'get',
  path: '/certificates',
  summary: {
    zh: '内置机构签发的证书：本系统的和本机关人员的',
    en: "Certificates of the embedded authority: the system's own and those of the agency's people",
  },
  access: { permission: 'certificate.read' },
  leaves: [],
  query: z.strictObject({ ...pageQuery }),
  answer: pageOf(certificateAnswer),
  async handler({ deps, chain }, { query }) {
    const filter = { $or: [{ use: { $in: ['root', 'signer', 'timestamper'] } }, { 'holder.agency': chain }] };
    const page = await findViews(deps, certificateKind, { chain: SYSTEM_CHAIN, filter, ...query });
    return { ...page, items: page.items.map(shown) };
  },
});

const revoke = route({
  method: 'post',
  path: '/certificates/{serial}/revoke',
  summary: {
    zh: '吊销证书；系统正在使用的即时换新',
    en: 'Revoke a certificate; one that the system uses is replaced at once',
  },
  access: { permission: 'certificate.revoke' },
  leaves: ['certificate.revoked', 'certificate.issued'],
  params: z.strictObject({ serial: z.string().regex(/^[0-9a-f]{32}$/) }),
  body: z.strictObject({
    reason: z.enum(revocationReasonNames),
    /** From when on the key is doubted: what was stamped later is refused. */
    since: z.iso.datetime({ offset: true }).optional(),
  }),
  answer: certificateAnswer,
  async handler(context, { params: { serial }, body: { reason, since } }) {
    await demandOwn(context, serial);
    const revocation = { reason, ...(since !== undefined && { since: new Date(since) }) };
    return shown(await context.deps.certificates.revoke(serial, revocation, context.actor));
  },
});

/**
 * A person's certificate is their agency's affair. The system's own concern every agency that it serves: where there are several, only who runs
 * the machine revokes them (npx tiezheng revoke). Throws NOT_FOUND, FORBIDDEN.
 */
async function demandOwn({ deps, chain }: Context, serial: string): Promise<void> {
  const { state } = await deps.ledger.load(certificateKind, SYSTEM_CHAIN, serial);
  if (!state || (state.holder && state.holder.agency !== chain)) throw new Fault('NOT_FOUND');
  if (state.holder) return;
  const { items } = await findViews(deps, agencyKind, { chain: SYSTEM_CHAIN, limit: 2 });
  if (items.length > 1) throw new Fault('FORBIDDEN');
}

const shown = ({ id, holder, ...state }: CertificateState) => ({
  serial: id,
  ...(holder && { personId: holder.personId }),
  ...state,
});

const routes: Route[] = [list, revoke];

export const certificateRoutes: Feature = () => ({ routes });
