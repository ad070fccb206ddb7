import { App, Card, Form, Input, Select } from 'antd';
import { useNavigate, useSearchParams } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { CaseSelect } from '../cases/case-select.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { ServerForm } from '../parts/server-form.tsx';
import { useWords } from '../words/use-words.ts';
import { type Grant, grantReasons } from './kinds.ts';
import { type Limits, useLimits } from './limits.ts';
import { RecordChoice } from './record-choice.tsx';
import { useTerm } from './term.ts';
import { TermsFields } from './terms-fields.tsx';

interface Typed {
  reason: Grant['reason'];
  caseId?: string;
  recordIds: string[];
  text: string;
  seconds: number;
  viewings: number;
}

/** Asking to see records; `?case=` and `?record=` (several) say which, `?reason=` on what ground. */
export default function Ask() {
  const { t } = useWords('retrieval');
  const { limits, ...query } = useLimits();
  const above = [{ title: t('mine'), to: '/grants' }];
  return (
    <Reading query={query} title={t('ask')} above={above}>
      {() => (
        <PageFrame title={t('ask')} lead={t('askLead')} above={above}>
          {limits && <AskForm limits={limits} />}
        </PageFrame>
      )}
    </Reading>
  );
}

function AskForm({ limits }: { limits: Limits }) {
  const { t } = useWords('retrieval');
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const term = useTerm();
  const records = params.getAll('record');
  const send = ({ reason, caseId, ...typed }: Typed, key: string) => {
    const named = reason === 'unlinked-record' || !caseId ? {} : { caseId };
    return answer(api.POST('/grants', { body: { reason, ...named, ...typed }, headers: idempotent(key) }));
  };
  const onDone = (made: Grant) => {
    void message.success(t(made.state === 'waiting' ? 'asked' : 'askedAtOnce'));
    void navigate(`/grants/${made.id}`, { replace: true });
  };
  const initial = {
    reason: params.get('reason') ?? (params.has('case') ? 'case' : undefined),
    caseId: params.get('case') ?? undefined,
    recordIds: records,
    seconds: limits.usual.value,
    viewings: limits.usualOften.value,
  };
  return (
    <Card>
      <ServerForm<Typed, Grant>
        name={`grant/new?${params}`}
        send={send}
        onDone={onDone}
        onCancel={() => void navigate(-1)}
        submit={t('ask')}
        initial={initial as { [Name in keyof Typed]?: Typed[Name] | undefined }}
      >
        <div className="pair">
          <Form.Item name="reason" label={t('reason')} rules={[{ required: true }]}>
            <Select options={grantReasons.map((value) => ({ value, label: t(`reason_${value}`) }))} />
          </Form.Item>
          <CaseField />
        </div>
        <Form.Item name="text" label={t('text')} extra={t('textHint')} rules={[{ required: true, whitespace: true }]}>
          <Input.TextArea rows={3} maxLength={1000} showCount />
        </Form.Item>
        <RecordsField />
        <TermsFields
          longest={limits.longest.value}
          usual={limits.usual.value}
          mostOften={limits.mostOften.value}
          longHint={t('howLongHint', { max: term(limits.longest.value) })}
          oftenHint={t('howOftenHint', { max: limits.mostOften.value })}
        />
      </ServerForm>
    </Card>
  );
}

/** Which case it is for; what is linked to nothing has none. */
function CaseField() {
  const { t } = useWords('retrieval');
  const form = Form.useFormInstance<Typed>();
  const reason = Form.useWatch('reason', form);
  if (reason === 'unlinked-record') return null;
  return (
    <Form.Item name="caseId" label={t('case')} rules={[{ required: reason === 'case' }]}>
      <CaseSelect onChange={() => form.setFieldValue('recordIds', [])} />
    </Form.Item>
  );
}

function RecordsField() {
  const { t } = useWords('retrieval');
  const form = Form.useFormInstance<Typed>();
  const reason = Form.useWatch('reason', form);
  const caseId = Form.useWatch('caseId', form);
  return (
    <Form.Item
      name="recordIds"
      label={t('records')}
      extra={t('recordsHint')}
      rules={[{ type: 'array', min: 1, required: true, message: t('recordsRequired') }]}
    >
      <RecordChoice caseId={reason === 'unlinked-record' ? undefined : caseId} />
    </Form.Item>
  );
}
