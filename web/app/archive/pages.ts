import { ContainerOutlined, FileZipOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const archivePages: readonly Page[] = [
  {
    path: 'archive',
    title: 'archive:files',
    load: () => import('./case-files.tsx'),
    needs: ['export.create'],
    menu: { group: 'work', order: 80, icon: ContainerOutlined },
  },
  {
    path: 'exports',
    title: 'archive:exports',
    load: () => import('./exports.tsx'),
    needs: ['export.read'],
    menu: { group: 'work', order: 81, icon: FileZipOutlined },
  },
  { path: 'exports/:id', title: 'archive:aPackage', load: () => import('./export.tsx'), needs: ['export.read'] },
];
