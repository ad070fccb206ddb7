import { MultiBar, type SingleBar } from 'cli-progress';
import { withoutControls } from '../../signing/checklist.ts';
import type { Tell } from './agent.ts';
import { inCells, spoken, widthOf } from './spoken.ts';
import type { Status } from './status.ts';

/** Says what happens. `end` leaves the terminal as it was. */
export interface Reporter {
  tell: Tell;
  end: () => void;
}

interface Output {
  write: (text: string) => void;
}

/** What goes on all the time, and is not told line by line. */
const QUIET = new Set(['read', 'sent', 'answered']);

/** JSON lines: an object for each event, with its time. */
export function jsonLines(out: Output, now: () => Date): Reporter {
  return {
    tell(event, data = {}) {
      if (QUIET.has(event)) return;
      out.write(`${JSON.stringify({ at: now().toISOString(), event, ...data })}\n`);
    },
    end: () => {},
  };
}

/** Lines for people. */
export function plainLines(out: Output): Reporter {
  return {
    tell(event, data = {}) {
      const line = spoken(event, data);
      if (line) out.write(`${withoutControls(line)}\n`);
    },
    end: () => {},
  };
}

const PERIOD_MS = 250;
const NAME = 24;
const MIB = 1_048_576;

/** A bar for each card that is not done, as many as there is room for, and one for all, with lines above them. */
export function progressBars(status: () => Status, out: NodeJS.WriteStream): Reporter {
  const bars = new MultiBar({
    format: '{name} [{bar}] {percentage}% {value}/{total} MiB{more}',
    // Lines are told above the bars, which would be left out where they have not changed.
    ...{ stream: out, barsize: 24, hideCursor: true, clearOnComplete: false, forceRedraw: true },
  });
  const all = bars.create(0, 0, { name: inCells('全部 all', NAME), more: '' });
  const byCard = new Map<string, SingleBar>();
  const draw = () => {
    const { cards, speed, queue } = status();
    const open = cards.filter(({ bytes }) => bytes.brought < bytes.total).slice(0, Math.max(1, (out.rows || 24) - 4));
    for (const [card, bar] of byCard) {
      if (open.some((each) => each.card === card)) continue;
      bars.remove(bar);
      byCard.delete(card);
    }
    for (const { card, bytes } of open) {
      const name = inCells(withoutControls(card), NAME);
      const bar = byCard.get(card) ?? bars.create(0, 0, { name, more: '' });
      byCard.set(card, bar);
      set(bar, bytes);
    }
    const sum = (of: 'total' | 'brought') => cards.reduce((total, { bytes }) => total + bytes[of], 0);
    set(all, { total: sum('total'), brought: sum('brought') });
    all.update({ more: ` · ${(speed.sent / MIB).toFixed(1)} MiB/s · 余 left ${queue.files}` });
  };
  const timer = setInterval(draw, PERIOD_MS);
  return {
    tell(event, data = {}) {
      const line = spoken(event, data);
      const columns = out.columns || 80;
      if (line) bars.log(`${fit(withoutControls(line), columns)}\n`);
    },
    end: () => {
      clearInterval(timer);
      draw();
      bars.stop();
    },
  };
}

const fit = (line: string, columns: number): string => (widthOf(line) < columns ? line : inCells(line, columns - 1));

function set(bar: SingleBar, { total, brought }: { total: number; brought: number }): void {
  // A bar over nothing would be drawn as not begun.
  bar.setTotal(Math.max(1, Math.ceil(total / MIB)));
  bar.update(total === 0 ? 1 : Math.ceil((brought / total) * Math.max(1, Math.ceil(total / MIB))));
}
