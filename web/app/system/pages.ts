import { CalendarOutlined, DashboardOutlined, SettingOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['system.read'] as const;

export const systemPages: readonly Page[] = [
  {
    path: 'system',
    title: 'system:title',
    load: () => import('./state.tsx'),
    needs,
    menu: { group: 'administration', order: 60, icon: DashboardOutlined },
  },
  {
    path: 'settings',
    title: 'system:settings',
    load: () => import('./settings.tsx'),
    needs,
    menu: { group: 'administration', order: 70, icon: SettingOutlined },
  },
  {
    path: 'workdays',
    title: 'system:workdays',
    load: () => import('./workdays.tsx'),
    needs: ['organisation.manage'],
    menu: { group: 'administration', order: 65, icon: CalendarOutlined },
  },
];
