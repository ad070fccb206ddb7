import { Form, Input, Select } from 'antd';
import { answer, api, ifMatch } from '../api/client.ts';
import { DayField } from '../parts/day-field.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { PersonSelect } from '../parts/selects.tsx';
import { useWords } from '../words/use-words.ts';
import { confidentialities, sources } from './kinds.ts';
import type { OneRecord } from './links.tsx';

interface Typed {
  title: string;
  source: OneRecord['source'];
  filmedBy?: string;
  from?: string;
  to?: string;
  place?: string;
  carrier?: { original?: string; comparedBy?: string };
  confidentiality: OneRecord['confidentiality'];
  reason: string;
}

/** Corrects what is said of a record, of the version that was shown; never its bytes. */
export function Correct({ record, onClose }: { record: OneRecord; onClose: () => void }) {
  const { t } = useWords('records');
  const { title, source, filmedBy, place, carrier, confidentiality, captured } = record;
  const send = ({ from, to, place, filmedBy, carrier, ...said }: Typed) =>
    answer(
      api.PATCH('/records/{id}', {
        params: { path: { id: record.id } },
        body: {
          ...said,
          ...(filmedBy && { filmedBy }),
          ...(place && { place }),
          ...(carrier?.original && {
            carrier: { original: carrier.original, ...(carrier.comparedBy && { comparedBy: carrier.comparedBy }) },
          }),
          ...((from || to) && {
            captured: { ...(from && { from: instantOf(from) }), ...(to && { to: instantOf(to) }) },
          }),
        },
        headers: ifMatch(record),
      }),
    );
  return (
    <FormModal<Typed, unknown>
      title={t('correctTitle')}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={{
        ...{ title, source, filmedBy, place, carrier, confidentiality },
        ...{ from: localOf(captured?.from), to: localOf(captured?.to) },
      }}
    >
      <Form.Item name="title" label={t('name')} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={500} autoFocus />
      </Form.Item>
      <Form.Item name="source" label={t('source')}>
        <Select options={sources.map((value) => ({ value, label: t(`source_${value}`) }))} />
      </Form.Item>
      <Form.Item name="filmedBy" label={t('filmedBy')}>
        <PersonSelect />
      </Form.Item>
      <div className="pair">
        <Form.Item name="from" label={t('capturedFrom')}>
          <DayField time />
        </Form.Item>
        <Form.Item name="to" label={t('capturedTo')}>
          <DayField time />
        </Form.Item>
      </div>
      <Form.Item name="place" label={t('place')}>
        <Input maxLength={500} />
      </Form.Item>
      <div className="pair">
        <Form.Item name={['carrier', 'original']} label={t('carrier')}>
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item name={['carrier', 'comparedBy']} label={t('comparedBy')}>
          <Input maxLength={200} />
        </Form.Item>
      </div>
      <Form.Item name="confidentiality" label={t('confidentiality')}>
        <Select options={confidentialities.map((value) => ({ value, label: t(`confidentiality_${value}`) }))} />
      </Form.Item>
      <ReasonField />
    </FormModal>
  );
}

/** An instant as a field for local date and time shows it, to the second. */
function localOf(instant: string | undefined): string | undefined {
  if (!instant) return undefined;
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

const instantOf = (local: string) => new Date(local).toISOString();
