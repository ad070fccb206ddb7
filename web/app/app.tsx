import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider, theme } from 'antd';
import type { Locale } from 'antd/es/locale';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router';
import { queryClient } from './api/query.ts';
import { useDark } from './look.ts';
import { router } from './router.tsx';
import { themeOf } from './theme.ts';

/** Stands in the page of this one answer: the component library's styles carry it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.nonce ?? '';

const locales: Record<string, () => Promise<{ default: Locale }>> = {
  'zh-CN': () => import('antd/es/locale/zh_CN'),
  en: () => import('antd/es/locale/en_US'),
};

function useLocale(): Locale | undefined {
  const { i18n } = useTranslation();
  const [locale, setLocale] = useState<Locale>();
  useEffect(() => {
    locales[i18n.language]?.().then(({ default: loaded }) => setLocale(loaded));
  }, [i18n.language]);
  return locale;
}

export function App() {
  const dark = useDark();
  const locale = useLocale();
  return (
    <ConfigProvider
      theme={themeOf(dark)}
      csp={{ nonce }}
      {...(locale && { locale })}
      button={{ autoInsertSpace: false }}
    >
      <Ground dark={dark} />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}

/** What the whole page lies on, for our own style sheet and for the browser: the colours of the look. */
function Ground({ dark }: { dark: boolean }) {
  const { token } = theme.useToken();
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    style.colorScheme = dark ? 'dark' : 'light';
    style.setProperty('--primary', token.colorPrimary);
    style.setProperty('--ground', token.colorBgLayout);
    style.setProperty('--panel', token.colorBgContainer);
    style.setProperty('--line', token.colorBorderSecondary);
    style.setProperty('--text', token.colorText);
    style.setProperty('--less', token.colorTextSecondary);
    style.setProperty('--good', token.colorSuccess);
    style.setProperty('--bad', token.colorError);
    style.setProperty('--waits', token.colorWarning);
    style.setProperty('--font', token.fontFamily);
  }, [dark, token]);
  return null;
}
