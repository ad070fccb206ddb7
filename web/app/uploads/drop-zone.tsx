import { AudioOutlined, CameraOutlined, CloudUploadOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { type ComponentType, type DragEvent, useRef, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { dropped } from './dropped.ts';
import type { Chosen } from './queue.ts';

type OnChosen = (chosen: readonly Chosen[], source?: string) => void;

/** Takes files by drop, by choosing, or from camera and microphone where the device is held in the hand. */
export function DropZone({ onChosen }: { onChosen: OnChosen }) {
  const { t } = useWords('uploads');
  const { message } = App.useApp();
  const [over, setOver] = useState(false);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    await dropped(event.dataTransfer).then(onChosen, () => message.error(t('dropFailed')));
  };
  const handheld = matchMedia('(pointer: coarse)').matches;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is beside the button, which does the same by keyboard
    <section
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <CloudUploadOutlined className="drop-mark" aria-hidden />
      <p className="drop-word">{t('drop')}</p>
      <p className="drop-hint">{t('dropHint')}</p>
      <div className="drop-ways">
        <Choose word={t('choose')} primary onFiles={(files) => onChosen(files)} />
        {handheld && (
          <>
            <Choose
              word={t('photo')}
              icon={CameraOutlined}
              accept="image/*"
              onFiles={(files) => onChosen(files, 'phone')}
            />
            <Choose
              word={t('video')}
              icon={VideoCameraOutlined}
              accept="video/*"
              onFiles={(files) => onChosen(files, 'phone')}
            />
            <Choose
              word={t('voice')}
              icon={AudioOutlined}
              accept="audio/*"
              onFiles={(files) => onChosen(files, 'phone')}
            />
          </>
        )}
      </div>
    </section>
  );
}

interface Given {
  word: string;
  icon?: ComponentType;
  /** Made now, by camera or microphone; absent: chosen, several at once. */
  accept?: string;
  primary?: boolean;
  onFiles: (files: Chosen[]) => void;
}

function Choose({ word, icon: Icon, accept, primary = false, onFiles }: Given) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="large"
        type={primary ? 'primary' : 'default'}
        {...(Icon && { icon: <Icon /> })}
        onClick={() => input.current?.click()}
      >
        {word}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={word}
        {...(accept ? { accept, capture: 'environment' } : { multiple: true })}
        onChange={({ target }) => {
          onFiles(Array.from(target.files ?? [], (file) => ({ file })));
          // The same file may be chosen again.
          target.value = '';
        }}
      />
    </>
  );
}
