import { IdcardOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['subject.read'] as const;

export const subjectPages: readonly Page[] = [
  {
    path: 'subjects',
    title: 'subjects:title',
    load: () => import('./subjects.tsx'),
    needs,
    menu: { group: 'work', order: 40, icon: IdcardOutlined },
  },
  { path: 'subjects/:id', title: 'subjects:title', load: () => import('./subject.tsx'), needs },
];
