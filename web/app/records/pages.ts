import { FileSearchOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['record.read'] as const;

export const recordPages: readonly Page[] = [
  {
    path: 'records',
    title: 'records:title',
    load: () => import('./records.tsx'),
    needs,
    menu: { group: 'work', order: 50, icon: FileSearchOutlined },
  },
  { path: 'records/:id', title: 'records:record', load: () => import('./record.tsx'), needs },
];
