import { type RefObject, useCallback, useMemo, useState } from 'react';

export interface Playback {
  /** Position and length in seconds; the length is NaN until it is known. */
  seconds: number;
  length: number;
  playing: boolean;
  /** Nothing to show until more has been read. */
  waiting: boolean;
  rate: number;
  volume: number;
  muted: boolean;
  /** Pixels; 0 where there is no picture, or none that can be decoded. */
  width: number;
}

export const rates = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4, 8, 16] as const;

const atFirst: Playback = {
  ...{ seconds: 0, length: Number.NaN, playing: false, waiting: true, rate: 1, volume: 1, muted: false, width: 0 },
};

/** What a media element does, and what it can be told to do. `fps`: frames per second. */
export function usePlayback(element: RefObject<HTMLVideoElement | null>, fps: number) {
  const [playback, setPlayback] = useState(atFirst);
  const sync = useCallback(() => {
    const media = element.current;
    if (!media) return;
    const { currentTime, duration, paused, ended, readyState, playbackRate, volume, muted, videoWidth } = media;
    setPlayback({
      ...{ seconds: currentTime, length: duration, playing: !paused && !ended, rate: playbackRate, volume, muted },
      ...{ waiting: readyState < HTMLMediaElement.HAVE_CURRENT_DATA || media.seeking, width: videoWidth },
    });
  }, [element]);
  const commands = useMemo(() => {
    const media = () => element.current as HTMLVideoElement;
    const seek = (to: number) => {
      const { duration } = media();
      media().currentTime = Math.max(0, Number.isFinite(duration) ? Math.min(to, duration) : to);
      sync();
    };
    return {
      toggle: () =>
        void (media().paused
          ? media()
              .play()
              .catch(() => undefined)
          : media().pause()),
      seek,
      skip: (seconds: number) => seek(media().currentTime + seconds),
      /** To the middle of another frame, so that no rounding shows the one beside it. */
      step: (frames: number) => {
        media().pause();
        seek((Math.floor(media().currentTime * fps + 1e-6) + frames + 0.5) / fps);
      },
      setRate: (rate: number) => {
        media().playbackRate = rate;
      },
      faster: (by: 1 | -1) => {
        const next = rates.indexOf(media().playbackRate as 1) + by;
        media().playbackRate = rates[next] ?? media().playbackRate;
      },
      louder: (by: number) => {
        media().volume = Math.min(1, Math.max(0, media().volume + by));
        media().muted = false;
      },
      mute: () => {
        media().muted = !media().muted;
      },
    };
  }, [element, fps, sync]);
  return { playback, sync, commands };
}

export type Commands = ReturnType<typeof usePlayback>['commands'];
