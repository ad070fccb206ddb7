import { useQuery } from '@tanstack/react-query';
import { Card, Tag } from 'antd';
import { type Body, read } from '../api/query.ts';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { useWords } from '../words/use-words.ts';
import { settingWords } from './setting-words.ts';

type Settings = Body<'/system/settings'>;
type Setting = Settings['settings'][number];
type Value = Settings['policy']['values'][number];

/** What the installation is set to, secrets hidden, and the numbers in force with what they rest on. */
export default function SettingsPage() {
  const { t } = useWords('system');
  const query = useQuery(read('/system/settings'));
  return (
    <Reading query={query} title={t('settings')}>
      {({ settings, policy }) => (
        <PageFrame title={t('settings')} lead={t('settingsLead')}>
          <Environment settings={settings} />
          <Policy policy={policy} />
        </PageFrame>
      )}
    </Reading>
  );
}

function Environment({ settings }: Pick<Settings, 'settings'>) {
  const { t, i18n } = useWords('system');
  const told = ({ name, meaning }: Setting) => (i18n.language === 'en' ? meaning : (settingWords[name] ?? meaning));
  const shown = (value: string) => (value === '(hidden)' ? t('hidden') : value || t('common:none'));
  const columns: Column<Setting>[] = [
    { key: 'name', title: t('name'), render: ({ name }) => <code>{name}</code> },
    { key: 'value', title: t('value'), long: true, render: ({ value }) => shown(value) },
    { key: 'meaning', title: t('meaning'), long: true, render: told },
  ];
  return (
    <Card title={t('environment')}>
      <ItemTable label={t('environment')} items={settings} columns={columns} rowKey={({ name }) => name} />
    </Card>
  );
}

function Policy({ policy: { version, values } }: Pick<Settings, 'policy'>) {
  const { t } = useWords('system');
  const title = t('policy', { version });
  const columns: Column<Value>[] = [
    { key: 'name', title: t('name'), render: ({ name }) => <code>{name}</code> },
    { key: 'value', title: t('value'), render: ({ value, unit }) => `${value} ${t(`unit_${unit}`)}` },
    { key: 'binding', title: t('binding'), render: ({ binding }) => <Tag>{t(`binding_${binding}`)}</Tag> },
    { key: 'since', title: t('since'), render: ({ effectiveFrom }) => <Moment at={effectiveFrom} day /> },
    { key: 'citation', title: t('citation'), long: true, render: ({ citation }) => citation },
  ];
  return (
    <Card title={title}>
      <ItemTable label={title} items={values} columns={columns} rowKey={({ name }) => name} />
    </Card>
  );
}
