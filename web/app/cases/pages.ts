import { FolderOpenOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['case.read'] as const;

export const casePages: readonly Page[] = [
  {
    path: 'cases',
    title: 'cases:title',
    load: () => import('./cases.tsx'),
    needs,
    menu: { group: 'work', order: 30, icon: FolderOpenOutlined },
  },
  { path: 'cases/:id', title: 'cases:title', load: () => import('./case.tsx'), needs },
];
