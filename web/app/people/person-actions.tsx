import { App, Button } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { ReasonModal } from '../parts/reason-modal.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { Edit } from './edit.tsx';
import { OneTimePassword } from './one-time-password.tsx';
import type { Person } from './person.tsx';
import { SetRoles } from './set-roles.tsx';

const paths = {
  suspend: '/people/{id}/suspend',
  resume: '/people/{id}/resume',
  unlock: '/people/{id}/unlock',
  resetPassword: '/people/{id}/password-reset',
} as const;

type WithReason = keyof typeof paths;
type Action = 'edit' | 'setRoles' | WithReason;

/** What this administrator may do to a person: what secures, never to themself. */
export function PersonActions({ person }: { person: Person }) {
  const { t } = useWords('people');
  const { permissions, id } = useSession();
  const [action, setAction] = useState<Action>();
  const close = () => setAction(undefined);
  const securing: Action[] = [
    'setRoles',
    'resetPassword',
    ...(person.account?.locked ? (['unlock'] as const) : []),
    person.state === 'active' ? 'suspend' : 'resume',
  ];
  const actions: Action[] = [
    ...(permissions['person.manage'] ? (['edit'] as const) : []),
    ...(permissions['person.secure'] && person.id !== id ? securing : []),
  ];
  return (
    <>
      {actions.map((name) => (
        <Button key={name} danger={name === 'suspend'} onClick={() => setAction(name)}>
          {t(name)}
        </Button>
      ))}
      {action === 'edit' && <Edit person={person} onClose={close} />}
      {action === 'setRoles' && <SetRoles person={person} onClose={close} />}
      {action && action in paths && <Asking action={action as WithReason} person={person} onClose={close} />}
    </>
  );
}

interface Given {
  action: WithReason;
  person: Person;
  onClose: () => void;
}

function Asking({ action, person, onClose }: Given) {
  const { t } = useWords('people');
  const { message } = App.useApp();
  const [password, setPassword] = useState<string>();
  const send = async (reason: string, key: string): Promise<object> =>
    await answer(
      api.POST(paths[action], { params: { path: { id: person.id } }, body: { reason }, headers: idempotent(key) }),
    );
  const done = (told: object) => {
    if ('oneTimePassword' in told) return setPassword(String(told.oneTimePassword));
    void message.success(t('done'));
    onClose();
  };
  if (password) {
    return (
      <OneTimePassword name={person.name} username={person.username} oneTimePassword={password} onClose={onClose} />
    );
  }
  return (
    <ReasonModal
      title={`${t(action)} · ${person.name}`}
      {...(action === 'suspend' && { lead: t('suspendLead') })}
      send={send}
      onDone={done}
      onClose={onClose}
      submit={t(action)}
      danger={action === 'suspend'}
    />
  );
}
