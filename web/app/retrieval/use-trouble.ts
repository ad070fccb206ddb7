import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { queryClient } from '../api/query.ts';
import { sessionLost } from '../api/session-signals.ts';

/** Why nothing is shown: it cannot be opened, it could not be decoded from `at` on (seconds), or it cannot be read. */
export type Trouble = { kind: 'cannot-open' } | { kind: 'cannot-decode'; at: number } | { kind: 'cannot-read' };

/** How long before it is tried again, milliseconds, and how often without any of it being shown. */
const AGAIN_MS = 2000;
const TRIES = 5;

/**
 * What to do when a media element fails. The element does not tell a lost network from the end of a grant or from bytes that it cannot
 * decode, so the service is asked. What passes (the network, a session that ended) is waited for, and then it goes on where it was.
 */
export function useTrouble(element: RefObject<HTMLVideoElement | null>, url: string, held: boolean) {
  const [trouble, setTrouble] = useState<Trouble>();
  const place = useRef({ at: 0, playing: false, rate: 1 });
  const opened = useRef(false);
  const tries = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stopped = useRef(false);

  /** Loads it anew, at the place where it was. */
  const reload = useCallback(() => {
    setTrouble(undefined);
    element.current?.load();
  }, [element]);

  const look = useCallback(
    async (code: number) => {
      const again = () => {
        if (!stopped.current) timer.current = setTimeout(() => void look(code), AGAIN_MS);
      };
      const status = await fetch(url, { method: 'HEAD' }).then(
        (response) => response.status,
        () => 0,
      );
      if (stopped.current) return;
      if (status === 401) sessionLost();
      if (status === 403 || status === 404) await queryClient.invalidateQueries({ queryKey: ['/viewings/{id}'] });
      if (status !== 200) return again();
      tries.current++;
      if (code === MediaError.MEDIA_ERR_DECODE) setTrouble({ kind: 'cannot-decode', at: place.current.at });
      else if (code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED && !opened.current && tries.current > 1)
        setTrouble({ kind: 'cannot-open' });
      else if (tries.current > TRIES) setTrouble({ kind: 'cannot-read' });
      else reload();
    },
    [url, reload],
  );

  useEffect(() => {
    stopped.current = false;
    return () => {
      stopped.current = true;
      clearTimeout(timer.current);
    };
  }, []);

  // While it may not be shown nothing plays; afterwards it goes on.
  useEffect(() => {
    if (!held) return;
    const playing = element.current?.paused === false;
    element.current?.pause();
    return () => {
      if (playing) void element.current?.play().catch(() => undefined);
    };
  }, [held, element]);

  return {
    trouble,
    /** Keeps the place, as long as there is something to see there. */
    keepPlace: () => {
      const media = element.current;
      if (!media || media.error || media.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      place.current = { at: media.currentTime, playing: !media.paused && !media.ended, rate: media.playbackRate };
      if (place.current.playing) tries.current = 0;
    },
    /** It is loaded: to the place where it was. */
    onLoaded: () => {
      const media = element.current;
      if (!media) return;
      const { at, playing, rate } = place.current;
      if (opened.current) {
        media.currentTime = at;
        media.playbackRate = rate;
        if (playing) void media.play().catch(() => undefined);
      }
      opened.current = true;
    },
    onError: () => void look(element.current?.error?.code ?? 0),
    /** Tries again, so many seconds later in it. */
    goOn: (skip = 0) => {
      place.current = { ...place.current, at: place.current.at + skip, playing: true };
      tries.current = 0;
      reload();
    },
  };
}
