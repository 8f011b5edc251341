/**
 * Plain means over finished episodes: what tables, curves and metrics are made of.
 *
 * Pure counting, no intervals (see eval) and nothing that depends on the clock. Per-turn arrays run
 * over turns 1..U; masked verdicts and turns that could not be matched are left out of
 * means and counted.
 */
import { diffProfiles, hasItem, itemKey } from '../profile/index.ts';
import { criterionNames } from '../rewards/index.ts';
import type { CriterionName } from '../rewards/index.ts';
import type { Episode, Turn } from './types.ts';

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
  readonly format_rate: number | null;
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
  /** Share of what users only wavered about that was stored as if they had changed. */
  readonly contradiction_stored_rate: number | null;
  /** Share of turns after which the user complained of a repeated question. */
  readonly repeat_rate: number | null;
  /** Share of told changes of mind that stand in the profile when the turn ends. */
  readonly change_followed_rate: number | null;
};

/** Means of the numbers given, leaving out nulls; null if none is left. */
export function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => typeof value === 'number');
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

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
    profile_f1_disclosed: perTurn((turn) => turn.scoreDisclosed?.f1 ?? null),
    profile_f1_full: perTurn((turn) => turn.scoreFull?.f1 ?? null),
    alignment: perTurn((turn) => turn.alignment),
    disclosed_items: perTurn((turn) => turn.disclosedProfile.length),
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
    precision_disclosed: meanOf(all.map((turn) => turn.scoreDisclosed?.precision)),
    recall_disclosed: meanOf(all.map((turn) => turn.scoreDisclosed?.recall)),
    criteria: Object.fromEntries(criterionNames.map((name) => [name, criterion(name)])) as Record<
      CriterionName,
      number | null
    >,
    masked_verdicts: all.filter((turn) => turn.alignment === null).length,
    unmatched_turns: all.filter((turn) => turn.scoreDisclosed === null).length,
    profile_reward: meanOf(all.map((turn) => turn.rewards.profile)),
    response_reward: meanOf(all.map((turn) => turn.rewards.response)),
    distractor_rate: meanOf(all.flatMap((turn) => isStored(turn, 'distractor'))),
    contradiction_stored_rate: meanOf(all.flatMap((turn) => isStored(turn, 'contradiction'))),
    repeat_rate: meanOf(
      episodes.flatMap(({ turns }) =>
        turns.slice(1).map((turn) => (turn.user.intent['reaction'] === 'repeated' ? 1 : 0)),
      ),
    ),
    change_followed_rate: meanOf(all.flatMap(changesFollowed)),
  };
}

function countBlockWords(turn: Turn): number | null {
  if (turn.formatProblem !== null) return null;
  const block = turn.output.slice(0, turn.output.indexOf('</profile>')).replace('<profile>', '');
  return block.split(/\s+/u).filter((word) => word !== '').length;
}

/** Whether what the message only mentioned was written down; nothing where it mentioned none. */
function isStored(turn: Turn, kind: 'distractor' | 'contradiction'): number[] {
  const [slot, value] = (turn.user.intent[kind] ?? '').split('=');
  if (slot === undefined || value === undefined) return [];
  const { added } = diffProfiles(turn.profileBefore, turn.profileAfter);
  return [added.some((item) => itemKey(item) === itemKey({ slot, value })) ? 1 : 0];
}

function changesFollowed(turn: Turn): number[] {
  if (turn.changesFollowed !== undefined) return turn.changesFollowed.map(Number);
  return turn.user.disclosures
    .filter((disclosure) => disclosure.replaces !== undefined)
    .map((disclosure) => (hasItem(turn.profileAfter, disclosure.item) ? 1 : 0));
}
