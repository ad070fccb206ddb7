import { EyeOutlined, SolutionOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const retrievalPages: readonly Page[] = [
  {
    path: 'grants',
    title: 'retrieval:mine',
    load: () => import('./grants.tsx'),
    needs: ['grant.request'],
    menu: { group: 'work', order: 60, icon: EyeOutlined },
  },
  { path: 'grants/new', title: 'retrieval:ask', load: () => import('./ask.tsx'), needs: ['grant.request'] },
  { path: 'grants/:id', title: 'retrieval:grant', load: () => import('./grant.tsx'), needs: ['grant.read'] },
  { path: 'viewings/:id', title: 'retrieval:viewing', load: () => import('./viewing.tsx'), needs: ['viewing.open'] },
  {
    path: 'approvals',
    title: 'retrieval:approvals',
    load: () => import('./approvals.tsx'),
    // Who reads the ledger oversees grants too, and changes none.
    needs: ['grant.answer', 'grant.revoke', 'ledger.read'],
    menu: { group: 'work', order: 65, icon: SolutionOutlined },
  },
];
