/** Conversations as the page shows them: every item marked, nothing the page does not need. */
import { listLateTurns, meanOf, readProfileFigure, type Episode, type Turn } from '../env/index.ts';
import { renderItem } from '../eval/index.ts';
import { listCauses, listPersonalWords } from './evidence.ts';
import { markKept, type MarkedItem } from './mark-turn.ts';

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
  /** Null is masked. */
  readonly rewards: { readonly profile: number | null; readonly response: number | null };
  /** Named parts other than 0. */
  readonly parts: Readonly<Record<string, number>>;
  /** Null where the items could not be matched, or there are none; 0 where the output is malformed. */
  readonly f1: number | null;
  readonly f1Full: number | null;
  /** Outputs that were sampled beside this one. */
  readonly alternatives: number;
};

/** Where a conversation comes from: an iteration of training, or a measurement. */
export type EpisodeSource = {
  readonly name: string;
  /** Null for measurements. */
  readonly iteration: number | null;
};

export type EpisodeView = {
  readonly id: string;
  readonly source: string;
  readonly iteration: number | null;
  readonly user: string;
  readonly policyVersion: number;
  readonly persona: readonly string[];
  readonly changes: readonly string[];
  readonly error: string | null;
  /** Mean over turns 3 on; null where no turn has a verdict. */
  readonly alignment: number | null;
  readonly f1: number | null;
  readonly malformedTurns: number;
  /** What goes wrong in it, in the words of the page's table of causes. */
  readonly causes: readonly string[];
  /** Why it fell short, in sentences; empty where nothing did. */
  readonly why: readonly string[];
  readonly turns: readonly TurnView[];
};

/** Describes conversations of one source, those in `chosen` or all. */
export function describeEpisodes(
  episodes: readonly Episode[],
  source: EpisodeSource,
  chosen: readonly Episode[] = episodes,
): EpisodeView[] {
  const words = listPersonalWords(episodes);
  return chosen.map((episode) => describeEpisode(episode, source, words));
}

function describeEpisode(
  episode: Episode,
  source: EpisodeSource,
  words: ReadonlySet<string>,
): EpisodeView {
  const counted = listCounted(episode);
  const turns = episode.turns.map((turn) => describeTurn(turn, episode));
  return {
    id: episode.id,
    source: source.name,
    iteration: source.iteration,
    user: episode.user,
    policyVersion: episode.policyVersion,
    persona: episode.persona.trueProfile.map(renderItem),
    changes: episode.persona.changes.map(
      ({ fromTurn, before, after }) =>
        `${renderItem(before)} ${after === null ? 'is dropped' : `becomes ${renderItem(after)}`}, told from turn ${fromTurn + 1} on`,
    ),
    error: episode.error,
    alignment: computeAlignment(episode),
    f1: meanOf(counted.map((turn) => readProfileFigure(turn, 'f1_disclosed'))),
    malformedTurns: episode.turns.filter(({ formatProblem }) => formatProblem !== null).length,
    causes: [...new Set(episode.turns.flatMap((turn) => [...listCauses(turn, episode, words)]))],
    why: explainEpisode(turns, episode.error),
    turns,
  };
}

/** Mean alignment of the turns that count; null where none has a verdict. */
export function computeAlignment(episode: Episode): number | null {
  return meanOf(listCounted(episode).map(({ alignment }) => alignment));
}

function listCounted({ turns }: Episode): readonly Turn[] {
  const late = listLateTurns({ turns });
  return late.length > 0 ? late : turns;
}

function describeTurn(turn: Turn, episode: Episode): TurnView {
  const { user, verdict, formatProblem, rewards } = turn;
  return {
    message: user.message,
    told: [
      ...user.disclosures.map(({ item, replaces, form }) => {
        const instead = replaces === undefined ? '' : ` (was ${replaces.value})`;
        return `${renderItem(item)}${instead}${form === 'implicit' ? ' (hinted)' : ''}`;
      }),
      ...(user.dropped ?? []).map((item) => `no longer ${renderItem(item)}`),
      ...(user.amendments ?? []).map(({ before, after }) =>
        after === null
          ? `taken out by hand: ${renderItem(before)}`
          : `put right by hand: ${renderItem(after)} (was ${before.value})`,
      ),
    ],
    note: turn.note,
    reply: turn.response,
    malformed: formatProblem === null ? null : { problem: formatProblem, output: turn.output },
    wrote: turn.changes.map(
      ({ kind, item }) => `${kind === 'set' ? '+' : '−'} ${renderItem(item)}`,
    ),
    before: markKept(turn.profileBefore, turn, episode),
    after: markKept(turn.profileAfter, turn, episode),
    alignment: turn.alignment,
    criteria: Object.entries(verdict?.criteria ?? {}).map(([name, value]) => ({
      name,
      holds: value === 1,
    })),
    reasons: verdict?.reasons ?? [],
    rewards: { profile: rewards.profile, response: rewards.response },
    parts: Object.fromEntries(Object.entries(rewards.parts).filter(([, value]) => value !== 0)),
    f1: readProfileFigure(turn, 'f1_disclosed'),
    f1Full: readProfileFigure(turn, 'f1_full'),
    alternatives: turn.alternatives?.length ?? 0,
  };
}

function explainEpisode(turns: readonly TurnView[], error: string | null): string[] {
  const numbered = turns.map((turn, index) => ({ turn, number: index + 1 }));
  const reasons = numbered.flatMap(({ turn, number }) =>
    turn.malformed === null
      ? turn.reasons.map((reason) => ({ text: reason, number }))
      : [{ text: `output could not be read: ${turn.malformed.problem}`, number }],
  );
  const texts = [...new Set(reasons.map(({ text }) => text))];
  const kept = turns.at(-1)?.after ?? [];
  const listMarked = (mark: string): string =>
    kept
      .filter((item) => item.mark === mark)
      .map(({ text }) => text)
      .join(', ');
  const atEnd = (['wrong', 'guessed', 'stale', 'missed'] as const).flatMap((mark) => {
    const items = listMarked(mark);
    return items === '' ? [] : [`profile at the end, ${endWords[mark]}: ${items}`];
  });
  return [
    ...(error === null ? [] : [`the conversation broke off: ${error}`]),
    ...texts.map((text) => {
      const places = reasons.filter((each) => each.text === text).map(({ number }) => number);
      return `turn${places.length > 1 ? 's' : ''} ${places.join(', ')}: ${text}`;
    }),
    ...atEnd,
  ];
}

const endWords = {
  wrong: 'wrong',
  guessed: 'true and never told',
  stale: 'taken back by the user',
  missed: 'told and missing',
} as const;
