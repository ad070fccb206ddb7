import { useQueryClient } from '@tanstack/react-query';
import { Button, Collapse, Modal } from 'antd';
import { useEffect } from 'react';
import { Problem } from '../api/problem.ts';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { save } from '../parts/save.ts';
import { useSession } from '../session/session.ts';
import { serviceTrust } from '../verify/service-trust.ts';
import { useCheck } from '../verify/use-check.ts';
import { Checklist, SignedBytes, Verdict } from '../verify/verdict.tsx';
import { useWords } from '../words/use-words.ts';
import { fetchReceipt } from './receipt.ts';

/** Fetches the receipt of a record and checks it here, line by line, under root and log key of this service. */
export function VerifyNow({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords('records');
  const words = useWords('verify');
  const { agency } = useSession();
  const client = useQueryClient();
  const { begin, progress, opened, problem } = useCheck();
  useEffect(() => {
    const found = fetchReceipt(id).then((file) => [{ path: file.name, file }]);
    begin(found, client.fetchQuery(serviceTrust(agency.id)));
  }, [id, agency.id, client, begin]);
  const { manifest, paper } = opened ?? {};
  return (
    <Modal
      open
      width={760}
      title={t('verifyTitle')}
      onCancel={onClose}
      footer={[
        paper && (
          <Button key="paper" onClick={() => save(new File([paper], `receipt-${id}.pdf`, { type: paper.type }))}>
            {words.t('paper')}
          </Button>
        ),
        <Button key="close" type="primary" onClick={onClose}>
          {t('common:close')}
        </Button>,
      ]}
    >
      <p>{t('verifyLead')}</p>
      {problem ? (
        <ProblemAlert problem={said(problem, t('publishing'))} />
      ) : (
        <Verdict
          progress={progress}
          trusted={
            <div>
              {words.t('trustService')} <a href="/verify.html">{words.t('toPage')}</a>
            </div>
          }
        />
      )}
      {progress && <Checklist progress={progress} />}
      {manifest && (
        <Collapse
          items={[
            {
              key: 'manifest',
              label: `${words.t('manifest')} · ${words.t('manifestLead')}`,
              children: <SignedBytes text={manifest} />,
            },
          ]}
        />
      )}
    </Modal>
  );
}

const said = (problem: Problem, publishing: string) =>
  problem.code === 'PUBLISHING' ? new Problem({ code: problem.code, title: publishing }) : problem;
