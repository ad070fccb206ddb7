import { type RefObject, useEffect, useState } from 'react';

/** Whether an element fills the screen, and how it comes to do so or to stop. */
export function useWholeScreen(element: RefObject<HTMLElement | null>) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement !== null && document.fullscreenElement === element.current);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, [element]);
  const toggle = () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : element.current?.requestFullscreen();
    void done?.catch(() => undefined);
  };
  return { on, toggle };
}
