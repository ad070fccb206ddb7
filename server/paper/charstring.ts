import type { Index } from './cff.ts';

/** The subroutines that outlines call; whatever else is left out of a subset. */
export interface Called {
  globals: Set<number>;
  locals: Set<number>;
}

const op = {
  stems: [1, 3, 18, 23],
  masks: [19, 20],
  callLocal: 10,
  callGlobal: 29,
  return: 11,
  endChar: 14,
  escape: 12,
};

/** Adobe Technical Note 5177, section 4: deeper calls are not allowed. */
const DEPTH = 10;

/** Notes which subroutines an outline (Type 2 charstring) calls, directly or not. */
export function traceCalls(outline: Buffer, globals: Index, locals: Index | undefined, called: Called): void {
  let stack: number[] = [];
  let hints = 0;
  const run = (code: Buffer, depth: number): void => {
    if (depth > DEPTH) throw new Error('subroutines call each other too deeply');
    for (let at = 0; at < code.length; ) {
      const byte = code.readUInt8(at++);
      if (byte >= 32 || byte === 28) {
        const [value, length] = readNumber(code, byte, at);
        stack.push(value);
        at += length;
      } else if (byte === op.callLocal || byte === op.callGlobal) {
        const [index, marks] = byte === op.callLocal ? [locals, called.locals] : [globals, called.globals];
        if (!index) throw new Error('a call of a subroutine that is not there');
        const position = (stack.pop() ?? 0) + bias(index.count);
        marks.add(position);
        run(index.at(position), depth + 1);
      } else if (byte === op.return || byte === op.endChar) {
        return;
      } else {
        if (op.stems.includes(byte) || op.masks.includes(byte)) hints += stack.length >> 1;
        if (op.masks.includes(byte)) at += (hints + 7) >> 3;
        if (byte === op.escape) at += 1;
        stack = [];
      }
    }
  };
  run(outline, 0);
}

/** Technical Note 5176, section 16. */
const bias = (count: number): number => (count < 1240 ? 107 : count < 33_900 ? 1131 : 32_768);

function readNumber(code: Buffer, byte: number, at: number): [value: number, length: number] {
  if (byte === 28) return [code.readInt16BE(at), 2];
  if (byte <= 246) return [byte - 139, 0];
  if (byte <= 250) return [(byte - 247) * 256 + code.readUInt8(at) + 108, 1];
  if (byte <= 254) return [-(byte - 251) * 256 - code.readUInt8(at) - 108, 1];
  return [code.readInt32BE(at) / 65_536, 4];
}

const NOTHING = Buffer.alloc(0);

/** The subroutines with those that nobody calls emptied, so that the numbers of the others stay. */
export const keepCalled = ({ count, at }: Index, called: ReadonlySet<number>): Pick<Index, 'count' | 'at'> => ({
  count,
  at: (position) => (called.has(position) ? at(position) : NOTHING),
});
