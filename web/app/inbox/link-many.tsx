import { Form, Input } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { parseDuration } from '../parts/duration.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { faultWord, type Outcome, Outcomes } from '../parts/outcomes.tsx';
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

const hasRange = ({ kind }: RecordItem) => kind === 'audio' || kind === 'video';

/** Links many records to one case, stage or subject, each with its own part; then tells what came of each. */
export function LinkMany({ records, onLinked, onClose }: Given) {
  const { t } = useWords('inbox');
  const [params] = useSearchParams();
  const [results, setResults] = useState<readonly Outcome[]>();
  const send = async ({ ranges, ...typed }: Typed, key: string): Promise<Outcome[]> => {
    const items = records.map((record) => ({ recordId: record.id, ...linkOf({ ...typed, ...ranges?.[record.id] }) }));
    const done = await answer(api.POST('/links', { body: { items } as never, headers: idempotent(key) }));
    return done.items.map((result, i) => ({
      key: records[i]?.id ?? '',
      name: records[i]?.title,
      ok: result.ok,
      word: result.ok ? t(result.existed ? 'existed' : 'ok') : faultWord(result.problem),
    }));
  };
  const onDone = (told: Outcome[]) => {
    setResults(told);
    onLinked(told.filter(({ ok }) => ok).map(({ key }) => key));
  };
  if (results) {
    const summary = (good: number, bad: number) =>
      bad > 0 ? t('someFailed', { good, bad }) : t('allDone', { count: good });
    return (
      <Outcomes title={t('results')} outcomes={results} summary={summary} advice={t('failedStay')} onClose={onClose} />
    );
  }
  const withRange = records.filter(hasRange);
  return (
    <FormModal<Typed, Outcome[]>
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
