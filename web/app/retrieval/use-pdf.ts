import { useQuery } from '@tanstack/react-query';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { queryClient } from '../api/query.ts';
import { sessionLost } from '../api/session-signals.ts';

/** Why a document is not shown: it is none that can be opened, or it cannot be read just now. */
export type PdfTrouble = 'cannot-open' | 'cannot-read';

/** An open document; closed with the page that shows it. */
export function usePdf(url: string) {
  const [document, setDocument] = useState<PDFDocumentProxy>();
  const [trouble, setTrouble] = useState<PdfTrouble>();
  const [tries, setTries] = useState(0);
  const fail = useCallback((error: unknown) => setTrouble(troubleOf(error)), []);
  // Another try opens it anew.
  useEffect(() => {
    let gone = false;
    let close = async () => {};
    setTrouble(undefined);
    import('./pdf-library.ts')
      .then(async ({ openPdf }) => {
        if (gone) return;
        const task = openPdf(url);
        close = () => task.destroy();
        const opened = await task.promise;
        if (!gone) setDocument(opened);
      })
      .catch((error) => gone || fail(error));
    return () => {
      gone = true;
      setDocument(undefined);
      void close();
    };
  }, [url, tries, fail]);
  return { document, trouble, fail, retry: () => setTries(tries + 1) };
}

/** Draws a page into a canvas; its text for those who do not see it. Undefined until it is drawn. */
export function usePdfPage(
  { document, fail }: { document: PDFDocumentProxy; fail: (error: unknown) => void },
  canvas: RefObject<HTMLCanvasElement | null>,
  { number, width }: { number: number; width: number },
) {
  const [drawn, setDrawn] = useState<number>();
  const { data: page, error } = useQuery<PDFPageProxy>({
    queryKey: ['pdf', document.fingerprints[0], number],
    queryFn: () => document.getPage(number),
    gcTime: 0,
    retry: false,
  });
  const { data: text } = useQuery({
    queryKey: ['pdf', document.fingerprints[0], number, 'text'],
    queryFn: async () => (await page?.getTextContent())?.items.map((item) => ('str' in item ? item.str : '')).join(' '),
    enabled: page !== undefined,
    gcTime: 0,
    retry: false,
  });
  useEffect(() => {
    if (error) fail(error);
  }, [error, fail]);
  useEffect(() => {
    if (!page || !canvas.current || width <= 0) return;
    const whole = page.getViewport({ scale: 1 });
    const scale = width / whole.width;
    const viewport = page.getViewport({ scale: scale * sharpness(whole.width * whole.height * scale * scale) });
    Object.assign(canvas.current, { width: Math.floor(viewport.width), height: Math.floor(viewport.height) });
    const task = page.render({ canvas: canvas.current, viewport });
    task.promise.then(
      () => setDrawn(number),
      (error) => error?.name === 'RenderingCancelledException' || fail(error),
    );
    return () => task.cancel();
  }, [page, canvas, width, number, fail]);
  return { drawn: drawn === number, text };
}

/** Pixels that browsers can hold in one canvas, with room to spare. */
const MOST_PIXELS = 16_000_000;
/** Pixels of the screen for each that is drawn, as far as there is room. */
const sharpness = (area: number) => Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / area));

function troubleOf(error: unknown): PdfTrouble {
  const { name, status } = error as { name?: string; status?: number };
  if (name === 'InvalidPDFException' || name === 'PasswordException' || name === 'FormatError') return 'cannot-open';
  if (status === 401) sessionLost();
  void queryClient.invalidateQueries({ queryKey: ['/viewings/{id}'] });
  return 'cannot-read';
}
