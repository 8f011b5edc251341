// The transcript viewer and the refreshing of a served page. Every text is set as text, never as
// markup. Types stand in comments and are checked by `npm run typecheck`.
'use strict';
(() => {
  /** @typedef {import('../../src/report/page.ts').PageData} PageData */
  /** @typedef {import('../../src/report/episode-view.ts').EpisodeView} EpisodeView */
  /** @typedef {import('../../src/report/episode-view.ts').TurnView} TurnView */
  /** @typedef {import('../../src/report/mark-turn.ts').MarkedItem} MarkedItem */
  /** @typedef {import('../../src/report/mark-turn.ts').Mark} Mark */

  /** @type {PageData} */
  let data = JSON.parse(find('data').textContent);
  /** @type {readonly EpisodeView[]} */
  let episodes = data.episodes;
  /** @type {EpisodeView | null} */
  let current = null;

  /** @type {Record<Mark, { sign: string, name: string }>} */
  const marks = {
    right: { sign: '✓', name: 'right' },
    wrong: { sign: '✗', name: 'wrong' },
    stale: { sign: '↺', name: 'stale: taken back since' },
    guessed: { sign: '?', name: 'guessed: true, not told yet' },
    missed: { sign: '○', name: 'missed: told, not kept' },
  };

  /** @param {string} id @returns {HTMLElement} */
  function find(id) {
    const element = document.getElementById(id);
    if (element === null) throw new Error(`internal: the page has no #${id}`);
    return element;
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Record<string, string>} [attributes] `text` is the element's text
   * @param {(Node | string | null)[]} children
   * @returns {HTMLElementTagNameMap[Tag]}
   */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === 'text') element.textContent = value;
      else element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  /** @param {number | null} value */
  const number = (value) => (value === null ? 'none' : value.toFixed(2));

  // Filters ----------------------------------------------------------------------------------

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

  /** @param {TurnView} turn */
  function nameOutcome(turn) {
    if (turn.malformed !== null) return { sign: '!', name: 'malformed' };
    if (turn.alignment === null) return { sign: '–', name: 'no verdict' };
    return turn.alignment === 1 ? { sign: '✓', name: 'fits' } : { sign: '✗', name: 'fails' };
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
        `alignment ${number(episode.alignment)} · F1 ${number(episode.f1)}`,
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

  // One conversation -------------------------------------------------------------------------

  /** @param {readonly MarkedItem[]} items */
  function makeItems(items) {
    if (items.length === 0) return make('p', { class: 'aside', text: 'nothing' });
    return make(
      'ul',
      { class: 'items' },
      ...items.map(({ text, mark }) =>
        make(
          'li',
          { class: mark, title: marks[mark].name },
          make('span', { 'aria-hidden': 'true', text: `${marks[mark].sign} ` }),
          make('span', { class: 'unseen', text: `${mark}: ` }),
          text,
        ),
      ),
    );
  }

  /** @param {string} text */
  const makeAside = (text, kind = 'aside') => make('p', { class: kind, text });

  /** @param {string} name @param {Node[]} children */
  const makeSpeech = (name, ...children) =>
    make('div', { class: 'speech' }, make('p', { class: 'who', text: name }), ...children);

  /** @param {TurnView} turn */
  function makeCriteria({ criteria }) {
    if (criteria.length === 0) return null;
    return make(
      'ul',
      { class: 'criteria', 'aria-label': 'Criteria' },
      ...criteria.map(({ name, holds }) =>
        make(
          'li',
          { class: holds ? 'holds' : 'fails' },
          make('span', { 'aria-hidden': 'true', text: holds ? '✓ ' : '✗ ' }),
          make('span', { class: 'unseen', text: holds ? 'holds: ' : 'fails: ' }),
          name,
        ),
      ),
    );
  }

  /** @param {TurnView} turn */
  function makeRewards({ rewards, parts }) {
    /** @param {number | null} value */
    const show = (value) => (value === null ? 'masked' : String(+value.toFixed(3)));
    const rows = Object.entries(parts).map(([name, value]) =>
      make('tr', {}, make('th', { scope: 'row', text: name }), make('td', { text: show(value) })),
    );
    return make(
      'details',
      { class: 'rewards' },
      make('summary', {
        text: `Rewards: profile ${show(rewards.profile)}, response ${show(rewards.response)}`,
      }),
      rows.length === 0 ? makeAside('All named parts are 0.') : make('table', {}, ...rows),
    );
  }

  /** @param {TurnView} turn @param {number} index */
  function makeTurn(turn, index) {
    const { sign, name } = nameOutcome(turn);
    const { malformed } = turn;
    const said = make(
      'div',
      { class: 'said' },
      makeSpeech('user', make('p', { class: 'bubble user', text: turn.message })),
      turn.told.length > 0 ? makeAside(`Told in this message: ${turn.told.join('; ')}`) : null,
      turn.note !== '' ? makeAside(`Note of the program: ${turn.note}`) : null,
      makeSpeech(
        'policy',
        malformed === null
          ? make('p', { class: 'bubble', text: turn.reply })
          : make('p', { class: 'bubble malformed', text: malformed.output }),
      ),
      malformed === null
        ? null
        : makeAside(`! Malformed, the user saw nothing: ${malformed.problem}`, 'fault'),
      makeCriteria(turn),
      ...turn.reasons.map((reason) => makeAside(`✗ ${reason}`, 'fault')),
      makeRewards(turn),
      turn.alternatives > 0 ? makeAside(`${turn.alternatives} more outputs were sampled.`) : null,
    );
    const profile = make(
      'div',
      { class: 'kept' },
      makeSpeech('profile before', makeItems(turn.before)),
      makeSpeech('writes', makeAside(turn.wrote.join('; ') || 'nothing', 'wrote')),
      makeSpeech('profile after', makeItems(turn.after)),
      makeAside(`F1 ${number(turn.f1)} of what was told, ${number(turn.f1Full)} of everything`),
    );
    return make(
      'section',
      { class: `turn ${name.replace(' ', '-')}` },
      make(
        'h4',
        {},
        `Turn ${index + 1} `,
        make('span', {}, make('span', { 'aria-hidden': 'true', text: `${sign} ` }), name),
      ),
      said,
      profile,
    );
  }

  /** @param {EpisodeView} episode */
  function makeHead(episode) {
    const { why, persona, changes } = episode;
    return [
      make('h3', { text: `${episode.user}, ${episode.source}` }),
      makeAside(
        `${episode.id} · policy version ${episode.policyVersion} · alignment ${number(episode.alignment)} · F1 ${number(episode.f1)}`,
      ),
      make(
        'div',
        { class: 'why' },
        make('h4', { text: why.length === 0 ? 'Nothing went wrong' : 'Why it fell short' }),
        why.length === 0
          ? makeAside('Every reply fits, and the profile at the end is what was told.')
          : make('ul', {}, ...why.map((text) => make('li', { text }))),
      ),
      make('h4', { text: 'Hidden persona' }),
      make(
        'ul',
        { class: 'persona' },
        ...[...persona, ...changes].map((text) => make('li', { text })),
      ),
      make(
        'p',
        { class: 'legend' },
        ...Object.entries(marks).map(([mark, { sign, name }]) =>
          make('span', { class: mark, text: `${sign} ${name}` }),
        ),
      ),
      makeAside('Both profiles are held against what was told up to and with this turn.'),
    ];
  }

  /** @param {EpisodeView} episode */
  function open(episode) {
    current = episode;
    talk.replaceChildren(...makeHead(episode), ...episode.turns.map(makeTurn));
    const place = select().indexOf(episode);
    list.querySelectorAll('button').forEach((button, index) => {
      if (index === place) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    });
  }

  // A run that is going on -------------------------------------------------------------------

  async function loadSource() {
    const iteration = /^iteration (\d+)$/.exec(source.value)?.[1];
    episodes = data.episodes;
    if (data.refreshSeconds !== null && iteration !== undefined) {
      const answer = await fetch(`/episodes?iteration=${iteration}`);
      if (answer.ok) episodes = await answer.json();
    }
    fillFilters();
    renderList();
  }

  /** @param {Document} fresh @param {string} id */
  function replaceSection(fresh, id) {
    const [old, next] = [find(id), fresh.getElementById(id)];
    if (next === null) return;
    const opened = [...old.querySelectorAll('details')].map(({ open: isOpen }) => isOpen);
    next.querySelectorAll('details').forEach((details, index) => {
      details.open = opened[index] ?? false;
    });
    old.replaceWith(document.adoptNode(next));
  }

  async function refresh() {
    try {
      const { stamp } = await (await fetch('/state')).json();
      if (stamp !== data.stamp) {
        const answer = await fetch('/');
        if (!answer.ok) throw new Error(await answer.text());
        const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
        for (const id of ['verdict', 'curves', 'causes']) replaceSection(fresh, id);
        data = JSON.parse(fresh.getElementById('data')?.textContent ?? '');
        await loadSource();
      }
      find('live').textContent = 'live';
    } catch {
      // The server is gone or busy; the page stays as it is and tries again.
      find('live').textContent = 'no answer from the server, trying again';
    }
    setTimeout(() => void refresh(), 1000 * (data.refreshSeconds ?? 5));
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
  if (data.refreshSeconds !== null) void refresh();
})();
