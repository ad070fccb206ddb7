import './archive.css';

import { queryOptions, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import type { Problem } from '../api/problem.ts';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { draft } from '../parts/drafts.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { SigningFields, shownAnew } from '../parts/signing-fields.tsx';
import { useWords } from '../words/use-words.ts';
import { type CaseFile, callOf, type Form as ExportForm, forms } from './kinds.ts';
import { NamedRecords, useLacks } from './readiness.tsx';

interface Order {
  form: ExportForm;
  reason?: string;
}

interface Typed extends Order {
  sign?: boolean;
}

interface Given {
  caseId: string;
  /** As an earlier package was asked for. */
  initial?: Order;
  onClose: () => void;
  /** Is told the id of the export. */
  onDone: (id: string) => void;
}

/** Orders the package of a case, once nothing keeps it from being packed; by a personal signature if wanted. */
export function PackCase({ caseId, initial = { form: 'bag' }, onClose, onDone }: Given) {
  const { t } = useWords('archive');
  const name = `archive.pack.${caseId}`;
  const [signs, setSigns] = useState(() => draft<Typed>(name)?.sign === true);
  const [signing, setSigning] = useState<Order>();
  const { data, error, refetch } = useQuery({
    ...read('/case-files/{id}', { params: { path: { id: caseId } } }),
    staleTime: 0,
    refetchInterval: ({ state }) => state.data?.ready === false && 2000,
  });
  if (signing) return <SignOrder caseId={caseId} order={signing} onClose={onClose} onDone={onDone} />;
  if (!data?.ready) {
    return (
      <Modal open title={t('pack')} onCancel={onClose} footer={<Button onClick={onClose}>{t('common:close')}</Button>}>
        {error && <ProblemAlert problem={error} onRetry={refetch} />}
        {!data && !error && <Loading rows={3} />}
        {data && (
          <Alert
            type="warning"
            showIcon
            title={t('notReady')}
            description={
              <>
                {t('notReadyWhat')}
                <NamedRecords {...data.unsealed} />
              </>
            }
          />
        )}
      </Modal>
    );
  }
  const send = async (typed: Typed, key: string) =>
    typed.sign ? undefined : (await order(caseId, orderOf(typed), key)).id;
  return (
    <FormModal<Typed, string | undefined>
      title={t('pack')}
      send={send}
      onClose={onClose}
      onDone={(id, typed) => (id === undefined ? setSigning(orderOf(typed)) : onDone(id))}
      submit={t(signs ? 'toSign' : 'pack')}
      name={name}
      initial={initial}
    >
      <p>{t('packLead', { name: callOf(data), count: data.sealed.count, size: bytes(data.sealed.size) })}</p>
      <Hints file={data} />
      <Form.Item name="form" label={t('form')} rules={[{ required: true }]}>
        <Radio.Group
          className="choices"
          options={forms.map((value) => ({
            value,
            label: (
              <span className="told">
                {t(`form_${value}`)}
                <small className="less">{t(`form_${value}_hint`)}</small>
              </span>
            ),
          }))}
        />
      </Form.Item>
      <Form.Item name="reason" label={t('why')} extra={t('whyHint')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
      <Form.Item name="sign" valuePropName="checked" extra={t('signHint')}>
        <Checkbox onChange={({ target }) => setSigns(target.checked)}>{t('sign')}</Checkbox>
      </Form.Item>
    </FormModal>
  );
}

/** What does not keep it from being packed, and should be known. */
function Hints({ file }: { file: CaseFile }) {
  const { t } = useWords('archive');
  const lacks = useLacks()(file);
  const { quarantined, state } = file;
  if (lacks.length === 0 && quarantined.count === 0 && state === 'closed') return null;
  return (
    <Alert
      className="hints"
      type={lacks.length > 0 || quarantined.count > 0 ? 'warning' : 'info'}
      title={
        <>
          {state === 'open' && <div>{t('stillOpenHint')}</div>}
          {quarantined.count > 0 && <div>{t('quarantinedHint', { count: quarantined.count })}</div>}
          {lacks.length > 0 && (
            <div>
              {t('lacksHint')}
              <ul>
                {lacks.map((lack) => (
                  <li key={lack}>{lack}</li>
                ))}
              </ul>
            </div>
          )}
        </>
      }
    />
  );
}

const orderOf = ({ form, reason }: Typed): Order => ({ form, ...(reason?.trim() && { reason: reason.trim() }) });

const order = (id: string, body: Order & { signature?: { statement: string; password: string } }, key: string) =>
  answer(api.POST('/cases/{id}/exports', { params: { path: { id } }, body, headers: idempotent(key) }));

/** Shows the exact bytes that an order is signed by, and signs them by the password. */
function SignOrder({ caseId, order: ordered, onClose, onDone }: Given & { order: Order }) {
  const { t } = useWords('archive');
  const statement = useQuery(
    queryOptions<{ statement: string; sha256: string }, Problem>({
      queryKey: ['export statement', caseId, ordered],
      queryFn: () =>
        answer(api.POST('/cases/{id}/exports/statement', { params: { path: { id: caseId } }, body: ordered })),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  );
  const send = ({ password }: { password: string }, key: string) =>
    order(caseId, { ...ordered, signature: { statement: statement.data?.sha256 ?? '', password } }, key).catch(
      shownAnew(statement),
    );
  return (
    <FormModal<{ password: string }, { id: string }>
      title={t('signTitle')}
      send={send}
      onClose={onClose}
      onDone={({ id }) => onDone(id)}
      submit={t('pack')}
    >
      <p>{t('signLead')}</p>
      <SigningFields statement={statement} />
    </FormModal>
  );
}
