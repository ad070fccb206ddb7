import { AudioOutlined, CameraOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { App } from 'antd';
import { ChooseFiles, DropArea } from '../parts/drop-area.tsx';
import { useWords } from '../words/use-words.ts';
import { dropped } from './dropped.ts';
import type { Chosen } from './queue.ts';

type OnChosen = (chosen: readonly Chosen[], source?: string) => void;

/** Takes files by drop, by choosing, or from camera and microphone where the device is held in the hand. */
export function DropZone({ onChosen }: { onChosen: OnChosen }) {
  const { t } = useWords('uploads');
  const { message } = App.useApp();
  const drop = (data: DataTransfer) => void dropped(data).then(onChosen, () => message.error(t('dropFailed')));
  const handheld = matchMedia('(pointer: coarse)').matches;
  const made = (files: File[]) => onChosen(chosen(files), 'phone');
  return (
    <DropArea word={t('drop')} hint={t('dropHint')} onDrop={drop}>
      <ChooseFiles word={t('choose')} primary onFiles={(files) => onChosen(chosen(files))} />
      {handheld && (
        <>
          <ChooseFiles word={t('photo')} icon={CameraOutlined} accept="image/*" from="camera" onFiles={made} />
          <ChooseFiles word={t('video')} icon={VideoCameraOutlined} accept="video/*" from="camera" onFiles={made} />
          <ChooseFiles word={t('voice')} icon={AudioOutlined} accept="audio/*" from="camera" onFiles={made} />
        </>
      )}
    </DropArea>
  );
}

const chosen = (files: readonly File[]): Chosen[] => files.map((file) => ({ file }));
