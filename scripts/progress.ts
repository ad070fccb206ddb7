import type { WriteStream } from 'node:tty';

/** A bar on a terminal, a count when the total is not known; nothing elsewhere. Drawn at most ten times a second. */
export function progressBar(label: string, total: number | undefined, out: WriteStream = process.stderr) {
  let done = 0;
  let drawn = 0;
  const draw = () => {
    if (total === undefined) {
      out.write(`\r${label} ${done.toLocaleString('en')}`);
      return;
    }
    const part = total > 0 ? Math.min(1, done / total) : 1;
    const filled = Math.round(part * 30);
    out.write(
      `\r${label} [${'█'.repeat(filled)}${'·'.repeat(30 - filled)}] ${String(Math.floor(part * 100)).padStart(3)}%`,
    );
  };
  return {
    add(amount: number): void {
      done += amount;
      if (!out.isTTY || Date.now() - drawn < 100) return;
      drawn = Date.now();
      draw();
    },
    /** Takes the bar away, so that lines can follow. */
    end(): void {
      if (out.isTTY) out.write('\r\u001b[K');
    },
  };
}
