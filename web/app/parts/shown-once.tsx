import { Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Given {
  title: string;
  children: ReactNode;
  onClose: () => void;
}

/** What is shown once and cannot be had again: it closes by its button only, so no stray click or key takes it away. */
export function ShownOnce({ title, children, onClose }: Given) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      title={title}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('close')}
        </Button>
      }
    >
      {children}
    </Modal>
  );
}
