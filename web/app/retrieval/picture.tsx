import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import type { Problem } from '../api/problem.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { CannotShow } from './cannot-show.tsx';
import { readContent } from './content.ts';
import type { Shown } from './kinds.ts';
import { useRecord } from './record-name.tsx';
import { Watermark } from './watermark.tsx';

/** A picture, to fit or in its real size. */
export function Picture({ shown }: { shown: Shown }) {
  const { t } = useWords('retrieval');
  const { data: record } = useRecord(shown.recordId);
  const { data, error, refetch } = useQuery<Blob, Problem>({
    queryKey: ['picture', shown.url],
    queryFn: ({ signal }) => readContent(shown.url, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const address = useAddress(data);
  const [failed, setFailed] = useState(false);
  const [whole, setWhole] = useState(false);
  if (failed) return <CannotShow shown={shown} record={record} />;
  if (error) return <ProblemAlert problem={error} onRetry={refetch} />;
  if (!address) return <Loading />;
  return (
    <>
      <div className={whole ? 'sheet whole' : 'sheet'} tabIndex={whole ? 0 : undefined}>
        <div className="sheet-content">
          <img src={address} alt={record?.title || shown.name} onError={() => setFailed(true)} />
          <Watermark />
        </div>
      </div>
      <div className="sheet-actions">
        <Button aria-pressed={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'fitted' : 'original')}
        </Button>
      </div>
    </>
  );
}

/** An address for bytes that are held, as long as they are shown. */
function useAddress(bytes: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!bytes) return;
    const made = URL.createObjectURL(bytes);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return address;
}
