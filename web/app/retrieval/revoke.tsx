import { answer, api, idempotent } from '../api/client.ts';
import { ReasonModal } from '../parts/reason-modal.tsx';
import { useWords } from '../words/use-words.ts';
import type { Grant } from './kinds.ts';

/** Takes a grant back, with the reason. */
export function Revoke({ grant: { id }, onClose }: { grant: Grant; onClose: () => void }) {
  const { t } = useWords('retrieval');
  return (
    <ReasonModal
      title={t('revokeTitle')}
      lead={t('revokeLead')}
      send={(reason, key) =>
        answer(
          api.POST('/grants/{id}/revoke', { params: { path: { id } }, body: { reason }, headers: idempotent(key) }),
        )
      }
      onClose={onClose}
      submit={t('revoke')}
      danger
    />
  );
}
