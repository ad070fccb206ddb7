import { SafetyOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const verifyPages: readonly Page[] = [
  {
    path: 'verify',
    title: 'verify:title',
    load: () => import('./verify.tsx'),
    menu: { group: 'work', order: 90, icon: SafetyOutlined },
  },
];
