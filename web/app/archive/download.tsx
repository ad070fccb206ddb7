import { DownloadOutlined } from '@ant-design/icons';
import { Button, Card } from 'antd';
import { bytes } from '../parts/bytes.ts';
import { useWords } from '../words/use-words.ts';
import type { Packaged } from './kinds.ts';

/** Takes a package away: the browser's own download, which goes on by itself or by its own list after a broken connection. */
export function Download({ made }: { id: string; made: Packaged }) {
  const { t } = useWords('archive');
  return (
    <Card title={<h2>{t('download')}</h2>}>
      <Button type="primary" icon={<DownloadOutlined aria-hidden />} href={made.url} download={made.name}>
        {t('downloadSize', { size: bytes(made.size) })}
      </Button>
    </Card>
  );
}
