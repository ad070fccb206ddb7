import { App as Messages } from 'antd';
import { Shell } from '../shell/shell.tsx';
import type { Session } from './session.ts';
import { SessionWatch } from './session-watch.tsx';

export default function Inside({ session }: { session: Session }) {
  return (
    <Messages>
      <Shell />
      <SessionWatch session={session} />
    </Messages>
  );
}
