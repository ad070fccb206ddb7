import { ApartmentOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const departmentPages: readonly Page[] = [
  {
    path: 'departments',
    title: 'departments:title',
    load: () => import('./departments.tsx'),
    needs: ['organisation.manage'],
    menu: { group: 'administration', order: 20, icon: ApartmentOutlined },
  },
];
