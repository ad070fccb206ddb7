import { Spin } from 'antd';
import { type CSSProperties, useEffect, useRef } from 'react';
import { Problem } from '../api/problem.ts';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import type { OneRecord } from '../records/links.tsx';
import { probeOf } from '../records/probe.ts';
import { useWords } from '../words/use-words.ts';
import { CannotShow, codecOf } from './cannot-show.tsx';
import { LinkedParts } from './linked-parts.tsx';
import { PlayerControls } from './player-controls.tsx';
import { type Actions, keyList, pressKey } from './player-keys.ts';
import { position } from './position.ts';
import { SaveAs } from './save-as.tsx';
import type { ShowGiven } from './show-record.tsx';
import { usePlayback } from './use-playback.ts';
import { useTrouble } from './use-trouble.ts';
import { useWholeScreen } from './use-whole-screen.ts';
import { Watermark } from './watermark.tsx';

/** Frames per second where the file does not say: what most recorders of bodies write. */
const USUAL_FPS = 25;

/** Plays footage and sound by ranges of the original, under the viewing. */
export function Player({
  shown,
  record,
  playing,
  held,
  onStep,
  onEnd,
  onSeen,
}: ShowGiven & { record: OneRecord | undefined }) {
  const { t } = useWords('retrieval');
  const { url, mediaType } = shown;
  const frame = useRef<HTMLElement>(null);
  const media = useRef<HTMLVideoElement>(null);
  const { playback, sync, commands } = usePlayback(media, fpsOf(record));
  const { trouble, keepPlace, onLoaded, onError, goOn } = useTrouble(media, url, held);
  const wholeScreen = useWholeScreen(frame);
  // The keys work at once.
  useEffect(() => frame.current?.focus({ preventScroll: true }), []);
  const isVideo = mediaType.startsWith('video/');
  const loaded = Number.isFinite(playback.length);
  const soundOnly = isVideo && loaded && playback.width === 0;
  const actions: Actions = {
    ...commands,
    wholeScreen: wholeScreen.toggle,
    stepRecord: onStep,
    length: () => playback.length,
  };
  const look = () => {
    keepPlace();
    sync();
    onSeen();
  };
  if (trouble?.kind === 'cannot-open') return <CannotShow shown={shown} record={record} />;
  if (trouble?.kind === 'cannot-decode') {
    return <CannotShow shown={shown} record={record} at={position(trouble.at)} onSkip={() => goOn(10)} />;
  }
  if (trouble) return <ProblemAlert problem={new Problem({ code: 'NETWORK' })} onRetry={() => goOn()} />;
  return (
    <>
      <section
        ref={frame}
        className="player"
        aria-label={t('player')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys work while the focus is in it (WCAG 2.1.4)
        tabIndex={0}
        onKeyDown={(event) => pressKey(event, actions)}
      >
        <div className={isVideo && !soundOnly ? 'screen' : 'screen sound'} style={soundOnly ? {} : shapeOf(record)}>
          {/* biome-ignore lint/a11y/useMediaCaption: originals are shown as they are; they have no captions */}
          <video
            ref={media}
            src={url}
            preload="metadata"
            playsInline
            autoPlay={playing}
            disablePictureInPicture
            controlsList="nodownload noremoteplayback"
            onContextMenu={(event) => event.preventDefault()}
            onClick={commands.toggle}
            onLoadedMetadata={() => {
              onLoaded();
              sync();
            }}
            onTimeUpdate={look}
            onSeeked={look}
            onPlay={look}
            onPause={look}
            onPlaying={look}
            onWaiting={sync}
            onLoadedData={sync}
            onSeeking={sync}
            onRateChange={sync}
            onVolumeChange={sync}
            onDurationChange={sync}
            onEnded={() => {
              sync();
              onEnd();
            }}
            onError={() => {
              sync();
              onError();
            }}
          />
          {!isVideo && <p>{t('soundIsHere')}</p>}
          {soundOnly && <p role="alert">{t('soundOnly', { codec: (record && codecOf(record)) ?? '?' })}</p>}
          <Watermark />
          {playback.waiting && (
            <div className="screen-waits" role="status">
              <Spin />
              <span>{t('buffering')}</span>
            </div>
          )}
        </div>
        <PlayerControls
          playback={playback}
          commands={commands}
          capturedFrom={record?.captured?.from}
          frames={isVideo && !soundOnly}
          wholeScreen={wholeScreen}
          container={() => frame.current ?? document.body}
        />
        {record && <LinkedParts record={record} onSeek={commands.seek} />}
      </section>
      {soundOnly && <SaveAs shown={shown} />}
      <Keys />
    </>
  );
}

/** The element's shape before it is loaded, so that nothing jumps; turned as a player turns it. */
function shapeOf(record: OneRecord | undefined): CSSProperties {
  const picture = record && probeOf(record)?.streams?.find(({ kind }) => kind === 'video');
  if (!picture?.width || !picture.height) return {};
  const { width, height, rotation = 0 } = picture;
  return { aspectRatio: rotation % 180 === 0 ? `${width} / ${height}` : `${height} / ${width}` };
}

function fpsOf(record: OneRecord | undefined): number {
  const { frameRate = '' } = (record && probeOf(record)?.streams?.find(({ kind }) => kind === 'video')) ?? {};
  const [frames = 0, seconds = 1] = frameRate.split('/').map(Number);
  const fps = frames / seconds;
  return Number.isFinite(fps) && fps > 0 && fps <= 1000 ? fps : USUAL_FPS;
}

function Keys() {
  const { t } = useWords('retrieval');
  return (
    <details className="player-keys keys">
      <summary>{t('keys')}</summary>
      <dl>
        {keyList.map(([word, keys]) => (
          <div key={word}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key === 'space' ? t('space') : key}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
