/**
 * Conversations as the page shows them: every item marked, nothing the page does not need.
 *
 * An item is right where the user has disclosed it and still holds it, stale where it was taken back,
 * else wrong; what was disclosed and is not kept is missed.
 */
import type { Episode, Turn } from '../env/index.ts';
import { markProfile } from '../eval/index.ts';
import { hasItem, type Profile, type ProfileItem } from '../profile/index.ts';

export type Mark = 'right' | 'wrong' | 'stale' | 'missed';

export type MarkedItem = { readonly text: string; readonly mark: Mark };

export type TurnView = {
  readonly message: string;
  /** Items told in this message. */
  readonly told: readonly string[];
  readonly note: string;
  readonly reply: string;
  /** Raw output of a malformed turn, and why it is malformed. */
  readonly malformed: { readonly problem: string; readonly output: string } | null;
  readonly wrote: readonly string[];
  readonly before: readonly MarkedItem[];
  readonly after: readonly MarkedItem[];
  /** Null where there is no verdict. */
  readonly alignment: number | null;
  readonly criteria: readonly { readonly name: string; readonly holds: boolean }[];
  readonly reasons: readonly string[];
  readonly rewards: Readonly<Record<string, number | null>>;
  readonly f1: number;
  /** Outputs that were sampled beside this one. */
  readonly alternatives: number;
};

export type EpisodeView = {
  readonly id: string;
  readonly iteration: number;
  readonly user: string;
  readonly persona: readonly string[];
  readonly changes: readonly string[];
  readonly error: string | null;
  /** Mean over turns 3 on; null where no turn has a verdict. */
  readonly alignment: number | null;
  readonly f1: number | null;
  readonly malformedTurns: number;
  readonly turns: readonly TurnView[];
};

/** First turn index that the means take in: before it a greeting and little more is said. */
const firstLateIndex = 2;

/** Describes one conversation. */
export function describeEpisode(episode: Episode, iteration: number): EpisodeView {
  const late = episode.turns.filter(({ turnIndex }) => turnIndex >= firstLateIndex);
  const counted = late.length > 0 ? late : episode.turns;
  return {
    id: episode.id,
    iteration,
    user: episode.user,
    persona: episode.persona.trueProfile.map(renderItem),
    changes: episode.persona.changes.map(
      ({ fromTurn, before, after }) =>
        `${renderItem(before)} becomes ${renderItem(after)}, told from turn ${fromTurn + 1} on`,
    ),
    error: episode.error,
    alignment: meanOf(counted.map(({ alignment }) => alignment)),
    f1: meanOf(counted.map(({ scoreDisclosed }) => scoreDisclosed.f1)),
    malformedTurns: episode.turns.filter(({ formatProblem }) => formatProblem !== null).length,
    turns: episode.turns.map(describeTurn),
  };
}

function describeTurn(turn: Turn): TurnView {
  const { user, verdict, formatProblem, rewards } = turn;
  return {
    message: user.message,
    told: user.disclosures.map(({ item, replaces, form }) => {
      const instead = replaces === undefined ? '' : ` (was ${replaces.value})`;
      return `${renderItem(item)}${instead}${form === 'implicit' ? ' (hinted)' : ''}`;
    }),
    note: turn.note,
    reply: turn.response,
    malformed: formatProblem === null ? null : { problem: formatProblem, output: turn.output },
    wrote: turn.changes.map(
      ({ kind, item }) => `${kind === 'set' ? '+' : '−'} ${renderItem(item)}`,
    ),
    before: markItems(turn.profileBefore, turn),
    after: markItems(turn.profileAfter, turn),
    alignment: turn.alignment,
    criteria: Object.entries(verdict?.criteria ?? {}).map(([name, value]) => ({
      name,
      holds: value === 1,
    })),
    reasons: verdict?.reasons ?? [],
    rewards: {
      profile: rewards.profile,
      response: rewards.response,
      ...Object.fromEntries(Object.entries(rewards.parts).filter(([, value]) => value !== 0)),
    },
    f1: turn.scoreDisclosed.f1,
    alternatives: turn.alternatives?.length ?? 0,
  };
}

function markItems(profile: Profile, turn: Turn): MarkedItem[] {
  const marked = markProfile(profile, turn.disclosedProfile);
  const superseded = turn.supersededProfile ?? [];
  const markOf = (item: ProfileItem, isRight: boolean): Mark => {
    if (isRight) return 'right';
    return hasItem(superseded, item) ? 'stale' : 'wrong';
  };
  return [
    ...marked.items.map(({ item, isRight }) => ({
      text: renderItem(item),
      mark: markOf(item, isRight),
    })),
    ...marked.missed.map((item) => ({ text: renderItem(item), mark: 'missed' as const })),
  ];
}

function renderItem({ slot, value }: ProfileItem): string {
  return slot === 'item' ? value : `${slot}: ${value}`;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
