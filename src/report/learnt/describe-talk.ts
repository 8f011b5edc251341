/**
 * A conversation for people who read it rather than look for faults: what was said, and the profile
 * beside it as it grows. The page, the terminal and the README's picture are made from this.
 */
import type { Episode, Turn } from '../../env/index.ts';
import { renderItem } from '../../eval/index.ts';
import { markKept, type MarkedItem } from '../mark-turn.ts';

/** An item of the kept profile, or one that should be in it. */
export type KeptItem = MarkedItem & { readonly isNew: boolean };

export type TalkTurn = {
  /** From 1. */
  readonly number: number;
  readonly message: string;
  /** Empty where the output could not be read and the person saw nothing. */
  readonly reply: string;
  /** What is wrong with the reply, in words; null where nothing is, or nobody judged it. */
  readonly fault: string | null;
  readonly kept: readonly KeptItem[];
};

export type TalkEnd = {
  /** Items the person had told and still held at the last turn, and how many of them are kept. */
  readonly told: number;
  readonly right: number;
  /** Kept items that are wrong, taken back, or were never told. */
  readonly wrong: number;
  /** Replies with which nothing is wrong, of those that were judged. */
  readonly fitting: number;
  readonly judged: number;
};

export type Talk = {
  readonly turns: readonly TalkTurn[];
  readonly end: TalkEnd;
  /** Everything there is to learn about the person. */
  readonly persona: readonly string[];
  readonly error: string | null;
};

/** Describes a conversation. */
export function describeTalk(episode: Episode): Talk {
  return {
    turns: episode.turns.map((turn) => describeTurn(turn, episode)),
    end: describeEnd(episode),
    persona: episode.persona.trueProfile.map(renderItem),
    error: episode.error,
  };
}

function describeTurn(turn: Turn, episode: Episode): TalkTurn {
  const known = new Set(turn.profileBefore.map(renderItem));
  return {
    number: turn.turnIndex + 1,
    message: closeUp(turn.user.message),
    reply: closeUp(turn.response),
    fault: describeFault(turn),
    kept: markKept(turn.profileAfter, turn, episode).map((item) => ({
      ...item,
      isNew: item.mark !== 'missed' && !known.has(item.text),
    })),
  };
}

function describeFault({ formatProblem, verdict, alignment }: Turn): string | null {
  if (formatProblem !== null) return `its output could not be read: ${formatProblem}`;
  if (alignment === null || fits({ verdict, alignment })) return null;
  return closeUp(verdict?.reasons.join('; ') ?? '') || 'does not fit';
}

/** Whether nothing is wrong with a reply; a question asked at the right time costs a grade and is no fault. */
function fits({ verdict, alignment }: Pick<Turn, 'verdict' | 'alignment'>): boolean {
  return verdict?.score === undefined ? alignment === 1 : verdict.reasons.length === 0;
}

function describeEnd(episode: Episode): TalkEnd {
  const last = episode.turns.at(-1);
  const kept = last === undefined ? [] : markKept(last.profileAfter, last, episode);
  const right = kept.filter(({ mark }) => mark === 'right').length;
  const missed = kept.filter(({ mark }) => mark === 'missed').length;
  const judged = episode.turns.filter(({ alignment }) => alignment !== null);
  return {
    told: right + missed,
    right,
    wrong: kept.length - right - missed,
    fitting: judged.filter(fits).length,
    judged: judged.length,
  };
}

/** Closes up the space that a policy of words sets before a full stop. */
function closeUp(text: string): string {
  return text.replaceAll(/ +(?=[.,;:?!](?:\s|$))/gu, '');
}
