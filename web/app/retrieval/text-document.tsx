import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { Problem } from '../api/problem.ts';
import { bytes } from '../parts/bytes.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { readContent } from './content.ts';
import type { Shown } from './kinds.ts';
import { Watermark } from './watermark.tsx';

/** Bytes of a text that are read: more is for another program. */
const SHOWN_BYTES = 1024 * 1024;

/** A text as it stands, never as a page of its own. */
export function TextDocument({ shown: { url, size } }: { shown: Shown }) {
  const { t } = useWords('retrieval');
  const { data, error, refetch } = useQuery<string, Problem>({
    queryKey: ['text', url],
    queryFn: ({ signal }) => readText(url, size, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (error) return <ProblemAlert problem={error} onRetry={refetch} />;
  if (data === undefined) return <Loading />;
  return (
    <>
      {size > SHOWN_BYTES && <Alert type="info" showIcon title={t('textCut', { size: bytes(SHOWN_BYTES) })} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard (WCAG 2.1.1) */}
      <div className="sheet" tabIndex={0}>
        <div className="sheet-content">
          <pre>{data}</pre>
          <Watermark />
        </div>
      </div>
    </>
  );
}

/** In UTF-8, else in the encoding of older Chinese programs. */
async function readText(url: string, size: number, signal: AbortSignal): Promise<string> {
  if (size === 0) return '';
  const content = await readContent(url, { signal, most: Math.min(size, SHOWN_BYTES) });
  const read = await content.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(read, { stream: size > SHOWN_BYTES });
  } catch {
    return new TextDecoder('gb18030').decode(read);
  }
}
