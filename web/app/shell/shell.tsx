import { Drawer, Grid, Layout } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigationType } from 'react-router';
import { pages } from '../pages.ts';
import { Loading } from '../parts/loading.tsx';
import { useSession } from '../session/session.ts';
import { Header } from './header.tsx';
import { MainMenu } from './main-menu.tsx';
import { Offline } from './offline.tsx';

/** After the page that was asked for is there. */
const AHEAD_MS = 3000;

/** The code of the pages that one may open is fetched while nothing else is done, so that they open at once, and without a network too. */
function useCodeAhead(): void {
  const { permissions } = useSession();
  useEffect(() => {
    const fetchAll = async () => {
      for (const { needs, load } of pages)
        if (!needs || needs.some((needed) => permissions[needed])) await load().catch(() => undefined);
    };
    const { connection } = navigator as { connection?: { saveData?: boolean } };
    if (connection?.saveData) return;
    const timer = setTimeout(() => void fetchAll(), AHEAD_MS);
    return () => clearTimeout(timer);
  }, [permissions]);
}

/** What stands around every page: header, menu, the place for the page. */
export function Shell() {
  const { t } = useTranslation();
  const { lg } = Grid.useBreakpoint();
  const [open, setOpen] = useState(false);
  useCodeAhead();
  const { pathname } = useLocation();
  const type = useNavigationType();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    setOpen(false);
    // Where one goes back to, the browser scrolls by itself.
    if (type !== 'POP') scrollTo(0, 0);
  }, [pathname, type]);
  return (
    <Layout>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Header onMenu={lg ? undefined : () => setOpen(true)} />
      <Offline />
      <Layout hasSider={lg === true}>
        {lg && (
          <Layout.Sider className="sider" width={224} theme="light">
            <MainMenu />
          </Layout.Sider>
        )}
        <main className="content" id="content" tabIndex={-1} style={{ flex: 1 }}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </Layout>
      <Drawer
        title={t('menu')}
        placement="left"
        size={264}
        open={open && !lg}
        onClose={() => setOpen(false)}
        styles={{ body: { padding: 0 } }}
        closable={{ 'aria-label': t('close') }}
      >
        <MainMenu />
      </Drawer>
    </Layout>
  );
}
