import { DownOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Grid, Layout, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { chooseLook, type Look, look } from '../look.ts';
import mark from '../mark.svg';
import { useSession, useSignOut } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { LanguageButton } from './language-button.tsx';

const looks = { system: 'lookSystem', light: 'lookLight', dark: 'lookDark' } as const;

export function Header({ onMenu }: { onMenu: (() => void) | undefined }) {
  const { t } = useTranslation();
  const { md } = Grid.useBreakpoint();
  const { agency, name } = useSession();
  return (
    <Layout.Header className="header">
      {onMenu && <Button type="text" icon={<MenuOutlined />} aria-label={t('menu')} onClick={onMenu} />}
      <Link className="brand" to="/">
        <img src={mark} alt="" />
        {t('service')}
      </Link>
      {md && <span className="agency">{agency.name}</span>}
      <span className="spring" />
      <LanguageButton />
      <AccountMenu name={name} />
    </Layout.Header>
  );
}

function AccountMenu({ name }: { name: string }) {
  const { t } = useWords('session');
  const { roles, agency } = useSession();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const chosen = look();
  const items: MenuProps['items'] = [
    {
      key: 'who',
      type: 'group',
      label: `${agency.name} · ${roles.map((role) => t(`common:role_${role}`)).join('、') || t('common:none')}`,
    },
    { key: 'password', label: t('changeOwn'), onClick: () => navigate('/password') },
    {
      key: 'look',
      label: t('common:look'),
      children: (Object.keys(looks) as Look[]).map((key) => ({
        key,
        label: `${key === chosen ? '✓ ' : ''}${t(`common:${looks[key]}`)}`,
        onClick: () => chooseLook(key),
      })),
    },
    { type: 'divider' },
    { key: 'out', label: t('signOut'), onClick: () => signOut.mutate() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button type="text" icon={<UserOutlined />} aria-label={`${t('common:account')}: ${name}`}>
        {name} <DownOutlined />
      </Button>
    </Dropdown>
  );
}
