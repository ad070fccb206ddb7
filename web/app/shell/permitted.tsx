import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Permission } from '../page.ts';
import { useSession } from '../session/session.ts';
import { useTitles, type WordKey } from '../words/use-words.ts';
import { NotPermitted } from './not-found.tsx';

interface Given {
  title: WordKey;
  needs: readonly Permission[] | undefined;
  children: ReactNode;
}

/** A page for whoever may open it, named in the window's title. */
export function Permitted({ title, needs, children }: Given) {
  const { t } = useTranslation();
  const { permissions } = useSession();
  const name = useTitles()(title);
  useEffect(() => {
    document.title = `${name} · ${t('service')}`;
  }, [name, t]);
  if (needs && !needs.some((permission) => permissions[permission])) return <NotPermitted />;
  return children;
}
