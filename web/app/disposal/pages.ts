import { FileExcelOutlined, HourglassOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const disposalPages: readonly Page[] = [
  {
    path: 'due-records',
    title: 'disposal:due',
    load: () => import('./due-records.tsx'),
    needs: ['disposal.propose'],
    menu: { group: 'work', order: 84, icon: HourglassOutlined },
  },
  {
    path: 'disposals',
    title: 'disposal:lists',
    load: () => import('./disposals.tsx'),
    needs: ['disposal.read'],
    menu: { group: 'work', order: 85, icon: FileExcelOutlined },
  },
  { path: 'disposals/:id', title: 'disposal:list', load: () => import('./disposal.tsx'), needs: ['disposal.read'] },
];
