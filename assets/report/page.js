// The transcript viewer. Every text is set as text, never as markup.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.getElementById('viewer');
  const signs = { right: '✓', wrong: '✗', stale: '↺', missed: '○' };
  const names = {
    right: 'right',
    wrong: 'wrong',
    stale: 'stale: was true once',
    missed: 'missed: told, not kept',
  };
  let episodes = data.episodes;
  let current = null;

  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  const number = (value) => (value === null ? 'none' : value.toFixed(2));

  function describeFault(episode) {
    if (episode.error !== null) return 'broke off';
    if (episode.malformedTurns > 0) return `${episode.malformedTurns} malformed`;
    return '';
  }

  // Filters ----------------------------------------------------------------------------------

  const iteration = make('select', { id: 'iteration' });
  const family = make('select', { id: 'family' });
  const show = make('select', { id: 'show' });
  const search = make('input', { id: 'search', type: 'search', placeholder: 'a word' });
  const choice = make('p', { className: 'choice', id: 'choice' });
  const list = make('ul', { className: 'list', 'aria-label': 'Conversations' });
  const talk = make('div', { className: 'talk', 'aria-live': 'polite' });

  const option = (value, text) => make('option', { value, textContent: text });

  function fillFilters() {
    const served = data.refreshSeconds !== null;
    const own = [...new Set(episodes.map((episode) => episode.iteration))].sort((a, b) => a - b);
    const iterations = served ? data.iterations : own;
    iteration.replaceChildren(
      option('', 'all chosen'),
      ...iterations.map((each) => option(String(each), `iteration ${each}`)),
    );
    const users = [...new Set(episodes.map((episode) => episode.user))].sort();
    family.replaceChildren(option('', 'all'), ...users.map((user) => option(user, user)));
    show.replaceChildren(
      option('worst', 'worst first'),
      option('best', 'best first'),
      option('malformed', 'malformed only'),
      option('failed', 'broken off only'),
      option('wrong', 'wrong or stale items at the end'),
    );
  }

  function hasText(episode, word) {
    const texts = episode.turns.flatMap((turn) => [turn.message, turn.reply, ...turn.wrote]);
    return [...texts, ...episode.persona].some((text) => text.toLowerCase().includes(word));
  }

  const ends = (episode) => episode.turns[episode.turns.length - 1]?.after ?? [];

  function select() {
    const word = search.value.trim().toLowerCase();
    const kept = episodes.filter(
      (episode) =>
        (iteration.value === '' || String(episode.iteration) === iteration.value) &&
        (family.value === '' || episode.user === family.value) &&
        (show.value !== 'malformed' || episode.malformedTurns > 0) &&
        (show.value !== 'failed' || episode.error !== null) &&
        (show.value !== 'wrong' ||
          ends(episode).some(({ mark }) => mark === 'wrong' || mark === 'stale')) &&
        (word === '' || hasText(episode, word)),
    );
    const sign = show.value === 'best' ? -1 : 1;
    return kept.sort((a, b) => sign * ((a.alignment ?? 0) - (b.alignment ?? 0)));
  }

  function renderList() {
    const shown = select();
    list.replaceChildren(
      ...shown.map((episode) => {
        const button = make(
          'button',
          { type: 'button' },
          `alignment ${number(episode.alignment)}, F1 ${number(episode.f1)}`,
          make('small', {
            textContent: [`iteration ${episode.iteration}`, episode.user, describeFault(episode)]
              .filter((text) => text !== '')
              .join(' · '),
          }),
        );
        button.setAttribute('aria-current', String(episode === current));
        button.addEventListener('click', () => open(episode));
        return make('li', {}, button);
      }),
    );
    choice.textContent = `${shown.length} shown. ${data.choice}`;
    if (shown.length === 0) {
      list.replaceChildren(make('li', { className: 'aside', textContent: 'None fits.' }));
      talk.replaceChildren();
      current = null;
    } else if (!shown.includes(current)) open(shown[0]);
  }

  // One conversation -------------------------------------------------------------------------

  function renderItems(items) {
    if (items.length === 0) return make('p', { className: 'aside', textContent: 'nothing' });
    return make(
      'ul',
      { className: 'items' },
      ...items.map(({ text, mark }) =>
        make('li', { className: mark, title: names[mark], textContent: `${signs[mark]} ${text}` }),
      ),
    );
  }

  const aside = (text, fault = false) =>
    make('p', { className: fault ? 'aside fault' : 'aside', textContent: text });

  function renderTurn(turn, index) {
    const failed = turn.criteria.filter(({ holds }) => !holds).map(({ name }) => name);
    const verdict =
      turn.malformed !== null
        ? 'malformed'
        : turn.alignment === null
          ? 'no verdict'
          : failed.length === 0
            ? 'all five criteria hold'
            : `fails ${failed.join(', ')}`;
    const rewards = Object.entries(turn.rewards)
      .map(([name, value]) => `${name} ${value === null ? 'masked' : +value.toFixed(3)}`)
      .join(', ');
    const said = make(
      'div',
      {},
      make('p', { className: 'who', textContent: 'user' }),
      make('p', { className: 'bubble user', textContent: turn.message }),
      turn.told.length > 0 ? aside(`told: ${turn.told.join('; ')}`) : null,
      turn.note !== '' ? aside(`note of the program: ${turn.note}`) : null,
      make('p', { className: 'who', textContent: 'policy' }),
      turn.malformed === null
        ? make('p', { className: 'bubble', textContent: turn.reply })
        : make('p', { className: 'bubble malformed', textContent: turn.malformed.output }),
      turn.malformed === null ? null : aside(`malformed: ${turn.malformed.problem}`, true),
      ...turn.reasons.map((reason) => aside(reason, true)),
      turn.alternatives > 0 ? aside(`${turn.alternatives} more outputs were sampled`) : null,
      aside(`rewards: ${rewards}`),
    );
    const profile = make(
      'div',
      {},
      make('p', { className: 'who', textContent: 'profile before' }),
      renderItems(turn.before),
      make('p', { className: 'who', textContent: `wrote: ${turn.wrote.join('; ') || 'nothing'}` }),
      make('p', { className: 'who', textContent: 'profile after' }),
      renderItems(turn.after),
    );
    return make(
      'section',
      { className: 'turn' },
      make(
        'h4',
        {},
        `Turn ${index + 1} `,
        make('span', { textContent: `${verdict}, F1 ${number(turn.f1)}` }),
      ),
      said,
      profile,
    );
  }

  function open(episode) {
    current = episode;
    const parts = [
      make('h3', { textContent: `${episode.user}, iteration ${episode.iteration}` }),
      make('p', { className: 'persona', textContent: `hidden: ${episode.persona.join('; ')}` }),
      ...episode.changes.map((text) => make('p', { className: 'persona', textContent: text })),
      episode.error === null ? null : aside(`broke off: ${episode.error}`, true),
      make(
        'p',
        { className: 'legend' },
        ...Object.keys(signs).map((mark) =>
          make('span', { textContent: `${signs[mark]} ${names[mark]}` }),
        ),
      ),
      ...episode.turns.map(renderTurn),
    ];
    talk.replaceChildren(...parts.filter((part) => part !== null));
    for (const button of list.querySelectorAll('button')) button.removeAttribute('aria-current');
    const place = select().indexOf(episode);
    list.querySelectorAll('button')[place]?.setAttribute('aria-current', 'true');
  }

  // A run that is going on -------------------------------------------------------------------

  async function loadIteration() {
    if (data.refreshSeconds === null || iteration.value === '') {
      episodes = data.episodes;
    } else {
      const answer = await fetch(`/episodes?iteration=${iteration.value}`);
      if (answer.ok) episodes = await answer.json();
    }
    renderList();
  }

  async function refresh(known) {
    let finished = known;
    try {
      const state = await (await fetch('/state')).json();
      finished = state.finished;
      if (finished !== known || state.isDone) {
        const text = await (await fetch('/')).text();
        const fresh = new DOMParser().parseFromString(text, 'text/html');
        for (const id of ['verdict', 'curves']) {
          document.getElementById(id).replaceWith(document.adoptNode(fresh.getElementById(id)));
        }
        const chosen = iteration.value;
        Object.assign(data, JSON.parse(fresh.getElementById('data').textContent));
        if (chosen === '') episodes = data.episodes;
        fillFilters();
        iteration.value = chosen;
        renderList();
      }
      if (state.isDone) return;
    } catch {
      // The server is gone or busy; the page stays as it is and tries again.
    }
    setTimeout(() => void refresh(finished), data.refreshSeconds * 1000);
  }

  const label = (text, control) => make('label', {}, text, control);
  root.append(
    make(
      'div',
      { className: 'filters' },
      label('From', iteration),
      label('Users', family),
      label('Show', show),
      label('Search', search),
    ),
    choice,
    make('div', { className: 'viewer' }, list, talk),
  );
  fillFilters();
  // The newest conversations show what the policy has become.
  iteration.value = String(Math.max(0, ...episodes.map((episode) => episode.iteration)));
  if (iteration.selectedIndex < 0) iteration.value = '';
  iteration.addEventListener('change', () => void loadIteration());
  for (const control of [family, show]) control.addEventListener('change', renderList);
  search.addEventListener('input', renderList);
  renderList();
  if (data.refreshSeconds !== null) void refresh(data.iterations.length);
})();
