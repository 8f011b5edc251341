/**
 * Plain means over finished episodes: what tables, curves and metrics are made of.
 *
 * Pure counting, no intervals (see eval) and nothing that depends on the clock. Per-turn arrays run
 * over turns 1..U; masked verdicts and turns that could not be matched are left out of
 * means and counted. What is said of the kept profile: see `readProfileFigure`.
 */
import { diffProfiles, hasItem } from '../profile/index.ts';
import { blockText } from '../protocol/index.ts';
import { criterionNames } from '../rewards/index.ts';
import type { CriterionName } from '../rewards/index.ts';
import { findAct, hasAct } from '../users/index.ts';
import { meanOf } from './means.ts';
import { summarizeNeeds, type NeedsFigures } from './needs-figures.ts';
import type { Episode, Turn } from './types.ts';

/** First turn, counted from 1, of the means over late turns: turn 1 answers a greeting, turn 2 little more. */
export const firstLateTurn = 3;

/** The turns that means over late turns take in. */
export function listLateTurns({ turns }: Pick<Episode, 'turns'>): readonly Turn[] {
  return turns.slice(firstLateTurn - 1);
}

const profileFigures = {
  f1_disclosed: { score: 'scoreDisclosed', truth: 'disclosedProfile', figure: 'f1' },
  f1_full: { score: 'scoreFull', truth: 'trueProfile', figure: 'f1' },
  precision_disclosed: { score: 'scoreDisclosed', truth: 'disclosedProfile', figure: 'precision' },
  recall_disclosed: { score: 'scoreDisclosed', truth: 'disclosedProfile', figure: 'recall' },
} as const;

export type ProfileFigure = keyof typeof profileFigures;

/**
 * Reads what a turn says of the kept profile. An output that cannot be read counts as 0: whatever was
 * kept before, nothing was right in it. Null, so left out of means, where nobody could match the items
 * and where there was nothing to be right or wrong about: for F1 nothing inferred and nothing true, for
 * precision nothing inferred, for recall nothing true. (The scores themselves call that 1.)
 */
export function readProfileFigure(turn: Turn, name: ProfileFigure): number | null {
  const { score, truth, figure } = profileFigures[name];
  if (turn.formatProblem !== null) return 0;
  const [inferred, known] = [turn.profileAfter.length, turn[truth].length];
  const amounts = { f1: inferred + known, precision: inferred, recall: known };
  return amounts[figure] === 0 ? null : (turn[score]?.[figure] ?? null);
}

export type EpisodeSummary = {
  readonly episodes: number;
  readonly turns: number;
  readonly failed_episodes: number;
  /** Mean per turn index; NaN-free: an index without data is null. */
  readonly profile_f1_disclosed: readonly (number | null)[];
  readonly profile_f1_full: readonly (number | null)[];
  readonly alignment: readonly (number | null)[];
  /** Number of true items disclosed so far, per turn index. */
  readonly disclosed_items: readonly (number | null)[];
  /** Share of outputs that can be read. */
  readonly format_rate: number | null;
  readonly unreadable_turns: number;
  /** Sampled tokens per turn; null where turns carry no tokens. */
  readonly tokens_per_turn: number | null;
  readonly response_words: number | null;
  /** Words between the tags of the profile block, of well-formed outputs. */
  readonly profile_block_words: number | null;
  readonly precision_disclosed: number | null;
  readonly recall_disclosed: number | null;
  readonly criteria: Readonly<Record<CriterionName, number | null>>;
  readonly masked_verdicts: number;
  /** Turns whose items could not be matched. */
  readonly unmatched_turns: number;
  readonly profile_reward: number | null;
  readonly response_reward: number | null;
  /** Share of other people's tastes that were stored as the user's own. */
  readonly distractor_rate: number | null;
  /** Share of turns after which the user complained of a repeated question. */
  readonly repeat_rate: number | null;
  /** Share of told changes of mind that stand in the profile when the turn ends. */
  readonly change_followed_rate: number | null;
  /** What else the judge saw, by name: means over the turns that have it. */
  readonly figures: Readonly<Record<string, number>>;
} & NeedsFigures;

/** Mean of a per-turn array over turns `first`..`last`, counted from 1 and both included. */
export function meanOverTurns(
  series: readonly (number | null)[],
  first: number,
  last: number,
): number | null {
  return meanOf(series.slice(first - 1, last));
}

/** Summarises episodes; turns of failed episodes count as far as they went. */
export function summarizeEpisodes(episodes: readonly Episode[]): EpisodeSummary {
  const all = episodes.flatMap((episode) => episode.turns);
  const length = Math.max(0, ...episodes.map((episode) => episode.turns.length));
  const perTurn = (read: (turn: Turn) => number | null): (number | null)[] =>
    Array.from({ length }, (_, index) =>
      meanOf(episodes.flatMap(({ turns }) => (turns[index] ? [read(turns[index])] : []))),
    );
  const criterion = (name: CriterionName): number | null =>
    meanOf(all.map((turn) => turn.verdict?.criteria[name]));
  return {
    episodes: episodes.length,
    turns: all.length,
    failed_episodes: episodes.filter((episode) => episode.error !== null).length,
    profile_f1_disclosed: perTurn((turn) => readProfileFigure(turn, 'f1_disclosed')),
    profile_f1_full: perTurn((turn) => readProfileFigure(turn, 'f1_full')),
    alignment: perTurn((turn) => turn.alignment),
    disclosed_items: perTurn((turn) => turn.disclosedProfile.length),
    unreadable_turns: all.filter((turn) => turn.formatProblem !== null).length,
    format_rate: meanOf(all.map((turn) => (turn.formatProblem === null ? 1 : 0))),
    tokens_per_turn: meanOf(all.map((turn) => turn.tokens?.sampledIds.length)),
    response_words: meanOf(
      all.map((turn) =>
        turn.formatProblem === null
          ? turn.response.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
          : null,
      ),
    ),
    profile_block_words: meanOf(all.map(countBlockWords)),
    precision_disclosed: meanOf(all.map((turn) => readProfileFigure(turn, 'precision_disclosed'))),
    recall_disclosed: meanOf(all.map((turn) => readProfileFigure(turn, 'recall_disclosed'))),
    criteria: Object.fromEntries(criterionNames.map((name) => [name, criterion(name)])) as Record<
      CriterionName,
      number | null
    >,
    masked_verdicts: all.filter((turn) => turn.alignment === null).length,
    unmatched_turns: all.filter((turn) => turn.scoreDisclosed === null).length,
    profile_reward: meanOf(all.map((turn) => turn.rewards.profile)),
    response_reward: meanOf(all.map((turn) => turn.rewards.response)),
    distractor_rate: meanOf(all.flatMap((turn) => isStored(turn))),
    repeat_rate: meanOf(
      episodes.flatMap(({ turns }) =>
        turns.slice(1).map((turn) => (hasAct(turn.user.acts, 'complaint') ? 1 : 0)),
      ),
    ),
    change_followed_rate: meanOf(all.flatMap(changesFollowed)),
    figures: averageFigures(all),
    ...summarizeNeeds(episodes),
  };
}

function averageFigures(turns: readonly Turn[]): Record<string, number> {
  const seen = turns.map(({ verdict }) => verdict?.figures ?? {});
  const names = [...new Set(seen.flatMap(Object.keys))].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const mean = meanOf(seen.map((figures) => figures[name]));
      return mean === null ? [] : [[name, mean]];
    }),
  );
}

function countBlockWords(turn: Turn): number | null {
  if (turn.formatProblem !== null) return null;
  const block = blockText(turn.output);
  return block.split(/\s+/u).filter((word) => word !== '').length;
}

/** Whether somebody else's was written down, as it was said; nothing where the message named none. */
function isStored(turn: Turn): number[] {
  const mentioned = findAct(turn.user.acts, 'distractor');
  if (mentioned === undefined) return [];
  const { added } = diffProfiles(turn.profileBefore, turn.profileAfter);
  return [hasItem(added, mentioned.item) ? 1 : 0];
}

function changesFollowed(turn: Turn): number[] {
  if (turn.changesFollowed !== undefined) return turn.changesFollowed.map(Number);
  return turn.user.disclosures
    .filter((disclosure) => disclosure.replaces !== undefined)
    .map((disclosure) => (hasItem(turn.profileAfter, disclosure.item) ? 1 : 0));
}
