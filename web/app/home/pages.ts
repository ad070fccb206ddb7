import { HomeOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const homePages: readonly Page[] = [
  {
    path: '',
    title: 'home:title',
    load: () => import('./home.tsx'),
    menu: { group: 'work', order: 0, icon: HomeOutlined },
  },
  { path: 'password', title: 'session:changeOwn', load: () => import('../session/password.tsx') },
];
