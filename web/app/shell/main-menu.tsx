import { Menu, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { Page } from '../page.ts';
import { pages } from '../pages.ts';
import { useSession } from '../session/session.ts';
import { useTitles } from '../words/use-words.ts';

const groups = { work: 'groupWork', audit: 'groupAudit', administration: 'groupAdministration' } as const;

/** The pages that this person may open. */
export function MainMenu() {
  const { t } = useTranslation();
  const titled = useTitles();
  const { permissions } = useSession();
  const { pathname } = useLocation();
  const open = pages.filter(({ menu, needs }) => menu && (!needs || needs.some((needed) => permissions[needed])));
  const item = ({ path, title, menu }: Page) => {
    const Icon = menu?.icon;
    return { key: `/${path}`, icon: Icon && <Icon />, label: <Link to={`/${path}`}>{titled(title)}</Link> };
  };
  const items = (Object.keys(groups) as (keyof typeof groups)[]).flatMap((group) => {
    const children = open
      .filter(({ menu }) => menu?.group === group)
      .sort((a, b) => (a.menu?.order ?? 0) - (b.menu?.order ?? 0))
      .map(item);
    return children.length > 0 ? [{ type: 'group' as const, key: group, label: t(groups[group]), children }] : [];
  });
  const here = open
    .map(({ path }) => `/${path}`)
    .filter((path) => (path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`)));
  return (
    <nav aria-label={t('menuMain')}>
      <Menu mode="inline" inlineIndent={18} selectedKeys={here} items={items satisfies MenuProps['items']} />
    </nav>
  );
}
