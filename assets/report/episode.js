// One conversation, turn by turn, with everything that was recorded of it.
import { make, makeAside, showNumber } from './dom.js';

/** @typedef {import('../../src/report/episode-view.ts').EpisodeView} EpisodeView */
/** @typedef {import('../../src/report/episode-view.ts').TurnView} TurnView */
/** @typedef {import('../../src/report/mark-turn.ts').MarkedItem} MarkedItem */
/** @typedef {import('../../src/report/mark-turn.ts').Mark} Mark */

/** @type {Record<Mark, { sign: string, name: string }>} */
const marks = {
  right: { sign: '✓', name: 'right' },
  wrong: { sign: '✗', name: 'wrong' },
  stale: { sign: '↺', name: 'stale: taken back since' },
  guessed: { sign: '?', name: 'guessed: true, not told yet' },
  missed: { sign: '○', name: 'missed: told, not kept' },
};

/** @param {TurnView} turn */
export function nameOutcome(turn) {
  if (turn.malformed !== null) return { sign: '!', name: 'malformed' };
  if (turn.alignment === null) return { sign: '–', name: 'no verdict' };
  return turn.alignment === 1 ? { sign: '✓', name: 'fits' } : { sign: '✗', name: 'fails' };
}

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
    makeAside(`F1 ${showNumber(turn.f1)} of what was told, ${showNumber(turn.f1Full)} of everything`),
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
      `${episode.id} · policy version ${episode.policyVersion} · alignment ${showNumber(episode.alignment)} · F1 ${showNumber(episode.f1)}`,
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

/** Makes all that is shown of a conversation. @param {EpisodeView} episode */
export const makeEpisode = (episode) => [...makeHead(episode), ...episode.turns.map(makeTurn)];
