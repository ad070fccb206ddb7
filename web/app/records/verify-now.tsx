import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Alert, Button, Collapse, Modal, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { Problem, problemOf } from '../api/problem.ts';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { save } from '../parts/save.ts';
import { useSession } from '../session/session.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import { fetchReceipt } from './receipt.ts';
import type { Opened, Progress } from './verify-receipt.ts';

/** Fetches the receipt of a record and checks it here, line by line. */
export function VerifyNow({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords('records');
  const { agency } = useSession();
  const [progress, setProgress] = useState<Progress>();
  const [opened, setOpened] = useState<Opened>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    const leaving = new AbortController();
    const check = async () => {
      const [receipt, { verifyReceipt }] = await Promise.all([fetchReceipt(id), import('./verify-receipt.ts')]);
      setOpened(await verifyReceipt(receipt, agency.id, leaving.signal, setProgress));
    };
    check().catch((error) => !leaving.signal.aborted && setProblem(said(problemOf(error), t('publishing'))));
    return () => leaving.abort();
  }, [id, agency.id, t]);
  const { manifest, paper } = opened ?? {};
  return (
    <Modal
      open
      width={760}
      title={t('verifyTitle')}
      onCancel={onClose}
      footer={[
        paper && (
          <Button key="paper" onClick={() => save(paper)}>
            {t('receiptPdf')}
          </Button>
        ),
        <Button key="close" type="primary" onClick={onClose}>
          {t('common:close')}
        </Button>,
      ]}
    >
      <p>{t('verifyLead')}</p>
      {problem ? <ProblemAlert problem={problem} /> : <Verdict progress={progress} />}
      {progress && <Lines progress={progress} />}
      {manifest && (
        <Collapse
          items={[
            { key: 'manifest', label: `${t('manifest')} · ${t('manifestLead')}`, children: <Bytes text={manifest} /> },
          ]}
        />
      )}
    </Modal>
  );
}

const said = (problem: Problem, publishing: string) =>
  problem.code === 'PUBLISHING' ? new Problem({ code: problem.code, title: publishing }) : problem;

function Verdict({ progress }: { progress: Progress | undefined }) {
  const { t } = useWords('records');
  if (!progress || progress.running) {
    return (
      <div role="status" className="checking">
        <Spin size="small" /> {t('verifying')}
      </div>
    );
  }
  const bad = progress.lines.filter(({ ok }) => !ok).length;
  if (bad > 0) {
    return (
      <Alert
        type="error"
        showIcon
        role="alert"
        title={t('verifyBad', { count: bad })}
        description={t('verifyBadLead')}
      />
    );
  }
  return (
    <Alert
      type="success"
      showIcon
      role="status"
      title={t('verifyGood', { count: progress.lines.length })}
      description={
        <>
          {t('verifyTrust')} <a href="/verify.html">{t('verifyOffline')}</a>
        </>
      }
    />
  );
}

function Lines({ progress }: { progress: Progress }) {
  const words = useSaid();
  return (
    <ul className="checks">
      {progress.lines.map((line) => (
        <li key={line.id} className="check">
          {line.ok ? (
            <CheckCircleFilled className="check-good" aria-label="✓" />
          ) : (
            <CloseCircleFilled className="check-bad" aria-label="✗" />
          )}
          <span>
            {words(line)}
            {line.detail && <span className="check-detail">{line.detail}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** JSON as it was signed, shown with its structure. */
function Bytes({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard (WCAG 2.1.1)
    <pre className="bytes" tabIndex={0}>
      {JSON.stringify(JSON.parse(text), undefined, 2)}
    </pre>
  );
}
