import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { type Body, read } from '../api/query.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { Digest } from '../parts/digest.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { IssueToken } from './issue-token.tsx';
import { isGood, TokenState } from './token-state.tsx';

type Dock = Body<'/docks/{id}'>;
type Token = Dock['tokens'][number];

/** Docks stand for years. */
const LONGEST_DAYS = 3650;

/** A docking station and its tokens: given and taken by the security administrator. */
export default function DockPage() {
  const { t } = useWords('devices');
  const { id = '' } = useParams();
  const query = useQuery(read('/docks/{id}', { params: { path: { id } } }));
  const above = [{ title: t('docks'), to: '/docks' }];
  return (
    <Reading query={query} title={t('docks')} above={above}>
      {(dock) => (
        <PageFrame
          title={dock.name}
          above={above}
          actions={
            <Link to={`/dock-days?dockId=${dock.id}`}>
              <Button tabIndex={-1}>{t('statements')}</Button>
            </Link>
          }
        >
          <Card>
            <Descriptions
              column={{ xs: 1, md: 2 }}
              items={[
                { key: 'department', label: t('department'), children: <DepartmentName id={dock.departmentId} /> },
                { key: 'registered', label: t('registeredAt'), children: <Moment at={dock.registeredAt} /> },
                { key: 'id', label: 'ID', children: <Digest value={dock.id} /> },
              ]}
            />
          </Card>
          <Tokens dock={dock} />
        </PageFrame>
      )}
    </Reading>
  );
}

function Tokens({ dock }: { dock: Dock }) {
  const { t } = useWords('devices');
  const secures = useSession().permissions['dock.secure'];
  const [issuing, setIssuing] = useState(false);
  const revoking: Column<Token> = {
    key: 'actions',
    title: t('common:actions'),
    render: (token) =>
      isGood(token) && (
        <ConfirmButton
          danger
          word={t('revoke')}
          title={t('revokeTitle', { name: token.name })}
          lead={t('revokeLead')}
          send={() =>
            answer(api.DELETE('/docks/{id}/tokens/{tokenId}', { params: { path: { id: dock.id, tokenId: token.id } } }))
          }
        />
      ),
  };
  const columns: Column<Token>[] = [
    { key: 'name', title: t('tokenName'), render: ({ name }) => name },
    { key: 'state', title: t('state'), render: (token) => <TokenState token={token} /> },
    { key: 'created', title: t('createdAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
    { key: 'expires', title: t('expiresAt'), render: ({ expiresAt }) => <Moment at={expiresAt} /> },
    { key: 'used', title: t('lastUsed'), render: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
    ...(secures ? [revoking] : []),
  ];
  return (
    <Card title={t('tokens')} extra={secures && <Button onClick={() => setIssuing(true)}>{t('issue')}</Button>}>
      <ItemTable<Token>
        label={t('tokens')}
        items={[...dock.tokens].reverse()}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('tokensNone')}
      />
      {issuing && (
        <IssueToken
          send={(body, key) =>
            answer(
              api.POST('/docks/{id}/tokens', {
                params: { path: { id: dock.id } },
                body,
                headers: idempotent(key),
              }),
            )
          }
          lead={t('tokenLead')}
          hint={t('tokenNameHint')}
          longest={LONGEST_DAYS}
          onClose={() => setIssuing(false)}
        />
      )}
    </Card>
  );
}
