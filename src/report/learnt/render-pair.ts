/** One person's conversations before and after training, turn by turn, each with its profile. */
import { escapeHtml } from '../html.ts';
import { markSigns, markWords, type Mark } from '../mark-turn.ts';
import type { KeptItem, Talk, TalkEnd, TalkTurn } from './describe-talk.ts';

export type TalkSide = {
  readonly title: string;
  /** Null where there is no such conversation (yet); then `absence` says why. */
  readonly talk: Talk | null;
  readonly absence?: string;
};

export type SidesOfTalk = { readonly before: TalkSide; readonly after: TalkSide };

/** Turns that are open from the start; the others are folded away. */
const shownTurns = 5;

const sides = ['before', 'after'] as const;

type Side = (typeof sides)[number];

/** Renders both conversations as rows of turns; a narrow screen shows one side at a time. */
export function renderPair(pair: SidesOfTalk): string {
  const count = Math.max(...sides.map((side) => pair[side].talk?.turns.length ?? 0));
  const rows = Array.from({ length: count }, (_, index) => renderRow(pair, index));
  const heads = sides.map((side) => renderHead(side, pair[side]));
  const [first, rest] = [rows.slice(0, shownTurns), rows.slice(shownTurns)];
  const fold =
    rest.length === 0
      ? ''
      : `<details class="more-turns"><summary>Turns ${shownTurns + 1} to ${count}</summary><ol class="pair-turns" start="${shownTurns + 1}">${rest.join('')}</ol></details>`;
  return `<div class="pair"><div class="pair-heads">${heads.join('')}</div><ol class="pair-turns">${first.join('')}</ol>${fold}</div>`;
}

/** Renders the given turns of one conversation alone, what is said beside the profile. */
export function renderTalk(turns: readonly TalkTurn[]): string {
  const rows = turns.map((turn) => `<li>${renderTurn('after', 'after training', turn)}</li>`);
  const heads = ['What is said', 'The profile it keeps'].map((title) => `<h3>${title}</h3>`);
  return `<div class="pair alone"><div class="pair-heads">${heads.join('')}</div><ol class="pair-turns">${rows.join('')}</ol></div>`;
}

function renderHead(side: Side, { title, talk, absence = '' }: TalkSide): string {
  const text = talk === null ? absence : describeEnd(talk);
  return `<div class="${side}"><h3>${escapeHtml(title)}</h3><p>${escapeHtml(text)}</p></div>`;
}

/** Says how a conversation ended, in one sentence or two. */
export function describeEnd({ end, turns, error }: Talk): string {
  const kept = `After ${turns.length} turns ${end.right} of ${end.told} told facts are kept${describeWrong(end)}`;
  const fit = end.judged === 0 ? '' : `; ${end.fitting} of ${end.judged} replies fit`;
  return `${kept}${fit}.${error === null ? '' : ` The conversation broke off: ${error}`}`;
}

const describeWrong = ({ wrong }: TalkEnd): string => (wrong === 0 ? '' : `, ${wrong} wrong`);

function renderRow(pair: SidesOfTalk, index: number): string {
  const cells = sides.map((side) => {
    const { title, talk } = pair[side];
    const turn = talk?.turns[index];
    return turn === undefined ? `<div class="${side} cell"></div>` : renderTurn(side, title, turn);
  });
  return `<li>${cells.join('')}</li>`;
}

function renderTurn(side: Side, title: string, turn: TalkTurn): string {
  const { number, message, reply, fault, kept } = turn;
  const name = escapeHtml(`turn ${number}, ${title.toLowerCase()}`);
  const answer =
    reply === ''
      ? '<p class="bubble malformed">nothing that could be read</p>'
      : `<p class="bubble">${escapeHtml(reply)}</p>`;
  return `<div class="${side} cell" role="group" aria-label="${name}"><div class="said"><p class="bubble user"><span class="unseen">user: </span>${escapeHtml(message)}</p><span class="unseen">assistant: </span>${answer}${renderFault(fault)}</div>${renderKept(kept)}</div>`;
}

function renderFault(fault: string | null): string {
  if (fault === null) return '';
  return `<p class="fault"><span aria-hidden="true">✗ </span>${escapeHtml(fault)}</p>`;
}

function renderKept(kept: readonly KeptItem[]): string {
  if (kept.length === 0) return '<p class="kept empty">profile: nothing yet</p>';
  const items = kept.map(({ text, mark, isNew }) => {
    const classes = isNew ? `${mark} new` : mark;
    return `<li class="${classes}"><span aria-hidden="true">${markSigns[mark]} </span><span class="unseen">${isNew ? 'new, ' : ''}${mark}: </span>${escapeHtml(text)}</li>`;
  });
  return `<ul class="kept items" aria-label="profile">${items.join('')}</ul>`;
}

/** Renders what the marks mean, those given or all. */
export function renderLegend(marks: readonly Mark[]): string {
  const entries = marks.map(
    (mark) =>
      `<span class="${mark}"><span aria-hidden="true">${markSigns[mark]} </span>${markWords[mark]}</span>`,
  );
  return `<p class="legend">${entries.join(' ')}</p>`;
}
