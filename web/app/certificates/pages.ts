import { SafetyCertificateOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const certificatePages: readonly Page[] = [
  {
    path: 'certificates',
    title: 'certificates:title',
    load: () => import('./certificates.tsx'),
    needs: ['certificate.read'],
    menu: { group: 'administration', order: 50, icon: SafetyCertificateOutlined },
  },
];
