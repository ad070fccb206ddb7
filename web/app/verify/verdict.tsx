import './verify.css';

import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Alert, Progress as Bar, Spin } from 'antd';
import type { ReactNode } from 'react';
import { withoutControls } from '../../../signing/checklist.ts';
import { type Progress, summaryOf } from '../../verify/summary.ts';
import { say, type Word } from '../../verify/words.ts';
import { bytes } from '../parts/bytes.ts';
import { useSaid, useWords } from '../words/use-words.ts';

/** What the page for strangers says too, in the language of this one. */
export function useVerifierWords(): (word: Word, values?: Record<string, string | number>) => string {
  const { i18n } = useWords('verify');
  return (word, values) => say(i18n.language === 'en' ? 'en' : 'zh', word, values);
}

/** What a verification comes to; `trusted` stands in place of the words on whose root and key were given. */
export function Verdict({ progress, trusted }: { progress: Progress | undefined; trusted?: ReactNode }) {
  const { t } = useWords('verify');
  const words = useVerifierWords();
  const summary = progress && summaryOf(progress);
  if (!progress || !summary || summary.tone === 'running') {
    return (
      <div role="status" className="checking">
        <Spin size="small" /> {t('checking')}
      </div>
    );
  }
  const good = summary.tone === 'good';
  const own = new Set<Word>(trusted ? ['passedCount', 'trustGiven', 'vkeyGiven'] : ['passedCount']);
  const notes = summary.notes.filter(({ word }) => !own.has(word));
  const warned = good && notes.some(({ warning }) => warning);
  const title = good
    ? t('good', { count: progress.lines.length })
    : words(summary.verdict.word, summary.verdict.values);
  return (
    <Alert
      type={good ? (warned ? 'warning' : 'success') : 'error'}
      showIcon
      role={good ? 'status' : 'alert'}
      title={title}
      description={
        <>
          {notes.map(({ word, values }) => (
            <div key={word}>{words(word, values)}</div>
          ))}
          {good && trusted}
        </>
      }
    />
  );
}

/** Each check in words, with what does not hold and where. */
export function Checklist({ progress: { lines } }: { progress: Progress }) {
  const { t } = useWords('verify');
  const said = useSaid();
  return (
    <ul className="checks">
      {lines.map((line) => (
        <li key={line.id} className="check" data-check={line.id}>
          {line.ok ? (
            <CheckCircleFilled className="check-good" aria-label={t('holds')} />
          ) : (
            <CloseCircleFilled className="check-bad" aria-label={t('refused')} />
          )}
          <span>
            {withoutControls(said(line))}
            {line.detail && <span className="check-detail">{withoutControls(line.detail)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** How much has been read, and of which file now. */
export function ReadingBar({ reading }: { reading: NonNullable<Progress['reading']> }) {
  const { t } = useWords('verify');
  const words = useVerifierWords();
  const { path, total } = reading;
  const done = Math.min(reading.done, total);
  return (
    <div>
      <Bar percent={total > 0 ? Math.floor((100 * done) / total) : 0} status="active" aria-label={t('reading')} />
      <div className="check-detail">
        {withoutControls(words('reading', { path, done: bytes(done), total: bytes(total) }))}
      </div>
    </div>
  );
}

/** JSON as it was signed, shown with its structure. */
export function SignedBytes({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard (WCAG 2.1.1)
    <pre className="bytes" tabIndex={0}>
      {JSON.stringify(JSON.parse(text), undefined, 2)}
    </pre>
  );
}
