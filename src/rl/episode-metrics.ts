/**
 * What one iteration's conversations say about the policy, as flat numbers for the log.
 *
 * Means are over turns unless the name says otherwise; masked rewards and missing verdicts are left
 * out of their mean and counted. Profile figures are over turns in which there was something to be right
 * or wrong about, and an output that cannot be read counts as 0 in them (`readProfileFigure`). Nothing
 * here depends on the clock.
 */
import { computeInterval } from '../base/index.ts';
import {
  listLateTurns,
  readProfileFigure,
  summarizeEpisodes,
  type Episode,
  type ProfileFigure,
  type Turn,
} from '../env/index.ts';
import { criterionNames } from '../rewards/index.ts';
import { addRewards, weighRewards, type RewardWeights } from './reward-weights.ts';

/** Computes the metrics of a set of episodes; a mean of nothing is NaN. */
export function describeEpisodes(
  episodes: readonly Episode[],
  weights: RewardWeights,
): Record<string, number> {
  const turns = episodes.flatMap((episode) => episode.turns);
  const late = episodes.flatMap(listLateTurns);
  const meanProfile = (of: readonly Turn[], name: ProfileFigure): number =>
    meanOf(of, (turn) => readProfileFigure(turn, name));
  const summary = summarizeEpisodes(episodes);
  const finals = episodes.flatMap((episode) => episode.turns.slice(-1));
  return {
    'reward/profile_mean': meanOf(turns, (turn) => turn.rewards.profile),
    'reward/response_mean': meanOf(turns, (turn) => turn.rewards.response),
    'reward/episode_return': meanOf(episodes, (episode) => sumRewards(episode, weights)),
    ...describeParts(turns),
    'alignment/mean': meanOf(turns, (turn) => turn.alignment),
    'alignment/late_mean': meanOf(late, (turn) => turn.alignment),
    'alignment/late_half_width': lateHalfWidth(episodes, (turn) => turn.alignment),
    'alignment/self_inferred_mean': meanOf(turns, (turn) => turn.selfAlignment ?? null),
    ...describeCriteria(turns),
    'profile/f1_disclosed': meanProfile(turns, 'f1_disclosed'),
    'profile/f1_disclosed_late': meanProfile(late, 'f1_disclosed'),
    'profile/f1_disclosed_late_half_width': lateHalfWidth(episodes, (turn) =>
      readProfileFigure(turn, 'f1_disclosed'),
    ),
    'profile/precision_disclosed': meanProfile(turns, 'precision_disclosed'),
    'profile/recall_disclosed': meanProfile(turns, 'recall_disclosed'),
    'profile/f1_full': meanProfile(turns, 'f1_full'),
    'profile/f1_full_final': meanProfile(finals, 'f1_full'),
    'profile/disclosed_items_final': meanOf(finals, (turn) => turn.disclosedProfile.length),
    'profile/distractor_stored_rate': summary.distractor_rate ?? Number.NaN,
    'profile/change_followed_rate': summary.change_followed_rate ?? Number.NaN,
    'reply/repeated_question_rate': summary.repeat_rate ?? Number.NaN,
    'needs/asked_rate': summary.needs_asked_rate ?? Number.NaN,
    'needs/other_questions': summary.other_questions ?? Number.NaN,
    ...describeFigures(summary.figures),
    'profile/silent_rate': meanOf(turns, isSilent),
    'groups/alike': shareOfAlikeGroups(episodes, weights),
    'reply/most_common_share': shareOfMostCommon(turns),
    'reply/words': summary.response_words ?? Number.NaN,
    'format/rate': meanOf(turns, (turn) => Number(turn.formatProblem === null)),
    'format/unreadable': summary.unreadable_turns,
    'judge/missing': turns.filter(isVerdictMissing).length,
    'matching/missing': turns.filter((turn) => turn.scoreDisclosed === null).length,
    ...describeChecks(turns),
    'rewards/masked': turns.reduce((sum, turn) => sum + countMasked(turn), 0),
    'episodes/count': episodes.length,
    'episodes/failed': episodes.filter((episode) => episode.error !== null).length,
    'tokens/generated': countGeneratedTokens(episodes),
    'tokens/context': sumOf(turns, (turn) => turn.tokens?.contextIds.length ?? 0),
    'tokens/per_turn': meanOf(turns, (turn) => turn.tokens?.sampledIds.length ?? null),
  };
}

/**
 * Half width of the 95 % interval of a mean over late turns. People are the independent draws: the
 * conversations of one person count as one. NaN below two people.
 */
function lateHalfWidth(episodes: readonly Episode[], read: (turn: Turn) => number | null): number {
  const people = new Map<string, Turn[]>();
  for (const episode of episodes) {
    const { id } = episode.persona;
    people.set(id, [...(people.get(id) ?? []), ...listLateTurns(episode)]);
  }
  const means = [...people.values()].map((turns) => meanOf(turns, read));
  return computeInterval(means.filter((mean) => !Number.isNaN(mean))).halfWidth;
}

/** A well-formed reply without verdict: the judge failed, not the policy. */
function isVerdictMissing(turn: Turn): boolean {
  return turn.formatProblem === null && turn.verdict === null;
}

/** Whether nothing was noted of a message that told something; null where it told nothing. */
function isSilent(turn: Turn): number | null {
  const { disclosures, dropped = [] } = turn.user;
  if (disclosures.length + dropped.length === 0 || turn.formatProblem !== null) return null;
  return turn.changes.length === 0 ? 1 : 0;
}

/** Share of the groups of tries whose returns are all the same; NaN where nobody was tried twice. */
function shareOfAlikeGroups(episodes: readonly Episode[], weights: RewardWeights): number {
  const groups = new Map<string, number[]>();
  for (const episode of episodes) {
    const earned = sumRewards(episode, weights);
    if (earned === null || episode.error !== null) continue;
    const key = `${episode.persona.id}#${episode.situationSeed ?? episode.seed}`;
    groups.set(key, [...(groups.get(key) ?? []), earned]);
  }
  const compared = [...groups.values()].filter(({ length }) => length > 1);
  return meanOf(compared, (returns) => Number(Math.max(...returns) - Math.min(...returns) < 1e-9));
}

/** Share of the readable replies that the most frequent one has. */
function shareOfMostCommon(turns: readonly Turn[]): number {
  const replies = turns.flatMap(({ response, formatProblem }) =>
    formatProblem === null ? [response] : [],
  );
  const counts = new Map<string, number>();
  for (const reply of replies) counts.set(reply, (counts.get(reply) ?? 0) + 1);
  return Math.max(0, ...counts.values()) / replies.length;
}

/** Tokens sampled in all, those of outputs that were not continued included. */
export function countGeneratedTokens(episodes: readonly Episode[]): number {
  return sumOf(
    episodes.flatMap(({ turns }) => turns),
    countGenerated,
  );
}

/** Tokens sampled for a turn, those of outputs that were not continued included. */
function countGenerated({ tokens, alternatives = [] }: Turn): number {
  return [tokens, ...alternatives.map((each) => each.tokens)].reduce(
    (sum, each) => sum + (each?.sampledIds.length ?? 0),
    0,
  );
}

/** Only where a model phrases the users' messages: how often it had to be asked again, and why. */
function describeChecks(turns: readonly Turn[]): Record<string, number> {
  const checks = turns.flatMap(({ user }) => user.checks ?? []);
  if (checks.length === 0) return {};
  const findings = checks.flatMap((each) => each.findings);
  const names = [...new Set(findings.map(({ check }) => check))].sort();
  return {
    'users/phrased': checks.length,
    'users/attempts': sumOf(checks, ({ attempts }) => attempts),
    'users/fallbacks': checks.filter(({ isFallback }) => isFallback).length,
    ...Object.fromEntries(
      names.map((name) => [
        `users/check_${name}`,
        findings.filter(({ check }) => check === name).length,
      ]),
    ),
  };
}

function countMasked(turn: Turn): number {
  return Number(turn.rewards.profile === null) + Number(turn.rewards.response === null);
}

/** Sum of what an episode was paid; null where part of it is masked. */
function sumRewards({ turns }: Episode, weights: RewardWeights): number | null {
  return turns.reduce<number | null>(
    (sum, { rewards }) => addRewards(sum, weighRewards(rewards, weights).total),
    0,
  );
}

function describeParts(turns: readonly Turn[]): Record<string, number> {
  const names = [...new Set(turns.flatMap((turn) => Object.keys(turn.rewards.parts)))].sort();
  return Object.fromEntries(
    names.map((name) => [
      `reward_part/${name}`,
      meanOf(turns, (turn) => turn.rewards.parts[name] ?? null),
    ]),
  );
}

/** What else the judge saw. */
function describeFigures(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, mean]) => [`judge_figure/${name}`, mean]),
  );
}

function describeCriteria(turns: readonly Turn[]): Record<string, number> {
  return Object.fromEntries(
    criterionNames.map((name) => [
      `criteria/${name}`,
      meanOf(turns, (turn) => turn.verdict?.criteria[name] ?? null),
    ]),
  );
}

function sumOf<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + read(item), 0);
}

function meanOf<Item>(items: readonly Item[], read: (item: Item) => number | null): number {
  let sum = 0;
  let count = 0;
  for (const item of items) {
    const value = read(item);
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}
