// Follows a run that is going on: asks for news, and takes over what a newer page says.
import { watchCharts } from './chart-hover.js';
import { find } from './dom.js';
import { isNews, refreshSeconds, takeData } from './viewer.js';

/** Sections that the server renders anew. */
const rendered = ['learnt', 'verdict', 'diagnostics'];

/** @param {Element} details */
const nameFold = (details) => details.querySelector('summary')?.textContent ?? '';

/** @param {Document} fresh @param {string} id */
function replaceSection(fresh, id) {
  const [old, next] = [find(id), fresh.getElementById(id)];
  if (next === null) return;
  const opened = new Set([...old.querySelectorAll('details[open]')].map(nameFold));
  next.querySelectorAll('details').forEach((details) => {
    details.open = opened.has(nameFold(details));
  });
  keepSide(old, next);
  old.replaceWith(document.adoptNode(next));
  watchCharts(next);
}

/** Leaves the side of the conversation that a reader chose. @param {Element} old @param {Element} next */
function keepSide(old, next) {
  const chosen = old.querySelector('input[type=radio]:checked')?.id;
  const input = chosen === undefined ? null : next.querySelector(`#${chosen}`);
  if (input instanceof HTMLInputElement) input.checked = true;
}

async function refresh() {
  try {
    const { stamp } = await (await fetch('state')).json();
    if (isNews(stamp)) {
      const answer = await fetch('./');
      if (!answer.ok) throw new Error(await answer.text());
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const id of rendered) replaceSection(fresh, id);
      await takeData(JSON.parse(fresh.getElementById('data')?.textContent ?? ''));
    }
    find('live').textContent = 'live';
  } catch {
    // The server is gone or busy; the page stays as it is and tries again.
    find('live').textContent = 'no answer from the server, trying again';
  }
  setTimeout(() => void refresh(), 1000 * (refreshSeconds ?? 5));
}

if (refreshSeconds !== null) void refresh();
