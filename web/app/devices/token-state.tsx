import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';

interface Token {
  expiresAt: string;
  revokedAt?: string | undefined;
}

/** Whether a token opens the door at this moment. */
export const isGood = ({ expiresAt, revokedAt }: Token, now = new Date().toISOString()) =>
  revokedAt === undefined && now < expiresAt;

export function TokenState({ token }: { token: Token }) {
  const { t } = useWords('devices');
  if (token.revokedAt) return <StateTag tone="bad" word={t('tokenRevoked')} />;
  return isGood(token) ? (
    <StateTag tone="good" word={t('tokenGood')} />
  ) : (
    <StateTag tone="over" word={t('tokenExpired')} />
  );
}
