import { Tag } from 'antd';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'busy' | 'waits' | 'bad' | 'over';

const colours: Record<Tone, string> = {
  good: 'success',
  busy: 'processing',
  waits: 'warning',
  bad: 'error',
  over: 'default',
};

/** A state as a word on a colour; the word says it without the colour too. */
export const StateTag = ({ tone, word, icon }: { tone: Tone; word: string; icon?: ReactNode }) => (
  <Tag color={colours[tone]} variant="outlined" icon={icon}>
    {word}
  </Tag>
);
