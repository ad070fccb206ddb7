import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { type DriverName, drivers } from './places.ts';

/** What a judge says of something. */
export interface Verdict {
  ok: boolean;
  said: string;
}

/** A judge that is started once for many questions, a line each (see `java/Lines.java`); answers come in order. */
class Driver {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { take: (verdict: Verdict) => void; fail: (error: Error) => void }[] = [];
  #stderr = '';

  constructor([command = '', ...args]: readonly string[]) {
    this.#child = spawn(command, args);
    const lines: Interface = createInterface(this.#child.stdout);
    lines.on('line', (line) => {
      const [answer, said = ''] = line.split('\t');
      this.#waiting.shift()?.take({ ok: answer === 'yes', said });
    });
    this.#child.stderr.on('data', (part) => {
      this.#stderr = (this.#stderr + part).slice(-4000);
    });
    const ended = (error?: Error) => {
      for (const { fail } of this.#waiting.splice(0)) fail(error ?? new Error(`the judge ended: ${this.#stderr}`));
    };
    this.#child.on('error', ended).on('close', () => ended());
  }

  ask(words: readonly string[]): Promise<Verdict> {
    return new Promise((take, fail) => {
      this.#waiting.push({ take, fail });
      this.#child.stdin.write(`${words.join('\t')}\n`);
    });
  }

  end(): void {
    this.#child.stdin.end();
  }
}

const running = new Map<DriverName, Driver>();

/** Asks a judge, which is started at the first question. */
export function ask(name: DriverName, ...words: string[]): Promise<Verdict> {
  const driver = running.get(name) ?? new Driver(drivers[name].command);
  running.set(name, driver);
  return driver.ask(words);
}

export function endDrivers(): void {
  for (const driver of running.values()) driver.end();
  running.clear();
}
