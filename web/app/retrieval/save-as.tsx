import { DownloadOutlined } from '@ant-design/icons';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { bytes } from '../parts/bytes.ts';
import { useWords } from '../words/use-words.ts';
import type { Shown } from './kinds.ts';

/** Saves a record under the viewing: by the browser itself, since footage does not fit in memory. Says first what that means. */
export function SaveAs({ shown: { url, name, size } }: { shown: Shown }) {
  const { t } = useWords('retrieval');
  const [asking, setAsking] = useState(false);
  const save = () => {
    Object.assign(document.createElement('a'), { href: url, download: name }).click();
    setAsking(false);
  };
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => setAsking(true)}>
        {t('saveAs')}
      </Button>
      <Modal
        open={asking}
        title={t('saveTitle')}
        onCancel={() => setAsking(false)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t('common:cancel')}</Button>
            <Button type="primary" autoFocus onClick={save}>
              {t('saveAs')}
            </Button>
          </>
        }
      >
        <p>
          {name}（{bytes(size)}）
        </p>
        <p>{t('saveLead')}</p>
      </Modal>
    </>
  );
}
