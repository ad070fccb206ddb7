import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions, Form } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { type Body, read } from '../api/query.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Digest } from '../parts/digest.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { PersonSelect } from '../parts/selects.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { DeviceForm } from './device-form.tsx';
import { wornNow } from './worn.ts';

type Device = Body<'/devices/{id}'>;
type Assignment = Device['assignments'][number];

/** A body recorder, and who wore it when. */
export default function DevicePage() {
  const { t } = useWords('devices');
  const { id = '' } = useParams();
  const query = useQuery(read('/devices/{id}', { params: { path: { id } } }));
  const { permissions } = useSession();
  const lists = permissions['device.manage'] || permissions['dock.secure'];
  const above = lists ? [{ title: t('title'), to: '/devices' }] : [];
  return (
    <Reading query={query} title={t('title')} above={above}>
      {(device) => <Whole device={device} above={above} />}
    </Reading>
  );
}

function Whole({ device, above }: { device: Device; above: { title: string; to: string }[] }) {
  const { t } = useWords('devices');
  const { permissions } = useSession();
  const manages = permissions['device.manage'];
  const [open, setOpen] = useState<'correct' | 'assign'>();
  const close = () => setOpen(undefined);
  const worn = wornNow(device.assignments);
  const ending: Column<Assignment> = {
    key: 'actions',
    title: t('common:actions'),
    render: ({ id, to }) =>
      !to && (
        <ConfirmButton
          word={t('takeBack')}
          title={t('takeBackTitle', { serial: device.serial })}
          send={(key) =>
            answer(
              api.POST('/devices/{id}/assignments/{assignmentId}/end', {
                params: { path: { id: device.id, assignmentId: id } },
                body: {},
                headers: idempotent(key),
              }),
            )
          }
        />
      ),
  };
  const columns: Column<Assignment>[] = [
    { key: 'person', title: t('person'), render: ({ personId }) => <PersonName id={personId} /> },
    { key: 'from', title: t('from'), render: ({ from }) => <Moment at={from} /> },
    { key: 'to', title: t('to'), render: ({ to }) => <Moment at={to} /> },
    ...(manages ? [ending] : []),
  ];
  return (
    <PageFrame
      title={device.serial}
      above={above}
      actions={
        <>
          {permissions['dock-day.read'] && (
            <Link to={`/dock-days?device=${encodeURIComponent(device.serial)}`}>
              <Button tabIndex={-1}>{t('statements')}</Button>
            </Link>
          )}
          {manages && <Button onClick={() => setOpen('correct')}>{t('common:edit')}</Button>}
        </>
      }
    >
      <Card>
        <Descriptions
          column={{ xs: 1, md: 2 }}
          items={[
            { key: 'model', label: t('model'), children: device.model ?? t('common:none') },
            { key: 'department', label: t('department'), children: <DepartmentName id={device.departmentId} /> },
            { key: 'wearer', label: t('wearer'), children: worn ? <PersonName id={worn.personId} /> : t('nobody') },
            { key: 'id', label: 'ID', children: <Digest value={device.id} /> },
            { key: 'registered', label: t('registeredAt'), children: <Moment at={device.registeredAt} /> },
          ]}
        />
      </Card>
      <Card
        title={t('assignments')}
        extra={manages && !worn && <Button onClick={() => setOpen('assign')}>{t('assign')}</Button>}
      >
        <ItemTable<Assignment>
          label={t('assignments')}
          items={[...device.assignments].reverse()}
          columns={columns}
          rowKey={({ id }) => id}
          empty={t('assignmentsNone')}
        />
      </Card>
      {open === 'correct' && <DeviceForm device={device} onClose={close} />}
      {open === 'assign' && <Assign device={device} onClose={close} />}
    </PageFrame>
  );
}

function Assign({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useWords('devices');
  const send = (body: { personId: string }, key: string) =>
    answer(
      api.POST('/devices/{id}/assignments', { params: { path: { id: device.id } }, body, headers: idempotent(key) }),
    );
  return (
    <FormModal title={t('assign')} send={send} onClose={onClose} submit={t('assign')}>
      <Form.Item name="personId" label={t('person')} rules={[{ required: true }]}>
        <PersonSelect />
      </Form.Item>
    </FormModal>
  );
}
