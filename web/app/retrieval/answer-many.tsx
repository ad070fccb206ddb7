import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { PersonName } from '../parts/names.tsx';
import { faultWord, type Outcome, Outcomes } from '../parts/outcomes.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { AnswerFields, type TypedAnswer } from './answer-fields.tsx';
import type { Grant } from './kinds.ts';
import { approvable } from './may.ts';

interface Given {
  grants: readonly Grant[];
  /** Is told which of them are answered now. */
  onAnswered: (ids: readonly string[]) => void;
  onClose: () => void;
}

/** Answers many requests in the same words, one after the other; then tells what came of each. */
export function AnswerMany({ grants, onAnswered, onClose }: Given) {
  const { t } = useWords('retrieval');
  const me = useSession();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>();
  const [answered, setAnswered] = useState(0);
  const send = async ({ decision, reason }: TypedAnswer, key: string): Promise<Outcome[]> => {
    const done: Outcome[] = [];
    for (const grant of grants) {
      const { id, text } = grant;
      const body = { decision, reason, ...(decision === 'approve' && { recordIds: approvable(me, grant) }) };
      const headers = idempotent(`${key}/${id}`);
      const problem = await answer(api.POST('/grants/{id}/answer', { params: { path: { id } }, body, headers })).then(
        () => undefined,
        problemOf,
      );
      const word = problem ? faultWord(problem) : t(decision === 'approve' ? 'resultApproved' : 'resultRefused');
      done.push({ key: id, name: text, ok: !problem, word });
      setAnswered(done.length);
    }
    return done;
  };
  const onDone = (told: Outcome[]) => {
    setOutcomes(told);
    onAnswered(told.filter(({ ok }) => ok).map(({ key }) => key));
  };
  if (outcomes) {
    const summary = (good: number, bad: number) =>
      bad > 0 ? t('someFailed', { good, bad }) : t('allAnswered', { count: good });
    return (
      <Outcomes title={t('results')} outcomes={outcomes} summary={summary} advice={t('failedStay')} onClose={onClose} />
    );
  }
  return (
    <FormModal<TypedAnswer, Outcome[]>
      title={t('answerMany', { count: grants.length })}
      send={send}
      onDone={onDone}
      onClose={onClose}
      submit={answered > 0 ? t('answering', { done: answered, count: grants.length }) : t('answerSubmit')}
      initial={{ decision: 'approve' }}
    >
      <ul className="lines chosen">
        {grants.map(({ id, text, personId, recordIds }) => (
          <li key={id} className="line">
            <span>{text}</span>
            <span className="less">
              <PersonName id={personId} /> · {t('recordsCount', { count: recordIds.length })}
            </span>
          </li>
        ))}
      </ul>
      {grants.some((grant) => approvable(me, grant).length < grant.records.length) && <p>{t('onlyMine')}</p>}
      <AnswerFields />
    </FormModal>
  );
}
