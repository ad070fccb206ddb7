import { HashMD } from '@noble/hashes/_md.js';

/** SM3 (GB/T 32905-2016), of bytes as they come. */
export class Sm3 extends HashMD<Sm3> {
  #state = Uint32Array.from(START);

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
      const mixed = word(j - 16) ^ word(j - 9) ^ turn(word(j - 3), 15);
      words[j] = p1(mixed) ^ turn(word(j - 13), 7) ^ word(j - 6);
    }
    let [a, b, c, d, e, f, g, h] = this.#state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let j = 0; j < 64; j++) {
      const constant = turn(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32);
      const first = turn((turn(a, 12) + e + constant) | 0, 7);
      const second = first ^ turn(a, 12);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const one = (ff + d + second + (word(j) ^ word(j + 4))) | 0;
      const two = (gg + h + first + word(j)) | 0;
      [d, c, b, a] = [c, turn(b, 9), a, one];
      [h, g, f, e] = [g, turn(f, 19), e, two ^ turn(two, 9) ^ turn(two, 17)];
    }
    for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) this.#state[at] = (this.#state[at] as number) ^ value;
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
const WORDS = new Uint32Array(68);

const word = (at: number) => WORDS[at] as number;
const turn = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
const p1 = (value: number) => value ^ turn(value, 15) ^ turn(value, 23);
