import { Alert, Checkbox, Form } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { bodyOf, type Typed } from './answer-body.ts';
import { AnswerFields } from './answer-fields.tsx';
import type { Grant } from './kinds.ts';
import { approvable } from './may.ts';
import { RecordName } from './record-name.tsx';
import { SignedAnswer } from './signed-answer.tsx';
import { TermsFields } from './terms-fields.tsx';

/** Answers one request: narrowed if wanted, and by a personal signature if wanted. */
export function AnswerForm({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  const { t } = useWords('retrieval');
  const mine = approvable(useSession(), grant);
  const { id } = grant;
  const send = (typed: Typed, key: string) => {
    const { sign, statement = '', password = '' } = typed;
    const body = { ...bodyOf(typed), ...(sign && { signature: { statement, password } }) };
    return answer(
      api.POST('/grants/{id}/answer', { params: { path: { id } }, body: body as never, headers: idempotent(key) }),
    );
  };
  return (
    <FormModal<Typed, Grant>
      title={t('answerOne')}
      send={send}
      onDone={onClose}
      onClose={onClose}
      submit={t('answerSubmit')}
      initial={{ decision: 'approve', seconds: grant.seconds, viewings: grant.viewings, recordIds: mine, sign: false }}
    >
      <p>{grant.text}</p>
      <AnswerFields />
      <Terms grant={grant} mine={mine} />
      <Form.Item name="sign" valuePropName="checked">
        <Checkbox>{t('sign')}</Checkbox>
      </Form.Item>
      <SignedAnswer grant={grant} />
    </FormModal>
  );
}

/** Where it is approved: for how long, how often, and which of the records. */
function Terms({ grant, mine }: { grant: Grant; mine: readonly string[] }) {
  const { t } = useWords('retrieval');
  const decision = Form.useWatch('decision', Form.useFormInstance<Typed>());
  const others = grant.records.length - mine.length;
  return (
    <div hidden={decision === 'refuse'}>
      <TermsFields longest={grant.seconds} usual={grant.seconds} mostOften={grant.viewings} longHint={t('narrowed')} />
      {others > 0 && <Alert type="warning" showIcon title={t('onlyMine')} />}
      <Form.Item
        name="recordIds"
        label={t('records')}
        rules={[{ type: 'array', min: 1, required: true, message: t('recordsRequired') }]}
      >
        <RecordChecks grant={grant} mine={mine} />
      </Form.Item>
    </div>
  );
}

interface Checks {
  grant: Grant;
  mine: readonly string[];
  value?: string[];
  onChange?: (ids: string[]) => void;
}

/** Which of the records are granted; those of other departments cannot be. For a Form.Item: its value is their ids. */
const RecordChecks = ({ grant, mine, value = [], onChange = () => {} }: Checks) => (
  <Checkbox.Group className="choices" value={value} onChange={onChange}>
    {grant.records.map(({ recordId }) => (
      <Checkbox key={recordId} value={recordId} disabled={!mine.includes(recordId)}>
        <RecordName id={recordId} />
      </Checkbox>
    ))}
  </Checkbox.Group>
);
