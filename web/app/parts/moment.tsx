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

/** An instant in the reader's zone; zone and UTC on hover or focus. */
export function Moment({ at, day = false }: Given) {
  const { t, i18n } = useTranslation();
  if (!at) return t('none');
  const instant = new Date(at);
  const shown = new Intl.DateTimeFormat('zh-CN', day ? DAY : { ...DAY, ...TIME }).format(instant);
  const whole = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full', timeStyle: 'long' }).format(instant);
  return (
    <Tooltip title={`${whole} (${instant.toISOString()})`}>
      <time dateTime={at}>{shown}</time>
    </Tooltip>
  );
}
