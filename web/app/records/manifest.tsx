import { useQuery } from '@tanstack/react-query';
import { Collapse } from 'antd';
import { useState } from 'react';
import { read } from '../api/query.ts';
import { Digest } from '../parts/digest.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { SignedBytes } from '../verify/verdict.tsx';
import { useWords } from '../words/use-words.ts';

/** The manifest of a sealed record, read once somebody opens it. */
export function ManifestOf({ id }: { id: string }) {
  const { t } = useWords('verify');
  const [opened, setOpened] = useState(false);
  const { data, error, refetch } = useQuery({
    ...read('/records/{id}/manifest', { params: { path: { id } } }),
    enabled: opened,
  });
  const children = (
    <>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      {data && (
        <>
          <p>
            SHA-256 <Digest value={data.sha256} />
          </p>
          <SignedBytes text={data.text} />
        </>
      )}
    </>
  );
  return (
    <Collapse
      className="manifest"
      items={[{ key: 'manifest', label: `${t('manifest')} · ${t('manifestLead')}`, children }]}
      onChange={(open) => setOpened(open.length > 0)}
    />
  );
}
