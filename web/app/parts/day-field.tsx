import { DatePicker, Input } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useWide } from './use-wide.ts';

interface Given {
  id?: string;
  /** `2026-05-01`, or with a time `2026-05-01T08:30:00`, in the reader's zone. */
  value?: string | undefined;
  onChange?: (value: string | undefined) => void;
  /** To the second. */
  time?: boolean;
}

/** Year and month are named by what they show, which is what somebody says who speaks to the page (WCAG 2.5.3). */
const NAMES = { lang: { yearSelect: '', monthSelect: '' } } as never;

/** The calendar stands in the landmark or dialog of its field, not behind the page. */
const landmark = (field: HTMLElement): HTMLElement =>
  field.closest<HTMLElement>('main, [role=dialog]') ?? document.body;

/**
 * A day, or a day and a time: typed, or chosen from a calendar in the language of the page; a browser's own speaks that of the browser.
 * On a phone it is the phone's own, which is made for fingers. For a Form.Item: its value is a text.
 */
export function DayField({ id, value, onChange, time = false }: Given) {
  const wide = useWide();
  const named = id === undefined ? {} : { id };
  if (!wide) {
    return (
      <Input
        {...named}
        type={time ? 'datetime-local' : 'date'}
        {...(time && { step: 1 })}
        value={value ?? ''}
        onChange={({ target }) => onChange?.(target.value || undefined)}
      />
    );
  }
  const at = value ? dayjs(value) : undefined;
  return (
    <DatePicker
      {...named}
      style={{ width: '100%' }}
      showTime={time}
      locale={NAMES}
      getPopupContainer={landmark}
      format={time ? 'YYYY-MM-DD HH:mm:ss' : 'YYYY-MM-DD'}
      value={at?.isValid() ? at : null}
      onChange={(chosen) => onChange?.(chosen?.format(time ? 'YYYY-MM-DDTHH:mm:ss' : 'YYYY-MM-DD'))}
    />
  );
}
