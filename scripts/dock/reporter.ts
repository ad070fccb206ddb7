import { MultiBar, type SingleBar } from 'cli-progress';
import { withoutControls } from '../../signing/checklist.ts';
import type { Tell } from './agent.ts';
import type { DockState } from './state.ts';

/** Says what happens. `end` leaves the terminal as it was. */
export interface Reporter {
  tell: Tell;
  end: () => void;
}

interface Output {
  write: (text: string) => void;
}

/** JSON lines: an object for each event, with its time. Bytes on their way are not told. */
export function jsonLines(out: Output, now: () => Date): Reporter {
  return {
    tell(event, data = {}) {
      if (event === 'read' || event === 'sent') return;
      out.write(`${JSON.stringify({ at: now().toISOString(), event, ...data })}\n`);
    },
    end: () => {},
  };
}

const words: Record<string, string> = {
  contact: '已连接 connected',
  attached: '接入 attached',
  detached: '移除 detached',
  finding: '发现 finding',
  sealed: '已固化 sealed',
  kept: '保留 kept',
  'would-erase': '可清除（未清除）would erase',
  'would-bring': '将采集 would bring',
  'would-ignore': '将忽略 would leave alone',
  erased: '已清除 erased',
  stated: '已声明 stated',
  failed: '失败 failed',
  away: '服务无应答 the service does not answer',
  'same-device-twice': '同一设备重复接入 the same device twice',
  done: '完成 done',
};

/** A bar for each card and one for all, with lines above them. `state` tells how much there is. */
export function progressBars(state: DockState | undefined): Reporter {
  const bars = new MultiBar({
    format: '{card} [{bar}] {percentage}% {value}/{total} MiB',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
  });
  const all = bars.create(0, 0, { card: '全部 all'.padEnd(24) });
  const byCard = new Map<string, SingleBar>();
  const totals = (card: string) => {
    const rows = state?.tally(card) ?? [];
    const sum = (of: typeof rows) => of.reduce((total, { bytes }) => total + bytes, 0) / 1_048_576;
    const waiting = rows.filter((row) => ['seen', 'stable', 'hashed'].includes(row.state));
    return { total: sum(rows), done: sum(rows) - sum(waiting) };
  };
  const draw = () => {
    let [total, done] = [0, 0];
    for (const [card, bar] of byCard) {
      const of = totals(card);
      bar.setTotal(Math.ceil(of.total));
      bar.update(Math.ceil(of.done));
      total += of.total;
      done += of.done;
    }
    all.setTotal(Math.ceil(total));
    all.update(Math.ceil(done));
  };
  return {
    tell(event, data = {}) {
      const card = typeof data.card === 'string' ? withoutControls(data.card) : undefined;
      if (event === 'attached' && card && !byCard.has(card))
        byCard.set(card, bars.create(0, 0, { card: card.padEnd(24) }));
      if (event === 'read' || event === 'sent') return;
      draw();
      const said = words[event];
      if (!said) return;
      const rest = Object.entries(data).map(([name, value]) => (name === 'card' ? `${value}` : `${name}=${value}`));
      bars.log(`${withoutControls(`${said} ${rest.join(' ')}`)}\n`);
    },
    end: () => {
      draw();
      bars.stop();
    },
  };
}
