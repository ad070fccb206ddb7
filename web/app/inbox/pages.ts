import { InboxOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const inboxPages: readonly Page[] = [
  {
    path: 'inbox',
    title: 'inbox:title',
    load: () => import('./inbox.tsx'),
    needs: ['record.link'],
    menu: { group: 'work', order: 20, icon: InboxOutlined },
  },
];
