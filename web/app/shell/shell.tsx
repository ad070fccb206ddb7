import { Drawer, Grid, Layout } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation } from 'react-router';
import { Loading } from '../parts/loading.tsx';
import { Header } from './header.tsx';
import { MainMenu } from './main-menu.tsx';
import { Offline } from './offline.tsx';

/** What stands around every page: header, menu, the place for the page. */
export function Shell() {
  const { t } = useTranslation();
  const { lg } = Grid.useBreakpoint();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => {
    if (pathname) setOpen(false);
  }, [pathname]);
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
