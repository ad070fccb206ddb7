import { queryOptions } from '@tanstack/react-query';
import type { Beliefs } from '../../verify/run.ts';
import { answer, api } from '../api/client.ts';
import type { Problem } from '../api/problem.ts';

/** What this service signs and logs under: root certificates, the verifier key of the agency's log, the revocation list of now. */
export const serviceTrust = (agencyId: string) =>
  queryOptions<Beliefs, Problem>({
    queryKey: ['service trust', agencyId],
    queryFn: async ({ signal }) => {
      const [trust, vkey, crl] = await Promise.all([
        answer(api.GET('/trust/ca.pem', { parseAs: 'text', signal })) as Promise<unknown>,
        answer(
          api.GET('/trust/logs/{agencyId}', { params: { path: { agencyId } }, parseAs: 'text', signal }),
        ) as Promise<unknown>,
        answer(api.GET('/trust/ca.crl', { parseAs: 'blob', signal })) as Promise<unknown>,
      ]);
      return { trust: trust as string, vkey: (vkey as string).trim(), crl: crl as Blob, witnesses: [] };
    },
  });
