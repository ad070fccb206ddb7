import { Tag } from 'antd';

export type Tone = 'good' | 'busy' | 'waits' | 'bad' | 'over';

const colours: Record<Tone, string> = {
  good: 'success',
  busy: 'processing',
  waits: 'warning',
  bad: 'error',
  over: 'default',
};

/** A state as a word on a colour; the word says it without the colour too. */
export const StateTag = ({ tone, word }: { tone: Tone; word: string }) => (
  <Tag color={colours[tone]} variant="outlined">
    {word}
  </Tag>
);
