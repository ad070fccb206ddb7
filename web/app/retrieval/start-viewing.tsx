import { Alert, Button, Modal } from 'antd';
import { useNavigate } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { useSubmission } from '../api/query.ts';
import { Moment } from '../parts/moment.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import type { Grant, Viewing } from './kinds.ts';

/** Says that opening counts, then opens a viewing and goes to it. */
export function StartViewing({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const { t } = useWords('retrieval');
  const navigate = useNavigate();
  const { mutate, isPending, error } = useSubmission<string, Viewing>({
    send: (id, key) =>
      answer(api.POST('/grants/{id}/viewings', { params: { path: { id } }, headers: idempotent(key) })),
    onDone: ({ id }) => void navigate(`/viewings/${id}`),
  });
  return (
    <Modal
      open
      title={t('startTitle')}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="primary" autoFocus loading={isPending} onClick={() => mutate(grant.id)}>
            {t('start')}
          </Button>
        </>
      }
    >
      <p>{t('startLead', { left: grant.viewingsLeft - 1 })}</p>
      <p>
        {t('until')} <Moment at={grant.expiresAt} />
      </p>
      <Alert type="info" showIcon title={t('startRules')} />
      {error && <ProblemAlert problem={error} />}
    </Modal>
  );
}
