import { CannotShow } from './cannot-show.tsx';
import type { Shown } from './kinds.ts';
import { PdfDocument } from './pdf-document.tsx';
import { Picture } from './picture.tsx';
import { Player } from './player.tsx';
import { useRecord } from './record-name.tsx';
import { TextDocument } from './text-document.tsx';

export interface ShowGiven {
  shown: Shown;
  /** Plays at once. */
  playing: boolean;
  /** It may not be shown for now, so nothing plays. */
  held: boolean;
  /** To the next (1) or the previous (-1) record. */
  onStep: (by: number) => void;
  /** Footage was played to its end. */
  onEnd: () => void;
  /** Footage goes on being played. */
  onSeen: () => void;
}

const pictures = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;
const texts = /^(text\/(plain|csv|markdown)|application\/json)$/;

/** One record, in the way that a browser can show it safely: what would run or lay out a page of its own is never opened. */
export function ShowRecord(given: ShowGiven) {
  const { shown } = given;
  const { mediaType, name } = shown;
  const { data: record } = useRecord(shown.recordId);
  return (
    <>
      <h2 className="watch-name">{record?.title || name}</h2>
      {/^(video|audio)\//.test(mediaType) ? (
        <Player {...given} record={record} />
      ) : pictures.test(mediaType) ? (
        <Picture shown={shown} />
      ) : mediaType === 'application/pdf' ? (
        <PdfDocument shown={shown} />
      ) : texts.test(mediaType) ? (
        <TextDocument shown={shown} />
      ) : (
        <CannotShow shown={shown} record={record} />
      )}
    </>
  );
}
