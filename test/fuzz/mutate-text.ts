import type { Mutator } from './mutate.ts';
import { pick, type Random } from './random.ts';

const PIECES = [
  '\r',
  '\n',
  '\n\n',
  ' ',
  '\t',
  '\u0000',
  '\ufeff',
  '\u2028',
  '=',
  '+',
  '-',
  '— ',
  '../',
  '//',
  '\\',
  '%25',
  '"',
  ',',
  '{',
  '[',
  '\\u0041',
  '1e3',
  '-0',
  '0',
  '99999999999999999999',
  '__proto__',
  'null',
];

const lines = (change: (random: Random, lines: string[], other: string[]) => void): Mutator => {
  return (random, bytes, other) => {
    const own = bytes.toString('latin1').split('\n');
    change(random, own, other.toString('latin1').split('\n'));
    return Buffer.from(own.join('\n'), 'latin1');
  };
};

/** Replaces one match, when there is any. */
const matches = (pattern: RegExp, change: (random: Random, found: string) => string): Mutator => {
  return (random, bytes) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return bytes;
    const { 0: match, index } = pick(random, found);
    return Buffer.from(text.slice(0, index) + change(random, match) + text.slice(index + match.length), 'latin1');
  };
};

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Changes of lines, numbers, base64 and JSON, which leave the text readable. */
export const mutateText: readonly Mutator[] = [
  lines((random, own) => own.splice(random(own.length), 1)),
  lines((random, own) => own.splice(random(own.length), 0, pick(random, own))),
  lines((random, own, other) => own.splice(random(own.length), 1, pick(random, other))),
  lines((random, own) => {
    const [a, b] = [random(own.length), random(own.length)];
    [own[a], own[b]] = [own[b] as string, own[a] as string];
  }),
  matches(/\d+/g, (random, number) =>
    pick(random, [`0${number}`, `${Number(number) + 1}`, '0', '-1', `${number}.0`, '9007199254740993', '']),
  ),
  // The last character before the padding has bits that say nothing.
  matches(/[A-Za-z0-9+/]{8,}=*/g, (random, text) => {
    const at = Math.max(0, text.replace(/=+$/, '').length - 1 - random(2) * random(8));
    return text.slice(0, at) + pick(random, [...BASE64]) + text.slice(at + 1);
  }),
  matches(/=+$/gm, (random) => '='.repeat(random(4))),
  matches(/[a-f]/g, (_, letter) => letter.toUpperCase()),
  matches(/"[^"]*":/g, (random, name) => pick(random, ['', `${name}${name}`, '"__proto__":', `${name}null,${name}`])),
  (random, bytes) => {
    const at = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, PIECES)), bytes.subarray(at)]);
  },
];
