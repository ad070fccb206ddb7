import { Modal } from 'antd';
import { useRef } from 'react';
import { ServerForm, type ServerFormGiven } from './server-form.tsx';

interface Given<V extends object, T> extends Omit<ServerFormGiven<V, T>, 'onCancel' | 'wide'> {
  title: string;
  onClose: () => void;
}

/**
 * A form over the page, shown while it is rendered. The first field has the focus, unless another took it. Done, it closes, unless
 * `onDone` says what comes instead.
 */
export function FormModal<V extends object, T>({ title, onClose, onDone = onClose, ...form }: Given<V, T>) {
  const fields = useRef<HTMLDivElement>(null);
  const focus = (open: boolean) => {
    if (open && !fields.current?.contains(document.activeElement))
      fields.current?.querySelector<HTMLElement>('input, textarea')?.focus();
  };
  return (
    <Modal open title={title} onCancel={onClose} footer={null} afterOpenChange={focus}>
      <div ref={fields}>
        <ServerForm<V, T> {...form} onDone={onDone} onCancel={onClose} />
      </div>
    </Modal>
  );
}
