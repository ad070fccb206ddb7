import { CloudUploadOutlined } from '@ant-design/icons';
import type { Page } from '../page.ts';

export const uploadPages: readonly Page[] = [
  {
    path: 'upload',
    title: 'uploads:title',
    load: () => import('./upload.tsx'),
    needs: ['record.upload'],
    menu: { group: 'work', order: 10, icon: CloudUploadOutlined },
  },
];
