import { Checkbox, Form } from 'antd';
import { answer, api, ifMatch } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { useWords } from '../words/use-words.ts';
import type { Person } from './person.tsx';
import { type Role, roles } from './roles.ts';

interface Typed {
  roles: Role[];
  reason?: string;
}

/** The roles of a person; which ones exclude each other, the service says. */
export function SetRoles({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords('people');
  const send = ({ roles, reason }: Typed) =>
    answer(
      api.PUT('/people/{id}/roles', {
        params: { path: { id: person.id } },
        body: { roles, ...(reason && { reason }) },
        headers: ifMatch(person),
      }),
    );
  return (
    <FormModal<Typed, unknown>
      title={`${t('setRoles')} · ${person.name}`}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={{ roles: person.roles }}
    >
      <Form.Item name="roles" label={t('roles')}>
        <Checkbox.Group options={roles.map((value) => ({ value, label: t(`common:role_${value}`) }))} />
      </Form.Item>
      <ReasonField optional />
    </FormModal>
  );
}
