/**
 * Measures a policy in a world: held-out people of one family or several, one way of decoding.
 *
 * The people and their seeds depend on the evaluation's seed alone, so two policies meet the same
 * people and can be compared person by person. Turns 1 and 2 are a greeting and little more, hence
 * the means over the turns from 3 on, beside those over whole conversations; intervals are over
 * people, who are the independent draws.
 */
import {
  computeInterval,
  createRandom,
  systemClock,
  type Clock,
  type Interval,
} from '../base/index.ts';
import type { SamplingOptions } from '../chat/index.ts';
import {
  listLateTurns,
  meanOf,
  planEpisodes,
  readProfileFigure,
  runEpisodes,
  summarizeEpisodes,
} from '../env/index.ts';
import type { Assistant, Episode, EpisodeSummary, Turn, World } from '../env/index.ts';

export const decodingNames = ['greedy', 'sampled'] as const;

export type DecodingName = (typeof decodingNames)[number];

export type Decoding = { readonly name: DecodingName; readonly sampling: SamplingOptions };

export const comparedMetrics = ['profile_f1_disclosed', 'profile_f1_full', 'alignment'] as const;

export type ComparedMetric = (typeof comparedMetrics)[number];

/** Scores as they are written to JSON; arrays run over turns from 1. */
export type WorldScores = {
  readonly profile_f1_disclosed: readonly (number | null)[];
  readonly profile_f1_full: readonly (number | null)[];
  readonly alignment: readonly (number | null)[];
  readonly format_rate: number | null;
  readonly tokens_per_turn: number | null;
  readonly users: number;
  readonly seconds: number;
  readonly decoding: DecodingName;
  readonly temperature: number;
  /** Means over turns 3 to the last, with 95 % intervals over people. */
  readonly late: Readonly<Record<ComparedMetric, JsonInterval>>;
  /** Means over all turns; scores of earlier versions have none. */
  readonly whole?: Readonly<Record<ComparedMetric, JsonInterval>>;
  /** Where the policy stands among the world's scripts; only where they were measured. */
  readonly scale?: Scale;
  readonly diagnostics: Omit<
    EpisodeSummary,
    'profile_f1_disclosed' | 'profile_f1_full' | 'alignment' | 'format_rate' | 'tokens_per_turn'
  >;
};

/** Share of the way from the script that remembers nothing; null where the world lacks such a script. */
export type Scale = {
  /** To the best script that needs no second sight. */
  readonly of_the_way_to_right_question: number | null;
  /** To the script that is told what is true. */
  readonly of_the_way_to_oracle: number | null;
};

/** An interval in JSON; null where there are too few values for one. */
export type JsonInterval = { readonly mean: number | null; readonly half_width: number | null };

export type WorldEvaluation = {
  readonly scores: WorldScores;
  readonly episodes: readonly Episode[];
};

/** Who is met, by whom, and how long. */
export type MeetingOptions = {
  readonly world: World;
  readonly assistant: Assistant;
  /** Families of users; of several, each meets an equal share. */
  readonly families: readonly string[];
  /** Whom of them: those to measure on, by default, or those to choose on. */
  readonly split?: 'validation' | 'test';
  readonly users: number;
  readonly turns: number;
  /** Outputs sampled in every turn, of which the best rewarded is continued; 1 by default. */
  readonly bestOf?: number;
  readonly seed: number;
  /** Begins the ids of people; others than those of another label. */
  readonly label?: string;
  readonly signal?: AbortSignal;
  /** Called with the turns that are done, of `users` times `turns`. */
  readonly onTurn?: (done: number) => void;
};

export type EvaluateWorldOptions = MeetingOptions & {
  /** How the assistant samples, for the record. */
  readonly decoding: Decoding;
  readonly clock?: Clock;
};

/** Holds the conversations and scores them. Throws `AbortedError`, and what the policy throws. */
export async function evaluateWorld(options: EvaluateWorldOptions): Promise<WorldEvaluation> {
  const { decoding, clock = systemClock } = options;
  const startMs = clock.nowMs();
  const episodes = await meetPeople(options);
  return { episodes, scores: scoreWorld(episodes, decoding, (clock.nowMs() - startMs) / 1000) };
}

/** Holds the conversations: the same people, from the same seeds, for every assistant. */
export async function meetPeople(options: MeetingOptions): Promise<Episode[]> {
  const { world, assistant, families, users, turns, seed, signal, onTurn } = options;
  const { label = 'evaluation', split = 'test', bestOf = 1 } = options;
  const name = families.join('+');
  const plans = planEpisodes({
    world,
    random: createRandom(`${label} ${seed}`).fork(name),
    count: users,
    split,
    families,
    label: `${label}-${name}`,
  });
  return runEpisodes(plans, {
    world,
    assistant,
    turns,
    candidates: bestOf,
    ...(signal === undefined ? {} : { signal }),
    ...(onTurn === undefined ? {} : { onTurn: ({ turnsDone }) => onTurn(turnsDone) }),
  });
}

/** Scores finished episodes. */
export function scoreWorld(
  episodes: readonly Episode[],
  decoding: Decoding,
  seconds: number,
): WorldScores {
  const summary = summarizeEpisodes(episodes);
  const {
    profile_f1_disclosed,
    profile_f1_full,
    alignment,
    format_rate,
    tokens_per_turn,
    ...rest
  } = summary;
  return {
    profile_f1_disclosed,
    profile_f1_full,
    alignment,
    format_rate,
    tokens_per_turn,
    users: episodes.length,
    seconds,
    decoding: decoding.name,
    temperature: decoding.sampling.temperature,
    late: mapMetrics((metric) => measurePeople(episodes, metric, listLateTurns)),
    whole: mapMetrics((metric) => measurePeople(episodes, metric)),
    diagnostics: rest,
  };
}

/** Reads one metric of a turn; null where it could not be told. */
export const readTurnMetric: Readonly<Record<ComparedMetric, (turn: Turn) => number | null>> = {
  profile_f1_disclosed: (turn) => readProfileFigure(turn, 'f1_disclosed'),
  profile_f1_full: (turn) => readProfileFigure(turn, 'f1_full'),
  alignment: (turn) => turn.alignment,
};

/**
 * Mean and interval over people of a metric's mean over the turns picked, by default all; people without
 * such a turn are left out.
 */
export function measurePeople(
  episodes: readonly Episode[],
  metric: ComparedMetric,
  pick: (episode: Episode) => readonly Turn[] = ({ turns }) => turns,
): JsonInterval {
  const means = episodes.map((episode) => meanOf(pick(episode).map(readTurnMetric[metric])));
  return toJsonInterval(computeInterval(means.filter((mean) => mean !== null)));
}

/** Mean of one conversation over turns 3 on; null where it has none. */
export function computeLateMean(episode: Episode, metric: ComparedMetric): number | null {
  return meanOf(listLateTurns(episode).map(readTurnMetric[metric]));
}

/** Interval of the difference `after - before`, person by person. */
export function compareLateMeans(
  before: readonly Episode[],
  after: readonly Episode[],
  metric: ComparedMetric,
): JsonInterval {
  const differences = after.flatMap((episode, index) => {
    const [a, b] = [before[index], episode];
    const [was, is] = [
      a === undefined ? null : computeLateMean(a, metric),
      computeLateMean(b, metric),
    ];
    return was === null || is === null ? [] : [is - was];
  });
  return toJsonInterval(computeInterval(differences));
}

export type RewardChange = {
  readonly before: JsonInterval;
  readonly after: JsonInterval;
  readonly difference: JsonInterval;
};

/** Compares the profile reward a turn, over all turns, person by person. */
export function compareProfileReward(
  before: readonly Episode[],
  after: readonly Episode[],
): RewardChange {
  const read = ({ turns }: Episode): number | null =>
    meanOf(turns.map(({ rewards }) => rewards.profile));
  const known = (values: readonly (number | null)[]): JsonInterval =>
    toJsonInterval(computeInterval(values.filter((value) => value !== null)));
  const [was, is] = [before.map(read), after.map(read)];
  const differences = is.map((value, index) => {
    const old = was[index] ?? null;
    return value === null || old === null ? null : value - old;
  });
  return { before: known(was), after: known(is), difference: known(differences) };
}

/** Makes a record of one entry for each compared metric. */
export function mapMetrics<Value>(
  make: (metric: ComparedMetric) => Value,
): Readonly<Record<ComparedMetric, Value>> {
  return {
    profile_f1_disclosed: make('profile_f1_disclosed'),
    profile_f1_full: make('profile_f1_full'),
    alignment: make('alignment'),
  };
}

function toJsonInterval({ mean, halfWidth }: Interval): JsonInterval {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { mean: finite(mean), half_width: finite(halfWidth) };
}
