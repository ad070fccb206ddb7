import { HddOutlined, VideoCameraOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

const needs = ['device.manage', 'dock.secure', 'audit.read'] as const;

export const devicePages: readonly Page[] = [
  {
    path: 'devices',
    title: 'devices:title',
    load: () => import('./devices.tsx'),
    needs,
    menu: { group: 'administration', order: 30, icon: VideoCameraOutlined },
  },
  // A record leads there whoever knows of it.
  { path: 'devices/:id', title: 'devices:title', load: () => import('./device.tsx'), needs: ['device.read'] },
  {
    path: 'docks',
    title: 'devices:docks',
    load: () => import('./docks.tsx'),
    needs,
    menu: { group: 'administration', order: 40, icon: HddOutlined },
  },
  { path: 'docks/:id', title: 'devices:docks', load: () => import('./dock.tsx'), needs },
];
