import { useQuery } from '@tanstack/react-query';
import { App, Button, Card } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { type Item, read, useSubmission } from '../api/query.ts';
import { IssueToken } from '../devices/issue-token.tsx';
import { isGood, TokenState } from '../devices/token-state.tsx';
import { Copyable } from '../parts/copyable.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { useWords } from '../words/use-words.ts';

type Token = Item<'/log-tokens'>;

/** Days that the service lets a token be good for. */
const LONGEST_DAYS = 366;

/** What reads the log with a token, and checks all of it. */
const COMMAND = `npx tiezheng audit ${location.origin}/api/v1/log --token-file FILE --vkey log.vkey --state audit.json`;

/** An auditor's own tokens for programs that read the whole log. */
export default function Tokens() {
  const { t } = useWords('audit');
  const { modal } = App.useApp();
  const [issuing, setIssuing] = useState(false);
  const query = useQuery(read('/log-tokens'));
  const revoke = useSubmission({
    send: (id: string) => answer(api.DELETE('/log-tokens/{id}', { params: { path: { id } } })),
  });
  const ask = ({ id, name }: Token) =>
    modal.confirm({
      title: t('revokeTitle', { name }),
      content: t('revokeLead'),
      okText: t('revoke'),
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync(id),
    });
  const words = useWords('devices');
  const columns: Column<Token>[] = [
    { key: 'name', title: words.t('tokenName'), render: ({ name }) => name },
    { key: 'state', title: t('state'), render: (token) => <TokenState token={token} /> },
    { key: 'created', title: words.t('createdAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
    { key: 'expires', title: words.t('expiresAt'), render: ({ expiresAt }) => <Moment at={expiresAt} /> },
    { key: 'used', title: words.t('lastUsed'), render: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
    {
      key: 'actions',
      title: t('common:actions'),
      render: (token) =>
        isGood(token) && (
          <Button size="small" danger onClick={() => ask(token)}>
            {t('revoke')}
          </Button>
        ),
    },
  ];
  return (
    <Reading query={query} title={t('tokens')}>
      {({ items }) => (
        <PageFrame
          title={t('tokens')}
          lead={t('tokensLead')}
          actions={
            <Button type="primary" onClick={() => setIssuing(true)}>
              {words.t('issue')}
            </Button>
          }
        >
          <ItemTable<Token>
            label={t('tokens')}
            items={items.toReversed()}
            columns={columns}
            rowKey={({ id }) => id}
            empty={t('tokensNone')}
            size="medium"
          />
          <Card title={<h2>{t('tokensUse')}</h2>}>
            <pre className="bytes">{COMMAND}</pre>
            <Copyable text={COMMAND} button={t('common:copy')} />
          </Card>
          {issuing && (
            <IssueToken
              send={(body, key) => answer(api.POST('/log-tokens', { body, headers: idempotent(key) }))}
              lead={t('tokenLead')}
              hint={t('tokenNameHint')}
              longest={LONGEST_DAYS}
              onClose={() => setIssuing(false)}
            />
          )}
        </PageFrame>
      )}
    </Reading>
  );
}
