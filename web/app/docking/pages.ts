import { AuditOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['dock-day.read'] as const;

export const dockingPages: readonly Page[] = [
  {
    path: 'dock-days',
    title: 'docking:title',
    load: () => import('./dock-days.tsx'),
    needs,
    menu: { group: 'work', order: 70, icon: AuditOutlined },
  },
  { path: 'dock-days/:id', title: 'docking:title', load: () => import('./dock-day.tsx'), needs },
];
