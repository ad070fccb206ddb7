import { TeamOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['person.manage', 'person.secure', 'audit.read'] as const;

export const peoplePages: readonly Page[] = [
  {
    path: 'people',
    title: 'people:title',
    load: () => import('./people.tsx'),
    needs,
    menu: { group: 'administration', order: 10, icon: TeamOutlined },
  },
  { path: 'people/:id', title: 'people:title', load: () => import('./person.tsx'), needs },
];
