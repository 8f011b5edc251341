/** A conversation before and after training as plain text: speech on the left, profile on the right. */
import { allMarks, markSigns, markWords, type Mark } from '../mark-turn.ts';
import type { TalkPair } from './choose-person.ts';
import { describeTalk, type KeptItem, type Talk, type TalkTurn } from './describe-talk.ts';
import { describeEnd } from './render-pair.ts';

export type TextOptions = {
  /** Turns shown of each conversation. */
  readonly turns: number;
  /** Columns of a line. */
  readonly width: number;
};

const gap = 3;

/** Renders both conversations, one below the other. */
export function renderPairText({ before, after }: TalkPair, options: TextOptions): string {
  const [was, is] = [describeTalk(before), describeTalk(after)];
  const shown = [was, is].flatMap(({ turns }) => turns.slice(0, options.turns));
  const used = new Set(shown.flatMap(({ kept }) => kept.map(({ mark }) => mark)));
  const legend = allMarks.filter((mark) => used.has(mark)).map(explainMark);
  const lines = [
    ...renderSide('Before training', was, options),
    '',
    ...renderSide('After training', is, options),
    '',
    ...wrap(legend.join(', '), options.width).map(freeSpaces),
  ];
  return lines.join('\n').trimEnd();
}

const explainMark = (mark: Mark): string => bindSpaces(`${markSigns[mark]} ${markWords[mark]}`);

function renderSide(title: string, talk: Talk, { turns, width }: TextOptions): string[] {
  const left = Math.floor(0.62 * (width - gap));
  const right = width - gap - left;
  const lines = talk.turns.slice(0, turns).flatMap((turn) => {
    const [speech, profile] = [wrapSpeech(turn, left), wrapItems(turn.kept, right)];
    return Array.from({ length: Math.max(speech.length, profile.length) }, (_, index) =>
      `${(speech[index] ?? '').padEnd(left + gap)}${profile[index] ?? ''}`.trimEnd(),
    );
  });
  const head = `${title.toUpperCase().padEnd(left + gap)}profile it keeps`;
  return [head, ...lines, ...wrap(describeEnd(talk), width)];
}

function wrapSpeech({ message, reply, fault }: TalkTurn, width: number): string[] {
  const say = (who: string, text: string): string[] =>
    wrap(text, width - who.length).map(
      (line, index) => `${index === 0 ? who : ' '.repeat(who.length)}${line}`,
    );
  return [
    ...say('user    ', message),
    ...say('policy  ', reply === '' ? '(nothing that could be read)' : reply),
    ...(fault === null ? [] : say('     ✗  ', fault)),
  ];
}

function wrapItems(kept: readonly KeptItem[], width: number): string[] {
  if (kept.length === 0) return ['(nothing yet)'];
  const items = kept.map(({ text, mark }) => `${markSigns[mark]} ${text}`);
  return wrap(items.map(bindSpaces).join(', '), width).map(freeSpaces);
}

/** What must not be broken over two lines is held together while lines are made. */
const bindSpaces = (text: string): string => text.replaceAll(' ', '\u00a0');
const freeSpaces = (text: string): string => text.replaceAll('\u00a0', ' ');

/** Breaks a text between words; a word longer than a line stands on one of its own. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/[ \t\r\n]+/u).filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
