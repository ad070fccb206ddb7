import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Alert, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { parseDuration } from '../parts/duration.ts';
import { FormModal } from '../parts/form-modal.tsx';
import type { RecordItem } from '../records/kinds.ts';
import { LinkFields, linkOf, type TypedLink } from '../records/link-fields.tsx';
import { useWords } from '../words/use-words.ts';

interface Given {
  records: readonly RecordItem[];
  /** Is told which of them are linked now. */
  onLinked: (ids: readonly string[]) => void;
  onClose: () => void;
}

interface Typed extends TypedLink {
  ranges?: Record<string, { from?: string; to?: string }>;
}

type Result = { record: RecordItem; ok: boolean; word: string };

const hasRange = ({ kind }: RecordItem) => kind === 'audio' || kind === 'video';

/** Links many records to one case, stage or subject, each with its own part; then tells what came of each. */
export function LinkMany({ records, onLinked, onClose }: Given) {
  const { t } = useWords('inbox');
  const [params] = useSearchParams();
  const [results, setResults] = useState<readonly Result[]>();
  const send = async ({ ranges, ...typed }: Typed, key: string): Promise<Result[]> => {
    const items = records.map((record) => ({ recordId: record.id, ...linkOf({ ...typed, ...ranges?.[record.id] }) }));
    const done = await answer(api.POST('/links', { body: { items } as never, headers: idempotent(key) }));
    return done.items.map((result, i) => ({
      record: records[i] as RecordItem,
      ok: result.ok,
      word: result.ok ? t(result.existed ? 'existed' : 'ok') : wordOf(result.problem),
    }));
  };
  const onDone = (told: Result[]) => {
    setResults(told);
    onLinked(told.filter(({ ok }) => ok).map(({ record }) => record.id));
  };
  if (results) return <Results results={results} onClose={onClose} />;
  const withRange = records.filter(hasRange);
  return (
    <FormModal<Typed, Result[]>
      title={t('linkTitle', { count: records.length })}
      send={send}
      onDone={onDone}
      onClose={onClose}
      submit={t('submit')}
      initial={{ caseId: params.get('case') ?? undefined, subjectId: params.get('subject') ?? undefined }}
    >
      <LinkFields ranges={false} />
      {withRange.length > 0 && <Ranges records={withRange} />}
    </FormModal>
  );
}

const wordOf = ({ title, detail, errors }: { title: string; detail: string; errors?: { detail: string }[] }) =>
  [title, ...(errors?.map((fault) => fault.detail) ?? [detail])].join('：');

/** Of each record that has a duration, which part is meant. */
function Ranges({ records }: { records: readonly RecordItem[] }) {
  const { t } = useWords('inbox');
  const words = useWords('records');
  const readable = {
    validator: (_: unknown, typed?: string) =>
      !typed || parseDuration(typed) !== undefined
        ? Promise.resolve()
        : Promise.reject(new Error(words.t('rangeWrong'))),
  };
  const field = (record: RecordItem, name: 'from' | 'to', placeholder: string) => (
    <Form.Item name={['ranges', record.id, name]} rules={[readable]} className="range-field">
      <Input
        aria-label={`${record.title} ${words.t(name === 'from' ? 'rangeFrom' : 'rangeTo')}`}
        placeholder={placeholder}
        inputMode="numeric"
        maxLength={9}
      />
    </Form.Item>
  );
  return (
    <fieldset className="ranges">
      <legend>{t('ranges')}</legend>
      <p className="range-hint">{words.t('rangeHint')}</p>
      <ul className="lines">
        {records.map((record) => (
          <li key={record.id} className="line">
            <span className="range-title">{record.title}</span>
            {field(record, 'from', '0:00:00')}
            <span>–</span>
            {field(record, 'to', '')}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function Results({ results, onClose }: { results: readonly Result[]; onClose: () => void }) {
  const { t } = useWords('inbox');
  const bad = results.filter(({ ok }) => !ok).length;
  const good = results.length - bad;
  return (
    <Modal
      open
      title={t('results')}
      onCancel={onClose}
      footer={
        <Button type="primary" autoFocus onClick={onClose}>
          {t('common:close')}
        </Button>
      }
    >
      <Alert
        type={bad > 0 ? 'warning' : 'success'}
        showIcon
        role="status"
        title={bad > 0 ? t('someFailed', { good, bad }) : t('allDone', { count: good })}
        {...(bad > 0 && { description: t('failedStay') })}
      />
      <ul className="checks">
        {results.map(({ record, ok, word }) => (
          <li key={record.id} className="check">
            {ok ? (
              <CheckCircleFilled className="check-good" aria-hidden />
            ) : (
              <CloseCircleFilled className="check-bad" aria-hidden />
            )}
            <span>
              {record.title}
              <span className="check-detail">{word}</span>
            </span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
