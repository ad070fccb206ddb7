// Keeps the page as the agent is, every two seconds while somebody looks at it.
const PERIOD_MS = 2000;
const silent = document.getElementById('silent');

function showTimes(page) {
  for (const time of page.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.textContent = at.toLocaleString('zh-CN', { hour12: false });
  }
}

/** What is the same stays, with what is selected in it. */
function renew(part, page) {
  const [old, now] = [document.querySelector(part), page.querySelector(part)];
  if (old.outerHTML !== now.outerHTML) old.replaceWith(now);
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch('/', { signal: AbortSignal.timeout(PERIOD_MS * 2) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    showTimes(page);
    for (const part of ['header', ...[...page.querySelectorAll('main > *')].map(({ id }) => `#${id}`)])
      renew(part, page);
    silent.hidden = true;
  } catch {
    silent.hidden = false;
  }
}

showTimes(document);
setInterval(refresh, PERIOD_MS);
document.addEventListener('visibilitychange', refresh);
