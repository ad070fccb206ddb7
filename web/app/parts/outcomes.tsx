import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problem.ts';

/** What came of one of many things that were done at once. */
export interface Outcome {
  key: string;
  name: ReactNode;
  ok: boolean;
  /** What became of it, or why nothing did. */
  word: string;
}

interface Given {
  title: string;
  outcomes: readonly Outcome[];
  /** What is said above the list, by how many went well and how many did not. */
  summary: (good: number, bad: number) => string;
  /** What to do about those that did not go well. */
  advice: string;
  onClose: () => void;
}

/** Why something was not done, in one line: the faults of its fields, else the detail. */
export const faultWord = ({ title, detail, errors = [] }: Partial<Pick<Problem, 'title' | 'detail' | 'errors'>>) =>
  [title, ...(errors.length > 0 ? errors.map((fault) => fault.detail) : [detail])].join('：');

/** What came of each of many things, over the page. */
export function Outcomes({ title, outcomes, summary, advice, onClose }: Given) {
  const { t } = useTranslation();
  const bad = outcomes.filter(({ ok }) => !ok).length;
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      footer={
        <Button type="primary" autoFocus onClick={onClose}>
          {t('close')}
        </Button>
      }
    >
      <Alert
        type={bad > 0 ? 'warning' : 'success'}
        showIcon
        role="status"
        title={summary(outcomes.length - bad, bad)}
        {...(bad > 0 && { description: advice })}
      />
      <ul className="checks">
        {outcomes.map(({ key, name, ok, word }) => (
          <li key={key} className="check">
            {ok ? (
              <CheckCircleFilled className="check-good" aria-hidden />
            ) : (
              <CloseCircleFilled className="check-bad" aria-hidden />
            )}
            <span>
              {name}
              <span className="check-detail">{word}</span>
            </span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
