import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent, ifMatch } from '../api/client.ts';
import { type Body, type Item, queryClient, read } from '../api/query.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { DepartmentName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';

type Department = Item<'/departments'>;
type Typed = Pick<Department, 'name'> & { code?: string | undefined; parentId?: string | undefined };

/** The departments of the agency: founded and corrected by the system administrator. */
export default function Departments() {
  const { t } = useWords('departments');
  const [open, setOpen] = useState<Body<'/departments/{id}'> | 'new'>();
  // The version that a correction goes by comes with the one department, not with the list.
  const edit = async ({ id }: Department) =>
    setOpen(await queryClient.fetchQuery({ ...read('/departments/{id}', { params: { path: { id } } }), staleTime: 0 }));
  const columns: Column<Department>[] = [
    { key: 'name', title: t('name'), heading: true, render: ({ name }) => name },
    { key: 'code', title: t('code'), render: ({ code }) => code ?? t('common:none') },
    {
      key: 'parent',
      title: t('parent'),
      render: ({ parentId }) => (parentId ? <DepartmentName id={parentId} /> : t('common:none')),
    },
    {
      key: 'actions',
      title: t('common:actions'),
      render: (department) => (
        <Button size="small" onClick={() => edit(department)}>
          {t('common:edit')}
        </Button>
      ),
    },
  ];
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        <Button type="primary" onClick={() => setOpen('new')}>
          {t('found')}
        </Button>
      }
    >
      <ServerTable<Department>
        label={t('title')}
        list={(page) => read('/departments', { params: { query: page } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('empty')}
      />
      {open && <DepartmentForm department={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
    </PageFrame>
  );
}

function DepartmentForm({ department, onClose }: { department: Department | undefined; onClose: () => void }) {
  const { t } = useWords('departments');
  const send = ({ name, code, parentId }: Typed, key: string) =>
    department
      ? answer(
          api.PATCH('/departments/{id}', {
            params: { path: { id: department.id } },
            body: { name, code: code || null, parentId: parentId ?? null },
            headers: ifMatch(department),
          }),
        )
      : answer(
          api.POST('/departments', {
            body: { name, ...(code && { code }), ...(parentId && { parentId }) },
            headers: idempotent(key),
          }),
        );
  return (
    <FormModal<Typed, unknown>
      title={t(department ? 'correct' : 'found')}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={department ?? {}}
    >
      <Form.Item name="name" label={t('name')} rules={[{ required: true }]}>
        <Input maxLength={200} autoFocus />
      </Form.Item>
      <Form.Item name="code" label={t('code')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="parentId" label={t('parent')}>
        <DepartmentSelect allowClear />
      </Form.Item>
    </FormModal>
  );
}
