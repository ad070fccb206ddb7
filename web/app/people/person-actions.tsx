import { App, Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { ReasonModal } from '../parts/reason-modal.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { Edit } from './edit.tsx';
import { OneTimePassword } from './one-time-password.tsx';
import type { Person } from './person.tsx';
import { SetRoles } from './set-roles.tsx';

type Action = 'edit' | 'roles' | 'suspend' | 'resume' | 'unlock' | 'password';

/** What this administrator may do to a person: never to themself. */
export function PersonActions({ person }: { person: Person }) {
  const { t } = useWords('people');
  const { permissions, id } = useSession();
  const [action, setAction] = useState<Action>();
  const secures = permissions['person.secure'] && person.id !== id;
  const button = (name: Action, word: string, danger = false) => (
    <Button danger={danger} onClick={() => setAction(name)}>
      {word}
    </Button>
  );
  return (
    <>
      {permissions['person.manage'] && button('edit', t('edit'))}
      {secures && button('roles', t('setRoles'))}
      {secures && button('password', t('resetPassword'))}
      {secures && person.account?.locked && button('unlock', t('unlock'))}
      {secures && person.state === 'active' && button('suspend', t('suspend'), true)}
      {secures && person.state === 'suspended' && button('resume', t('resume'))}
      {action && <Acting action={action} person={person} onClose={() => setAction(undefined)} />}
    </>
  );
}

interface Given {
  action: Action;
  person: Person;
  onClose: () => void;
}

function Acting({ action, person, onClose }: Given): ReactNode {
  const { t } = useWords('people');
  const { message } = App.useApp();
  const [password, setPassword] = useState<string>();
  const params = { path: { id: person.id } };
  const common = { onClose, onDone: () => void message.success(t('done')) };
  if (password) {
    return (
      <OneTimePassword name={person.name} username={person.username} oneTimePassword={password} onClose={onClose} />
    );
  }
  switch (action) {
    case 'edit':
      return <Edit person={person} onClose={onClose} />;
    case 'roles':
      return <SetRoles person={person} onClose={onClose} />;
    case 'suspend':
      return (
        <ReasonModal
          {...common}
          danger
          title={`${t('suspend')} · ${person.name}`}
          lead={t('suspendLead')}
          submit={t('suspend')}
          send={(reason, key) =>
            answer(api.POST('/people/{id}/suspend', { params, body: { reason }, headers: idempotent(key) }))
          }
        />
      );
    case 'resume':
      return (
        <ReasonModal
          {...common}
          title={`${t('resume')} · ${person.name}`}
          submit={t('resume')}
          send={(reason, key) =>
            answer(api.POST('/people/{id}/resume', { params, body: { reason }, headers: idempotent(key) }))
          }
        />
      );
    case 'unlock':
      return (
        <ReasonModal
          {...common}
          title={`${t('unlock')} · ${person.name}`}
          submit={t('unlock')}
          send={(reason, key) =>
            answer(api.POST('/people/{id}/unlock', { params, body: { reason }, headers: idempotent(key) }))
          }
        />
      );
    default:
      return (
        <ReasonModal
          title={`${t('resetPassword')} · ${person.name}`}
          submit={t('resetPassword')}
          onClose={onClose}
          send={(reason, key) =>
            answer(api.POST('/people/{id}/password-reset', { params, body: { reason }, headers: idempotent(key) }))
          }
          onDone={({ oneTimePassword }) => setPassword(oneTimePassword)}
        />
      );
  }
}
