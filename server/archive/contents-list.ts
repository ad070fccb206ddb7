import { dayOf } from '../policy/day.ts';
import type { RecordState } from '../records/events.ts';

/** One line of the list: a record and where its bytes are in the package; no file for what is only named. */
export interface ListedRecord {
  record: RecordState;
  stage: string | undefined;
  /** Path in the package. */
  file: string | undefined;
  /** Who filmed or brought it in. */
  author: string;
}

const header = ['序号', '题名', '文号/类型', '责任者', '日期', '环节', '页数/时长', '文件', 'SHA-256', '备注'];

const kindNames: Record<RecordState['kind'], string> = {
  text: '文书',
  audio: '音频',
  video: '视频',
  image: '图片',
  other: '其他',
};

/**
 * The list of contents of a file (卷内目录, columns after DA/T 22-2015 8.2 with those that audio-video files need), a row per record in
 * the order of the file. Dates are days in `zone`.
 */
export function contentsList(records: readonly ListedRecord[], zone: string): string[][] {
  const rows = records.map(({ record, stage, file, author }, index) => [
    String(index + 1),
    record.title,
    kindNames[record.kind],
    author,
    dayOf(record.sortTime, zone),
    stage ?? '',
    extentOf(record.probe),
    file ?? '',
    record.object?.sha256 ?? '',
    remarks(record),
  ]);
  return [header, ...rows];
}

/** Length of footage as H:MM:SS, from the probe's `durationMs`; empty for what has none. */
function extentOf(probe: unknown): string {
  const ms = (probe as { durationMs?: unknown } | undefined)?.durationMs;
  if (typeof ms !== 'number') return '';
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function remarks(record: RecordState): string {
  const notes = [
    record.name && `原文件名：${record.name}`,
    record.duplicateOf && `与记录 ${record.duplicateOf} 字节相同`,
    record.carrier && `原件：${record.carrier.original}`,
    record.state === 'quarantined' && `已隔离（${record.quarantineReason}），未收入原件`,
    record.findings.length > 0 && `提示：${record.findings.map(({ code }) => code).join('、')}`,
  ];
  return notes.filter(Boolean).join('；');
}
