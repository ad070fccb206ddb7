import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Item, read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { DepartmentName, PersonName, useDepartments } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { DeviceForm } from './device-form.tsx';
import { wornNow } from './worn.ts';

type Device = Item<'/devices'>;

/** The body recorders of the agency, and who wears them. */
export default function Devices() {
  const { t } = useWords('devices');
  const { permissions } = useSession();
  const departments = useDepartments();
  const [registering, setRegistering] = useState(false);
  const filters = useFilters(['q', 'departmentId']);
  const columns: Column<Device>[] = [
    {
      key: 'serial',
      title: t('serial'),
      heading: true,
      render: ({ id, serial }) => <Link to={`/devices/${id}`}>{serial}</Link>,
    },
    { key: 'model', title: t('model'), render: ({ model }) => model ?? t('common:none') },
    { key: 'department', title: t('department'), render: ({ departmentId }) => <DepartmentName id={departmentId} /> },
    {
      key: 'wearer',
      title: t('wearer'),
      render: ({ assignments }) => {
        const worn = wornNow(assignments);
        return worn ? <PersonName id={worn.personId} /> : t('nobody');
      },
    },
  ];
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        permissions['device.manage'] && (
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
            name: 'departmentId',
            label: t('department'),
            choices: departments.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
      />
      <ServerTable<Device>
        label={t('title')}
        list={(page) => read('/devices', { params: { query: { ...filters, ...page } } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('empty')}
      />
      {registering && <DeviceForm onClose={() => setRegistering(false)} />}
    </PageFrame>
  );
}
