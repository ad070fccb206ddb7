import { Button, Space } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { type Item, read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { subjectTypes } from './kinds.ts';
import { bodyOf, SubjectFields, type TypedSubject } from './subject-fields.tsx';

type One = Item<'/subjects'>;

export default function Subjects() {
  const { t } = useWords('subjects');
  const { permissions } = useSession();
  const navigate = useNavigate();
  const [registering, setRegistering] = useState(false);
  const filters = useFilters(['q', 'type', 'minor', 'provisional']);
  const columns: Column<One>[] = [
    {
      key: 'name',
      title: t('name'),
      heading: true,
      long: true,
      render: ({ id, name, minor }) => (
        <Space size={6} wrap>
          <Link to={`/subjects/${id}`}>{name || t('unnamed')}</Link>
          {minor && <StateTag tone="waits" word={t('minor')} />}
        </Space>
      ),
    },
    { key: 'type', title: t('type'), render: ({ type }) => t(`type_${type}`) },
    { key: 'idType', title: t('idType'), render: ({ idType }) => (idType ? t(`id_${idType}`) : t('common:none')) },
    { key: 'idNumber', title: t('idNumber'), render: ({ idNumber }) => idNumber ?? t('common:none') },
    {
      key: 'provisional',
      title: t('provisional'),
      render: ({ provisional }) => (
        <StateTag tone={provisional ? 'waits' : 'good'} word={t(provisional ? 'provisionalYes' : 'provisionalNo')} />
      ),
    },
    { key: 'registeredAt', title: t('registeredAt'), render: ({ registeredAt }) => <Moment at={registeredAt} day /> },
  ];
  const register = (typed: TypedSubject, key: string) =>
    answer(api.POST('/subjects', { body: bodyOf(typed), headers: idempotent(key) }));
  const either = (yes: string, no: string) => [
    { value: 'true', label: yes },
    { value: 'false', label: no },
  ];
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        permissions['subject.write'] && (
          <Button type="primary" onClick={() => setRegistering(true)}>
            {t('register')}
          </Button>
        )
      }
    >
      <Filters
        filters={[
          { name: 'q', label: t('common:search'), hint: t('searchHint') },
          {
            name: 'type',
            label: t('type'),
            choices: subjectTypes.map((value) => ({ value, label: t(`type_${value}`) })),
          },
          { name: 'minor', label: t('minor'), choices: either(t('minorYes'), t('minorNo')) },
          { name: 'provisional', label: t('provisional'), choices: either(t('provisionalYes'), t('provisionalNo')) },
        ]}
      />
      <ServerTable<One>
        label={t('title')}
        list={(page) => read('/subjects', { params: { query: { ...filters, ...page } as never } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('none')}
      />
      {registering && (
        <FormModal<TypedSubject, { id: string }>
          title={t('register')}
          send={register}
          onClose={() => setRegistering(false)}
          onDone={({ id }) => navigate(`/subjects/${id}`)}
          submit={t('register')}
          initial={{ type: 'person' }}
        >
          <SubjectFields />
        </FormModal>
      )}
    </PageFrame>
  );
}
