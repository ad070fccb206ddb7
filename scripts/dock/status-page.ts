import type { CardStatus, Status } from './status.ts';
import { findingWords, stateWords } from './words.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value: unknown): string => String(value).replace(/[&<>"']/g, (each) => ESCAPES[each] ?? '');

/** Both languages, Chinese first. */
const both = (zh: string, en: string): string => `${text(zh)} <small lang="en">${text(en)}</small>`;

/** The whole page; what comes from cards and from the service is escaped. */
export function statusPage(status: Status): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>采集站 Dock</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script src="/page.js" defer></script>
</head>
<body>
<header><h1>${both('采集站', 'Dock')}</h1><p>${text(status.service.dock ?? '')}</p></header>
<p id="silent" role="alert" hidden>${both('采集程序无应答，以下为最后所见。', 'The agent does not answer; this is what was seen last.')}</p>
<main>
${summary(status)}
${cards(status.cards)}
${findings(status)}
<footer id="foot">${both('更新', 'as of')} ${time(status.at)} · ${both('启动', 'started')} ${time(status.startedAt)} · <a href="/status.json">status.json</a></footer>
</main>
</body>
</html>
`;
}

function summary({ service, speed, queue, files, erase }: Status): string {
  const standing = {
    answers: ['good', both('服务正常', 'answers')],
    away: ['bad', both('服务无应答', 'no answer')],
    unknown: ['idle', both('尚未连接', 'not asked yet')],
  }[service.state];
  const last = service.answeredAt ? time(service.answeredAt) : both('从未', 'never');
  const again = service.againAt ? `<br>${both('下次重试', 'asked again')} ${time(service.againAt)}` : '';
  const limit =
    speed.limit === undefined ? both('不限速', 'no limit') : `${both('限速', 'limit')} ${size(speed.limit)}/s`;
  const attention = (files.failed ?? 0) + (files.quarantined ?? 0) + (files.gone ?? 0);
  const facts = [
    [
      both('服务', 'Service'),
      `<span class="mark ${standing?.[0]}">${standing?.[1]}</span>`,
      `${text(service.agency ?? '')} ${text(service.origin)}<br>${both('最近应答', 'last answer')} ${last}${again}${service.why ? `<br>${text(service.why)}` : ''}`,
    ],
    [both('速度', 'Speed'), `${size(speed.sent)}/s`, `${both('读取', 'reading')} ${size(speed.read)}/s<br>${limit}`],
    [both('待上传', 'Queue'), `${queue.files}`, `${size(queue.bytes)}${remaining(queue.bytes, speed.sent)}`],
    [
      both('需人工查看', 'Attention'),
      attention > 0 ? `<span class="mark bad">${attention}</span>` : '0',
      erase ? both('凭许可清除已开启', 'erasing by permit is on') : both('不清除', 'nothing is erased'),
    ],
  ];
  const boxes = facts.map(([name, value, more]) => `<div><dt>${name}</dt><dd><b>${value}</b><p>${more}</p></dd></div>`);
  return `<dl id="facts" class="facts">${boxes.join('')}</dl>`;
}

function remaining(bytes: number, speed: number): string {
  if (bytes === 0 || speed === 0) return '';
  const minutes = Math.ceil(bytes / speed / 60);
  return `<br>${both(`约 ${minutes} 分钟`, `about ${minutes} min`)}`;
}

function cards(all: readonly CardStatus[]): string {
  const rows = all.map(
    ({ card, folder, profile, files, bytes, clockOffsetMs, attachedAt }) => `<tr>
<th scope="row">${text(card)}<br><small>${text(folder)} · ${text(profile.zh)}</small></th>
<td data-name="进度 Progress"><progress max="${Math.max(1, bytes.total)}" value="${bytes.total === 0 ? 1 : bytes.brought}" aria-label="${text(card)}"></progress><br><small>${size(bytes.brought)} / ${size(bytes.total)}</small></td>
<td data-name="文件 Files">${states(files)}</td>
<td data-name="时钟 Clock">${clockOffsetMs === undefined ? '—' : offset(clockOffsetMs)}</td>
<td data-name="接入 Attached">${attachedAt ? time(attachedAt) : '—'}</td>
</tr>`,
  );
  const heads = [
    ['卡', 'Card'],
    ['进度', 'Progress'],
    ['文件', 'Files'],
    ['时钟偏差', 'Clock'],
    ['接入', 'Attached'],
  ].map(([zh = '', en = '']) => `<th scope="col">${both(zh, en)}</th>`);
  const body =
    rows.length > 0
      ? `<table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`
      : `<p class="empty">${both('没有接入的卡。接入执法记录仪后自动采集。', 'No card is attached. Cameras are read as they are attached.')}</p>`;
  return `<section id="cards"><h2>${both(`卡 ${all.length}`, 'Cards')}</h2>${body}</section>`;
}

function states(files: CardStatus['files']): string {
  const tags = Object.entries(stateWords).flatMap(([state, [zh, en]]) => {
    const count = files[state as keyof typeof files];
    return count ? [`<li class="${state}" title="${text(en)}">${text(zh)} ${count}</li>`] : [];
  });
  return tags.length > 0 ? `<ul class="states">${tags.join('')}</ul>` : both('无', 'none');
}

function findings({ findings: all }: Status): string {
  const rows = all.map(
    ({ at, card, code, detail }) =>
      `<li>${time(at)} <b>${text(card)}</b> ${text(findingWords[code] ?? code)} <code>${text(code)}</code> <span>${text(detail)}</span></li>`,
  );
  const body =
    rows.length > 0 ? `<ol class="findings">${rows.join('')}</ol>` : `<p class="empty">${both('无', 'none')}</p>`;
  return `<section id="findings"><h2>${both('发现', 'Findings')}</h2>${body}</section>`;
}

/** By the clock of whoever looks; the instant itself on hover. */
const time = (instant: string): string =>
  `<time datetime="${text(instant)}" title="${text(instant)}">${text(instant.slice(0, 19).replace('T', ' '))}Z</time>`;

function offset(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const words = seconds >= 0 ? both(`快 ${seconds} 秒`, 'ahead') : both(`慢 ${-seconds} 秒`, 'behind');
  return Math.abs(seconds) >= 60 ? `<span class="mark bad">${words}</span>` : words;
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
