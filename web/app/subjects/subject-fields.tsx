import { Form, Input, Select } from 'antd';
import { useWords } from '../words/use-words.ts';
import { idTypes, type Subject, subjectTypes } from './kinds.ts';

export interface TypedSubject {
  type: Subject['type'];
  name?: string;
  idType?: (typeof idTypes)[number];
  idNumber?: string;
  idNumberReason?: string;
  contacts?: { phone?: string; address?: string; email?: string };
  minor?: 'true' | 'false';
  provisional?: 'true' | 'false';
}

/** What was typed, as the API takes it: what is empty is not told. */
export function bodyOf({ contacts, minor, provisional, idType, idNumber, ...typed }: TypedSubject) {
  return {
    type: typed.type,
    ...filled({ name: typed.name, idNumberReason: typed.idNumberReason }),
    ...(idNumber && { idNumber, ...(idType && { idType }) }),
    ...(contacts && Object.keys(filled(contacts)).length > 0 && { contacts: filled(contacts) }),
    ...(minor && { minor: minor === 'true' }),
    ...(provisional && { provisional: provisional === 'true' }),
  };
}

const filled = <T extends object>(texts: T): T =>
  Object.fromEntries(Object.entries(texts).filter(([, value]) => value)) as T;

/** The fields of a subject. What is masked of `known` is shown where it would be typed anew. */
export function SubjectFields({ known }: { known?: Subject }) {
  const { t } = useWords('subjects');
  const type = Form.useWatch<Subject['type'] | undefined>('type');
  const either = (yes: string, no: string) => [
    { value: 'true', label: yes },
    { value: 'false', label: no },
  ];
  return (
    <>
      <div className="pair">
        <Form.Item name="type" label={t('type')} rules={[{ required: true }]}>
          <Select options={subjectTypes.map((value) => ({ value, label: t(`type_${value}`) }))} />
        </Form.Item>
        <Form.Item name="name" label={t('name')}>
          <Input maxLength={200} autoFocus />
        </Form.Item>
        <Form.Item name="idType" label={t('idType')}>
          <Select allowClear options={idTypes.map((value) => ({ value, label: t(`id_${value}`) }))} />
        </Form.Item>
        <Form.Item name="idNumber" label={t('idNumber')}>
          <Input maxLength={64} autoComplete="off" placeholder={known?.idNumber} />
        </Form.Item>
      </div>
      <Form.Item name="idNumberReason" label={t('idNumberReason')} extra={t('idNumberReasonHint')}>
        <Input maxLength={500} />
      </Form.Item>
      <div className="pair">
        <Form.Item name={['contacts', 'phone']} label={t('phone')}>
          <Input maxLength={40} inputMode="tel" autoComplete="off" placeholder={known?.contacts.phone} />
        </Form.Item>
        <Form.Item name={['contacts', 'email']} label={t('email')}>
          <Input maxLength={254} inputMode="email" autoComplete="off" placeholder={known?.contacts.email} />
        </Form.Item>
      </div>
      <Form.Item name={['contacts', 'address']} label={t('address')}>
        <Input maxLength={500} autoComplete="off" placeholder={known?.contacts.address} />
      </Form.Item>
      <div className="pair">
        {type !== 'organisation' && (
          <Form.Item name="minor" label={t('minor')}>
            <Select allowClear options={either(t('minorYes'), t('minorNo'))} />
          </Form.Item>
        )}
        <Form.Item name="provisional" label={t('provisional')}>
          <Select allowClear options={either(t('provisionalYes'), t('provisionalNo'))} />
        </Form.Item>
      </div>
    </>
  );
}
