import { LeftOutlined, RightOutlined, ZoomInOutlined, ZoomOutOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { Problem } from '../api/problem.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { CannotShow } from './cannot-show.tsx';
import type { Shown } from './kinds.ts';
import { useRecord } from './record-name.tsx';
import { usePdf, usePdfPage } from './use-pdf.ts';
import { Watermark } from './watermark.tsx';

/** A PDF, page by page; drawn by our own code, so that nothing in it runs or asks for anything. */
export function PdfDocument({ shown }: { shown: Shown }) {
  const { data: record } = useRecord(shown.recordId);
  const { document, trouble, fail, retry } = usePdf(shown.url);
  if (trouble === 'cannot-open') return <CannotShow shown={shown} record={record} />;
  if (trouble) return <ProblemAlert problem={new Problem({ code: 'NETWORK' })} onRetry={retry} />;
  if (!document) return <Loading />;
  return <Pages document={document} fail={fail} />;
}

/** How much larger a page may be than the place for it. */
const zooms = [1, 1.25, 1.5, 2, 3, 4];

function Pages({ document, fail }: { document: PDFDocumentProxy; fail: (error: unknown) => void }) {
  const { t } = useWords('retrieval');
  const [number, setNumber] = useState(1);
  const [zoom, setZoom] = useState(0);
  const sheet = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useWidth(sheet);
  const width = Math.floor(room * (zooms[zoom] ?? 1));
  const { drawn, text } = usePdfPage({ document, fail }, canvas, { number, width });
  const turn = (by: number) => {
    setNumber(Math.min(document.numPages, Math.max(1, number + by)));
    sheet.current?.scrollTo({ top: 0 });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { PageDown: 1, PageUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined || (zoom > 0 && event.key.startsWith('Arrow'))) return;
    event.preventDefault();
    turn(by);
  };
  const told = t('pageOf', { page: number, pages: document.numPages });
  return (
    <>
      <section
        ref={sheet}
        className="sheet paper"
        aria-label={told}
        aria-busy={!drawn}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div className="sheet-content" style={{ width }}>
          <canvas ref={canvas} />
          <div className="unseen">{text}</div>
          <Watermark />
        </div>
      </section>
      <div className="sheet-actions">
        <Button
          icon={<LeftOutlined />}
          aria-label={t('common:previous')}
          disabled={number === 1}
          onClick={() => turn(-1)}
        />
        <span role="status">{told}</span>
        <Button
          icon={<RightOutlined />}
          aria-label={t('common:next')}
          disabled={number === document.numPages}
          onClick={() => turn(1)}
        />
        <Button
          icon={<ZoomOutOutlined />}
          aria-label={t('smaller')}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        />
        <Button
          icon={<ZoomInOutlined />}
          aria-label={t('larger')}
          disabled={zoom === zooms.length - 1}
          onClick={() => setZoom(zoom + 1)}
        />
      </div>
    </>
  );
}

/** The room for content in an element, pixels, as the window changes. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
