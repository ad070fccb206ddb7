import './drop-area.css';

import { CloudUploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ComponentType, type ReactNode, useEffect, useRef, useState } from 'react';

interface Given {
  word: string;
  hint: string;
  /** Called within the event: what was dropped is gone after it. */
  onDrop: (data: DataTransfer) => void;
  /** The other ways to bring files, which are those by keyboard. */
  children: ReactNode;
}

/** A place that files are dropped on. */
export function DropArea({ word, hint, onDrop, children }: Given) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // A near miss must not open the file in the page's place.
    const keep = (event: Event) => event.preventDefault();
    document.addEventListener('dragover', keep);
    document.addEventListener('drop', keep);
    return () => {
      document.removeEventListener('dragover', keep);
      document.removeEventListener('drop', keep);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is beside the buttons, which do the same by keyboard
    <section
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer);
      }}
    >
      <CloudUploadOutlined className="drop-mark" aria-hidden />
      <p className="drop-word">{word}</p>
      <p className="drop-hint">{hint}</p>
      <div className="drop-ways">{children}</div>
    </section>
  );
}

interface Choice {
  word: string;
  icon?: ComponentType;
  primary?: boolean;
  size?: 'medium' | 'large';
  /** What is taken: media types or endings. */
  accept?: string;
  /** `camera`: one, made now by camera or microphone; `folder`: all files of one; else one or several files. */
  from?: 'camera' | 'folder' | 'files' | 'file';
  onFiles: (files: File[]) => void;
}

/** A button that brings files from this device. */
export function ChooseFiles({
  word,
  icon: Icon,
  primary = false,
  size = 'large',
  accept,
  from = 'files',
  onFiles,
}: Choice) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size={size}
        type={primary ? 'primary' : 'default'}
        {...(Icon && { icon: <Icon /> })}
        onClick={() => input.current?.click()}
      >
        {word}
      </Button>
      <input
        ref={input}
        type="file"
        className="chosen-files"
        hidden
        aria-label={word}
        {...(accept && { accept })}
        {...(from === 'camera' && { capture: 'environment' as const })}
        {...(from === 'folder' && { webkitdirectory: '' })}
        multiple={from === 'files' || from === 'folder'}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // The same file may be chosen again.
          target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
