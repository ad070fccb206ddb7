import { useTranslation } from 'react-i18next';
import { duration } from '../parts/duration.ts';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Says a term in seconds in the language of the page: `3天`, `1 day 12 hours`. */
export function useTerm(): (seconds: number) => string {
  const { i18n } = useTranslation();
  return (seconds) => {
    const parts: string[] = [];
    let left = seconds;
    for (const [unit, size] of units) {
      const count = Math.floor(left / size);
      left -= count * size;
      if (count === 0) continue;
      const form = new Intl.NumberFormat(i18n.language, { style: 'unit', unit, unitDisplay: 'long' });
      parts.push(form.format(count));
    }
    return parts.join(i18n.language === 'en' ? ' ' : '');
  };
}

/** Says what is left, running: days where there are any, then `1:02:09`. Milliseconds. */
export function useLeft(): (milliseconds: number) => string {
  const term = useTerm();
  return (milliseconds) => {
    const whole = Math.max(0, Math.floor(milliseconds / 1000));
    const days = Math.floor(whole / 86_400);
    const rest = duration((whole % 86_400) * 1000);
    return days > 0 ? `${term(days * 86_400)} ${rest}` : rest;
  };
}
