// The transcript viewer: filters, the list of conversations, and the one that is open.
import { find, make, showNumber } from './dom.js';
import { makeEpisode, nameOutcome } from './episode.js';

/** @typedef {import('../../src/report/page.ts').PageData} PageData */
/** @typedef {import('../../src/report/episode-view.ts').EpisodeView} EpisodeView */

/** @type {PageData} */
let data = JSON.parse(find('data').textContent);
/** @type {readonly EpisodeView[]} */
let episodes = data.episodes;
/** @type {EpisodeView | null} */
let current = null;

const source = make('select', { id: 'source' });
const family = make('select', { id: 'family' });
const problem = make('select', { id: 'problem' });
const order = make('select', { id: 'order' });
const search = make('input', { id: 'search', type: 'search', placeholder: 'any word' });
const reset = make('button', { type: 'button', class: 'reset', text: 'Clear filters' });
const choice = make('p', { class: 'aside', id: 'choice' });
const count = make('p', { class: 'count', role: 'status' });
const list = make('ul', { class: 'list', 'aria-label': 'Conversations' });
const talk = make('article', { class: 'talk', 'aria-label': 'Conversation', tabindex: '-1' });

/** @param {HTMLSelectElement} select @param {(readonly [value: string, text: string])[]} options */
function fill(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => make('option', { value, text })));
  select.value = options.some(([value]) => value === chosen) ? chosen : '';
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

/** @param {readonly string[]} values */
const options = (values) => values.map((value) => /** @type {const} */ ([value, value]));

function fillFilters() {
  const isServed = data.refreshSeconds !== null;
  const own = [...new Set(data.episodes.map((episode) => episode.source))];
  const measured = own.filter((name) => !name.startsWith('iteration '));
  const trained = isServed
    ? [...data.iterations].reverse().map((iteration) => `iteration ${iteration}`)
    : own.filter((name) => name.startsWith('iteration '));
  fill(source, [['', 'everything on this page'], ...options([...measured, ...trained])]);
  fill(family, [
    ['', 'all'],
    ...options([...new Set(episodes.map((episode) => episode.user))].sort()),
  ]);
  fill(problem, [
    ['', 'any or none'],
    ['failed', 'broken off'],
    ['malformed', 'malformed outputs'],
    ['wrong', 'wrong or stale items at the end'],
    ...options([...new Set(episodes.flatMap((episode) => episode.causes))].sort()),
  ]);
}

fill(order, [
  ['alignment', 'lowest alignment first'],
  ['f1', 'lowest F1 first'],
  ['best', 'highest alignment first'],
  ['kept', 'as they were held'],
]);

/** @param {EpisodeView} episode */
function hasProblem(episode) {
  if (problem.value === '') return true;
  if (problem.value === 'failed') return episode.error !== null;
  if (problem.value === 'malformed') return episode.malformedTurns > 0;
  if (problem.value === 'wrong') {
    const kept = episode.turns.at(-1)?.after ?? [];
    return kept.some(({ mark }) => mark === 'wrong' || mark === 'stale');
  }
  return episode.causes.includes(problem.value);
}

/** @param {EpisodeView} episode @param {string} word */
function hasText(episode, word) {
  const texts = episode.turns.flatMap((turn) => [
    turn.message,
    turn.reply,
    turn.malformed?.output ?? '',
    turn.note,
    ...turn.wrote,
    ...turn.reasons,
  ]);
  return [episode.id, ...episode.persona, ...texts].some((text) =>
    text.toLowerCase().includes(word),
  );
}

function select() {
  const word = search.value.trim().toLowerCase();
  const kept = episodes.filter(
    (episode) =>
      (source.value === '' || episode.source === source.value) &&
      (family.value === '' || episode.user === family.value) &&
      hasProblem(episode) &&
      (word === '' || hasText(episode, word)),
  );
  /** @type {Record<string, (episode: EpisodeView) => number>} */
  const keys = {
    alignment: ({ alignment }) => alignment ?? -1,
    f1: ({ f1 }) => f1 ?? -1,
    best: ({ alignment }) => -(alignment ?? -1),
  };
  const key = keys[order.value];
  return key === undefined ? kept : kept.sort((a, b) => key(a) - key(b));
}

/** @param {EpisodeView} episode */
function makeEntry(episode) {
  const outcomes = episode.turns.map(nameOutcome);
  const faults = [
    ...(episode.error === null ? [] : ['broken off']),
    ...(episode.malformedTurns === 0 ? [] : [`${episode.malformedTurns} malformed`]),
  ];
  const button = make(
    'button',
    { type: 'button' },
    make(
      'span',
      { class: 'scores' },
      `alignment ${showNumber(episode.alignment)} · F1 ${showNumber(episode.f1)}`,
    ),
    make('span', {
      class: 'strip',
      'aria-hidden': 'true',
      text: outcomes.map(({ sign }) => sign).join(' '),
    }),
    make('small', { text: [episode.source, episode.user, ...faults].join(' · ') }),
  );
  if (episode === current) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => {
    open(episode);
    if (list.offsetWidth > innerWidth * 0.6) talk.scrollIntoView({ block: 'start' });
  });
  return make('li', {}, button);
}

function renderList() {
  const shown = select();
  if (current === null || !shown.includes(current)) {
    const known = current;
    current =
      shown.find(({ id, source: from }) => id === known?.id && from === known.source) ?? null;
  }
  list.replaceChildren(...shown.map(makeEntry));
  count.textContent = `${shown.length} conversation${shown.length === 1 ? '' : 's'}`;
  choice.textContent = data.choice;
  const [first] = shown;
  if (first === undefined) {
    list.replaceChildren(make('li', { class: 'aside none', text: 'None fits these filters.' }));
    talk.replaceChildren();
    current = null;
  } else if (current === null) open(first);
}

/** @param {EpisodeView} episode */
function open(episode) {
  current = episode;
  talk.replaceChildren(...makeEpisode(episode));
  const place = select().indexOf(episode);
  list.querySelectorAll('button').forEach((button, index) => {
    if (index === place) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  });
}

/** Shows what the filters ask for, from the server where the page does not hold it. */
async function loadSource() {
  const iteration = /^iteration (\d+)$/.exec(source.value)?.[1];
  episodes = data.episodes;
  if (data.refreshSeconds !== null && iteration !== undefined) {
    const answer = await fetch(`episodes?iteration=${iteration}`);
    if (answer.ok) episodes = await answer.json();
  }
  fillFilters();
  renderList();
}

/** @param {string} text @param {HTMLElement} control */
const label = (text, control) => make('label', {}, text, control);
find('viewer').append(
  make(
    'div',
    { class: 'filters', role: 'search', 'aria-label': 'Filter conversations' },
    label('From', source),
    label('Users', family),
    label('Problem', problem),
    label('Order', order),
    label('Search', search),
    reset,
  ),
  choice,
  count,
  make('div', { class: 'viewer' }, list, talk),
);
fillFilters();
// What the policy has become is what one wants to see first.
const newest = Math.max(-1, ...data.iterations);
if (episodes.some(({ iteration }) => iteration === newest)) source.value = `iteration ${newest}`;
source.addEventListener('change', () => void loadSource());
for (const control of [family, problem, order]) control.addEventListener('change', renderList);
search.addEventListener('input', renderList);
reset.addEventListener('click', () => {
  for (const control of [source, family, problem]) control.value = '';
  search.value = '';
  void loadSource();
});
document.addEventListener('click', (event) => {
  const cause = /** @type {HTMLElement} */ (event.target).closest('[data-cause]');
  if (cause === null) return;
  for (const control of [family, search]) control.value = '';
  problem.value = cause.getAttribute('data-cause') ?? '';
  if (problem.selectedIndex < 0 || select().length === 0) source.value = '';
  void loadSource().then(() => {
    problem.value = cause.getAttribute('data-cause') ?? '';
    renderList();
    find('talks').scrollIntoView();
    source.focus({ preventScroll: true });
  });
});
void loadSource();

/** Seconds between two looks for news; null for a page that stands by itself. */
export const { refreshSeconds } = data;

/** @param {string} stamp */
export const isNews = (stamp) => stamp !== data.stamp;

/** Takes what a newer page holds. @param {PageData} next */
export async function takeData(next) {
  data = next;
  await loadSource();
}
