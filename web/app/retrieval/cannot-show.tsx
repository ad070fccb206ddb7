import { Button, Result } from 'antd';
import type { ReactNode } from 'react';
import type { OneRecord } from '../records/links.tsx';
import { probeOf } from '../records/probe.ts';
import { useWords } from '../words/use-words.ts';
import type { Shown } from './kinds.ts';
import { SaveAs } from './save-as.tsx';

interface Given {
  shown: Shown;
  record: OneRecord | undefined;
  /** Where it could not be decoded any more; else it cannot be opened at all. */
  at?: string;
  /** Goes on a little later. */
  onSkip?: () => void;
}

/** In place of what a browser cannot show: why, and what can be done. */
export function CannotShow({ shown, record, at, onSkip }: Given) {
  const { t } = useWords('retrieval');
  const codec = record && codecOf(record);
  const damaged = record?.findings.some((finding) => finding.code === 'probe-failed');
  const actions: ReactNode[] = [
    ...(onSkip
      ? [
          <Button key="skip" type="primary" onClick={onSkip}>
            {t('skipAhead')}
          </Button>,
        ]
      : []),
    <SaveAs key="save" shown={shown} />,
  ];
  return (
    <Result
      status="warning"
      title={
        <div role="alert">
          <h3>{t(at ? 'cannotRead' : 'cannotShow')}</h3>
        </div>
      }
      subTitle={
        at
          ? t('cannotReadLead', { at })
          : t(damaged ? 'cannotShowDamaged' : 'cannotShowLead', {
              type: shown.mediaType,
              codec: codec ? ` · ${codec}` : '',
            })
      }
      extra={<div className="ended-actions">{actions}</div>}
    />
  );
}

/** How the picture, else the sound, is coded, as people call it. */
export function codecOf(record: OneRecord): string | undefined {
  const streams = probeOf(record)?.streams ?? [];
  const { codec } = streams.find(({ kind }) => kind === 'video') ?? streams.find(({ kind }) => kind === 'audio') ?? {};
  const called: Record<string, string> = { hevc: 'H.265 (HEVC)', h264: 'H.264', mpeg4: 'MPEG-4', mjpeg: 'Motion JPEG' };
  return codec && (called[codec] ?? codec);
}
