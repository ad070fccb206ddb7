import { HashMD } from '@noble/hashes/_md.js';

/** SM3 (GB/T 32905-2016), of bytes as they come. */
export class Sm3 extends HashMD<Sm3> {
  readonly #state = Int32Array.from(START);

  constructor() {
    super(64, 32, 8, false);
  }

  protected get(): number[] {
    return [...this.#state];
  }

  protected set(...words: number[]): void {
    this.#state.set(words);
  }

  protected process(view: DataView, offset: number): void {
    const words = WORDS;
    for (let j = 0; j < 16; j++) words[j] = view.getUint32(offset + j * 4);
    for (let j = 16; j < 68; j++) {
      const mixed = words[j - 16]! ^ words[j - 9]! ^ turn(words[j - 3]!, 15);
      words[j] = mixed ^ turn(mixed, 15) ^ turn(mixed, 23) ^ turn(words[j - 13]!, 7) ^ words[j - 6]!;
    }
    const state = this.#state;
    let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    let [e, f, g, h] = [state[4]!, state[5]!, state[6]!, state[7]!];
    for (let j = 0; j < 64; j++) {
      const turned = turn(a, 12);
      const first = turn((turned + e + CONSTANTS[j]!) | 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const one = (ff + d + (first ^ turned) + (words[j]! ^ words[j + 4]!)) | 0;
      const two = (gg + h + first + words[j]!) | 0;
      d = c;
      c = turn(b, 9);
      b = a;
      a = one;
      h = g;
      g = turn(f, 19);
      f = e;
      e = two ^ turn(two, 9) ^ turn(two, 17);
    }
    const last = [a, b, c, d, e, f, g, h];
    for (let at = 0; at < 8; at++) state[at] = state[at]! ^ last[at]!;
  }

  protected roundClean(): void {}

  destroy(): void {
    this.destroyed = true;
  }

  _cloneInto(to: Sm3 = new Sm3()): Sm3 {
    to.#state.set(this.#state);
    to.buffer.set(this.buffer);
    to.pos = this.pos;
    to.length = this.length;
    to.finished = this.finished;
    to.destroyed = this.destroyed;
    return to;
  }
}

const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
/** The words of one block, made anew for each. */
const WORDS = new Int32Array(68);
const turn = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
const CONSTANTS = Int32Array.from({ length: 64 }, (_, j) => turn(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));
