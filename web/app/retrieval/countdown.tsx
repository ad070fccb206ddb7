import { Statistic } from 'antd';
import { useEffect, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { useLeft } from './term.ts';

interface Given {
  /** RFC 3339: when the grant ends. */
  until: string;
  /** Viewings that are left, of how many. */
  left?: number;
  all?: number;
}

/** Under this the countdown is red, milliseconds. */
const SOON = 300_000;

/** How long and how often it may still be watched, by this machine's clock; the service's decides. */
export function Countdown({ until, left, all }: Given) {
  const { t } = useWords('retrieval');
  const say = useLeft();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const remains = Date.parse(until) - now;
  return (
    <div className="countdown" role="timer">
      <Statistic
        title={t('countdown')}
        value={say(remains)}
        {...(remains < SOON && { styles: { content: { color: 'var(--bad)' } } })}
      />
      {left !== undefined && <Statistic title={t('viewingsLeft')} value={t('leftOf', { left, all })} />}
    </div>
  );
}
