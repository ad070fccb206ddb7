import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useEffect } from 'react';
import { Problem } from '../api/problem.ts';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useSession } from '../session/session.ts';
import { serviceTrust } from '../verify/service-trust.ts';
import { useCheck } from '../verify/use-check.ts';
import { Checklist, Verdict } from '../verify/verdict.tsx';
import { useWords } from '../words/use-words.ts';
import { fetchEntryProof } from './entry-proof.ts';

/** Fetches the proof of an entry and checks it here, line by line, under root and log key of this service. */
export function VerifyEntry({ seq, onClose }: { seq: number; onClose: () => void }) {
  const { t } = useWords('audit');
  const words = useWords('verify');
  const { agency } = useSession();
  const client = useQueryClient();
  const { begin, progress, problem } = useCheck();
  useEffect(() => {
    const found = fetchEntryProof(seq).then((file) => [{ path: file.name, file }]);
    begin(found, client.fetchQuery(serviceTrust(agency.id)));
  }, [seq, agency.id, client, begin]);
  const shown = problem?.code === 'PUBLISHING' ? new Problem({ code: problem.code, title: t('publishing') }) : problem;
  const trusted = (
    <div>
      {words.t('trustService')} <a href="/verify.html">{words.t('toPage')}</a>
    </div>
  );
  return (
    <Modal
      open
      width={760}
      title={t('verifyTitle')}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      }
    >
      <p>{t('verifyLead')}</p>
      {shown ? <ProblemAlert problem={shown} /> : <Verdict progress={progress} trusted={trusted} />}
      {progress && <Checklist progress={progress} />}
    </Modal>
  );
}
