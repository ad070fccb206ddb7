import { Modal } from 'antd';
import { ServerForm, type ServerFormGiven } from './server-form.tsx';

interface Given<V extends object, T> extends Omit<ServerFormGiven<V, T>, 'onCancel' | 'wide'> {
  title: string;
  onClose: () => void;
}

/** A form over the page, shown while it is rendered. Done, it closes, unless `onDone` says what comes instead. */
export function FormModal<V extends object, T>({ title, onClose, onDone = onClose, ...form }: Given<V, T>) {
  return (
    <Modal open title={title} onCancel={onClose} footer={null}>
      <ServerForm<V, T> {...form} onDone={onDone} onCancel={onClose} />
    </Modal>
  );
}
