import './records.css';

import { AudioOutlined, FileOutlined, FileTextOutlined, PictureOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { useWords } from '../words/use-words.ts';
import type { RecordItem } from './kinds.ts';

const icons = {
  text: FileTextOutlined,
  audio: AudioOutlined,
  video: VideoCameraOutlined,
  image: PictureOutlined,
  other: FileOutlined,
};

/** What kind of record it is, as a picture and a word. */
export function KindMark({ kind }: { kind: RecordItem['kind'] }) {
  const { t } = useWords('records');
  const Icon = icons[kind];
  return (
    <span className="kind-mark">
      <Icon aria-hidden /> {t(`kind_${kind}`)}
    </span>
  );
}
