import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { answer, api } from '../api/client.ts';
import { queryClient } from '../api/query.ts';
import { activityAt, onSession, signedIn } from '../api/session-signals.ts';
import { useWords } from '../words/use-words.ts';
import { knowSession, type Session, sessionQuery } from './session.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Milliseconds before the end at which it is told. */
const WARNING = 120_000;
/** The service notes activity once a minute, so a session may end that much earlier than the last call says. */
const STEP = 60_000;

/** Warns before the session ends, and once it has ended asks to sign in over the page, which stays as it is. */
export function SessionWatch({ session }: { session: Session }) {
  const [lost, setLost] = useState(false);
  const [left, setLeft] = useState(Number.POSITIVE_INFINITY);
  const [understood, setUnderstood] = useState(false);
  const latest = Date.parse(session.endsAt);
  const idle = session.idleMinutes * 60_000;
  useEffect(() => {
    const look = () => {
      const remains = Math.min(latest, activityAt() + idle - Math.min(STEP, idle / 10)) - Date.now();
      setLeft(remains);
      if (remains <= 0) setLost(true);
    };
    const timer = setInterval(look, 1000);
    const unsubscribe = onSession((word) => {
      if (word === 'lost') setLost(true);
      if (word === 'signed-in') void goOn(session).then((same) => same && setLost(false));
      if (word === 'signed-out') location.assign('/');
    });
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [session, latest, idle]);
  if (lost) return <SignInAgain session={session} onDone={() => setLost(false)} />;
  const expires = latest - Date.now() <= left + 1000;
  if (left > WARNING || (expires && understood)) return null;
  return <EndWarning left={left} expires={expires} onUnderstood={() => setUnderstood(true)} />;
}

/** Somebody signed in, maybe in another page of this browser: whether the same person is in again. What one read is not shown to another. */
async function goOn({ id }: Session): Promise<boolean> {
  const entered = await queryClient
    .fetchQuery<Session | null>({ ...sessionQuery, staleTime: 0 } as never)
    .catch(() => null);
  if (!entered) return false;
  if (entered.id !== id) {
    sessionStorage.clear();
    location.assign('/');
    return false;
  }
  await queryClient.invalidateQueries();
  return true;
}

interface Warned {
  left: number;
  /** It ends whatever is done. */
  expires: boolean;
  onUnderstood: () => void;
}

function EndWarning({ left, expires, onUnderstood }: Warned) {
  const { t } = useWords('session');
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const stay = () => void answer(api.GET('/session')).catch(() => undefined);
  const act = expires ? onUnderstood : stay;
  return (
    <Modal
      open
      title={t('endsSoon')}
      closable={false}
      onCancel={act}
      footer={
        <Button type="primary" autoFocus onClick={act}>
          {t(expires ? 'understood' : 'stay')}
        </Button>
      }
    >
      <p role="timer">{t(expires ? 'endsLatest' : 'endsIn', { time })}</p>
    </Modal>
  );
}

function SignInAgain({ session, onDone }: { session: Session; onDone: () => void }) {
  const { t } = useWords('session');
  const enter = (entered: Session) => {
    if (entered.id !== session.id) {
      sessionStorage.clear();
      location.assign('/');
      return;
    }
    knowSession(entered);
    signedIn();
    onDone();
    void queryClient.invalidateQueries();
  };
  return (
    <Modal open title={t('signInAgain')} closable={false} footer={null} mask={{ closable: false }} keyboard={false}>
      <p>{t('signInAgainLead')}</p>
      <SignInForm username={session.username} onDone={enter} />
    </Modal>
  );
}
