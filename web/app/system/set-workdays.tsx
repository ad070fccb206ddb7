import { Form, Input } from 'antd';
import { answer, api } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { useWords } from '../words/use-words.ts';
import { readDays, writeDays } from './day-ranges.ts';
import type { Year } from './workdays.tsx';

interface Typed {
  source: string;
  off: string;
  work?: string;
}

/** Enters the notice of a year; the statutory holidays stand there to begin with. */
export function SetWorkdays({ year, onClose }: { year: Year; onClose: () => void }) {
  const { t } = useWords('system');
  const send = ({ source, off, work = '' }: Typed) =>
    answer(
      api.PUT('/workdays/{year}', {
        params: { path: { year: String(year.year) } },
        body: { source, off: readDays(off) ?? [], work: readDays(work) ?? [] },
      }),
    );
  const rule = {
    validator: (_: unknown, typed = '') =>
      readDays(typed) ? Promise.resolve() : Promise.reject(new Error(t('daysWrong'))),
  };
  const off = year.known ? year.off : year.holidays.flatMap(({ days }) => days);
  return (
    <FormModal<Typed, unknown>
      title={t('noticeTitle', { year: year.year })}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={{ source: year.source, off: writeDays(off), work: writeDays(year.work) }}
    >
      <p>{t('noticeLead')}</p>
      <Form.Item
        name="source"
        label={t('notice')}
        extra={t('noticeHint')}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input maxLength={200} autoFocus />
      </Form.Item>
      <Form.Item name="off" label={t('off')} extra={t('daysHint')} rules={[{ required: true }, rule]}>
        <Input.TextArea rows={8} />
      </Form.Item>
      <Form.Item name="work" label={t('worked')} extra={t('workHint')} rules={[rule]}>
        <Input.TextArea rows={4} />
      </Form.Item>
    </FormModal>
  );
}
