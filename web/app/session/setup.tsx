import { Button, Descriptions, Divider, Form, Input, App as Messages, Space, Typography } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { Copyable } from '../parts/copyable.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { ServerForm } from '../parts/server-form.tsx';
import { useWords } from '../words/use-words.ts';
import { Door } from './door.tsx';

interface Typed {
  agency: { name: string; code: string };
  administrator: { name: string; username: string; password: string };
}

type Account = {
  role: 'sysadmin' | 'secadmin' | 'auditor' | string;
  username: string;
  oneTimePassword?: string | undefined;
};
interface Founded {
  agency: { name: string; code: string };
  accounts: Account[];
}

/** The token stands in the fragment, which no server sees, and leaves the address at once, so that no history holds it. */
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(history.state, '', location.pathname);

/** The page of the one-time link: an agency and its three administrators. */
export function Setup() {
  const { t } = useWords('session');
  const [founded, setFounded] = useState<Founded>();
  if (founded) {
    return (
      <Messages>
        <Handover {...founded} />
      </Messages>
    );
  }
  return (
    <Door title={t('setupTitle')} lead={t('setupLead')} wide>
      {token ? (
        <SetupForm token={token} onDone={setFounded} />
      ) : (
        <ProblemAlert problem={new Problem({ title: t('setupNoToken'), detail: t('setupNoTokenDetail') })} />
      )}
    </Door>
  );
}

function SetupForm({ token, onDone }: { token: string; onDone: (founded: Founded) => void }) {
  const { t } = useWords('session');
  const send = (typed: Typed, key: string) =>
    answer(api.POST('/setup', { body: { token, ...typed }, headers: idempotent(key) }));
  return (
    <ServerForm<Typed, Founded> send={send} onDone={onDone} submit={t('setupSubmit')} wide>
      <Divider titlePlacement="start" plain>
        {t('setupAgency')}
      </Divider>
      <Form.Item name={['agency', 'name']} label={t('setupAgencyName')} rules={[{ required: true }]}>
        <Input maxLength={200} placeholder={t('setupAgencyNameExample')} autoFocus />
      </Form.Item>
      <Form.Item
        name={['agency', 'code']}
        label={t('setupAgencyCode')}
        extra={t('setupAgencyCodeHint')}
        rules={[{ required: true }]}
      >
        <Input maxLength={32} />
      </Form.Item>
      <Divider titlePlacement="start" plain>
        {t('setupAdministrator')}
      </Divider>
      <Form.Item name={['administrator', 'name']} label={t('setupName')} rules={[{ required: true }]}>
        <Input maxLength={100} autoComplete="name" />
      </Form.Item>
      <Form.Item name={['administrator', 'username']} label={t('username')} rules={[{ required: true }]}>
        <Input maxLength={50} autoComplete="username" autoCapitalize="none" />
      </Form.Item>
      <Form.Item
        name={['administrator', 'password']}
        label={t('password')}
        extra={t('nextHint', { length: 12 })}
        rules={[{ required: true }]}
      >
        <Input.Password maxLength={256} autoComplete="new-password" />
      </Form.Item>
    </ServerForm>
  );
}

/** The one-time passwords, shown once: copied or printed, and handed to two people. */
function Handover({ agency, accounts }: Founded) {
  const { t } = useWords('session');
  const role = (account: Account) => t(`common:role_${account.role as 'sysadmin'}`);
  const all = accounts
    .map((account) => [role(account), account.username, account.oneTimePassword ?? t('setupOwn')].join('\t'))
    .join('\n');
  return (
    <Door title={t('setupDone')} lead={`${agency.name}（${agency.code}）`} wide>
      <Typography.Paragraph strong>{t('setupDoneLead')}</Typography.Paragraph>
      <div className="page-body">
        {accounts.map((account) => (
          <Descriptions
            key={account.role}
            bordered
            column={1}
            size="small"
            title={role(account)}
            styles={{ label: { width: '32%' } }}
            items={[
              { key: 'username', label: t('username'), children: <Copyable text={account.username} /> },
              {
                key: 'password',
                label: t(account.oneTimePassword ? 'setupOneTime' : 'password'),
                children: account.oneTimePassword ? <Copyable text={account.oneTimePassword} code /> : t('setupOwn'),
              },
            ]}
          />
        ))}
      </div>
      <Space wrap className="page-actions" style={{ marginTop: 16 }}>
        <Copyable text={all} button={t('setupCopyAll')} />
        <Button onClick={() => print()}>{t('common:print')}</Button>
        <Button type="primary" onClick={() => location.assign('/')}>
          {t('setupKept')}
        </Button>
      </Space>
    </Door>
  );
}
