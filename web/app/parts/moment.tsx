import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

interface Given {
  /** RFC 3339. */
  at: string | undefined;
  /** To the day only. */
  day?: boolean;
}

/** Of one width, so that they stand under each other. */
const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** An instant (RFC 3339) in full: in the reader's zone, which is named, and in UTC. */
export function momentWords(at: string, language: string): string {
  const instant = new Date(at);
  const whole = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' }).format(instant);
  return `${whole} (${instant.toISOString()})`;
}

/** An instant in the reader's zone; zone and UTC on hover or focus. */
export function Moment({ at, day = false }: Given) {
  const { t, i18n } = useTranslation();
  if (!at) return t('none');
  const shown = new Intl.DateTimeFormat('zh-CN', day ? DAY : { ...DAY, ...TIME }).format(new Date(at));
  return (
    <Tooltip title={momentWords(at, i18n.language)}>
      <time dateTime={at}>{shown}</time>
    </Tooltip>
  );
}
