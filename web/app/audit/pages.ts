import { BookOutlined, ClusterOutlined, EyeOutlined, KeyOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const auditPages: readonly Page[] = [
  {
    path: 'ledger',
    title: 'audit:ledger',
    load: () => import('./ledger.tsx'),
    needs: ['audit.read'],
    menu: { group: 'audit', order: 0, icon: BookOutlined },
  },
  { path: 'ledger/:seq', title: 'audit:entry', load: () => import('./entry.tsx'), needs: ['audit.read'] },
  {
    path: 'accesses',
    title: 'audit:accesses',
    load: () => import('./accesses.tsx'),
    needs: ['audit.read'],
    menu: { group: 'audit', order: 10, icon: EyeOutlined },
  },
  {
    path: 'checkpoints',
    title: 'audit:log',
    load: () => import('./log.tsx'),
    needs: ['audit.read'],
    menu: { group: 'audit', order: 20, icon: ClusterOutlined },
  },
  {
    path: 'log-tokens',
    title: 'audit:tokens',
    load: () => import('./tokens.tsx'),
    needs: ['log-token.manage'],
    menu: { group: 'audit', order: 30, icon: KeyOutlined },
  },
];
