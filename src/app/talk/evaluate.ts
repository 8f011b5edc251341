/** Measures a policy on people it never met. */
import {
  chooseDecoding,
  createDecoding,
  evaluateWorld,
  type DecodingName,
  type WorldScores,
} from '../../eval/index.ts';
import { createModelAssistant, type World } from '../../env/index.ts';
import type { ChatModel } from '../../chat/index.ts';
import { ConfigError } from '../../base/index.ts';
import { createContext, reportTurns, type AppContext } from '../context.ts';
import { openWorld } from '../open-world.ts';
import type { Settings } from '../settings/schema.ts';
import { measureGroups, placeScores, type GroupFloors } from '../floors/group-floors.ts';
import { mapGroups, type ByGroup, type GroupFamilies } from '../policies/met-families.ts';
import {
  checkTalkSettings,
  findTalkFamilies,
  openTalk,
  withTalker,
  type TalkOptions,
} from './talk.ts';

export type EvaluateOptions = TalkOptions & {
  /** In place of `evaluation.decoding`: `greedy`, `sampled`, or the better of both by alignment. */
  readonly decoding?: DecodingName | 'better' | undefined;
  /** The family that was never met; the world's first such one by default. */
  readonly family?: string | undefined;
};

/** Scores of each group of users there is. */
export type Evaluation = ByGroup<WorldScores> & {
  readonly policy: string;
  readonly world: string;
  readonly settings: Settings['evaluation'];
  /** Families that the policy was trained on, and one it never met. */
  readonly families: GroupFamilies;
  /** What the world's scripts got from the same people; null without scripts, or where remote models are asked. */
  readonly floors: GroupFloors | null;
};

/**
 * Holds conversations with held-out people and scores them: of the families that the policy learnt from
 * (where nothing says, of the world's first), and of one it never met, where there is one. How many, how long and
 * from which seed: `settings.evaluation`. Throws `ConfigError`, `DataError`, `CheckpointError`, `ProviderError`,
 * `RolloutError` and `AbortedError`.
 */
export async function evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
  const context = createContext(options);
  const measured = ['users', 'turns', 'decoding', 'temperature', 'bestOf', 'seed'].map(
    (name) => `evaluation.${name}`,
  );
  checkTalkSettings(options, [...measured, 'sampling.maxTokens'], 'Measuring');
  const talk = await openTalk(options, context);
  const { settings } = talk.resolved;
  const opened = openWorld(talk.resolved, { models: talk.models, log: context.log });
  const { world } = opened;
  const { evaluation } = settings;
  const { bestOf } = evaluation;
  const names = listDecodings(options.decoding, evaluation);
  const { log } = context;
  const families = findTalkFamilies(talk, world, { log, family: options.family });
  return withTalker(talk, context, async (chat) => {
    const measure = async (group: readonly string[]): Promise<WorldScores> => {
      const scores: WorldScores[] = [];
      for (const name of names) {
        scores.push(
          await measureFamilies({ world, chat, settings, families: group, name }, context),
        );
      }
      return pickBetter(scores);
    };
    const floors =
      talk.models === null ? await measureGroups(opened, { families, evaluation }, context) : null;
    return {
      policy: nameMeasured(talk.name, bestOf),
      world: world.name,
      settings: evaluation,
      families,
      floors,
      ...placeScores(await mapGroups(families, measure), floors),
    };
  });
}

/**
 * Lists the decodings to measure; the best of several outputs (`bestOf` above 1) is of sampled ones. Throws
 * `ConfigError` where the best of equal outputs would be taken.
 */
export function listDecodings(
  wanted: EvaluateOptions['decoding'],
  { decoding, bestOf }: Pick<Settings['evaluation'], 'decoding' | 'bestOf'>,
): readonly DecodingName[] {
  if (bestOf > 1 && wanted !== undefined && wanted !== 'sampled') {
    throw new ConfigError(
      'best_of_greedy',
      `evaluation.bestOf must be 1 with decoding ${wanted}, whose greedy outputs are all the same, got ${bestOf}.`,
      { hint: 'Use --decoding sampled, or leave --decoding away.' },
    );
  }
  if (wanted === 'better') return ['greedy', 'sampled'];
  return [wanted ?? (bestOf > 1 ? 'sampled' : decoding)];
}

/** Names what was measured: a choice by reward is no policy, and is said to be none. */
export function nameMeasured(policy: string, bestOf: number): string {
  return bestOf === 1
    ? policy
    : `${policy}, best of ${bestOf} by reward (upper bound of selection, not a policy)`;
}

type Measurement = {
  readonly world: World;
  readonly chat: ChatModel;
  readonly settings: Settings;
  readonly families: readonly string[];
  readonly name: DecodingName;
};

async function measureFamilies(
  { world, chat, settings, families, name }: Measurement,
  context: AppContext,
): Promise<WorldScores> {
  const { users, turns, seed, temperature, bestOf } = settings.evaluation;
  const { maxTokens } = settings.sampling;
  const decoding = createDecoding(name, { temperature, maxTokens });
  const { scores } = await evaluateWorld({
    world,
    assistant: createModelAssistant({ model: chat, sampling: decoding.sampling }),
    families,
    users,
    turns,
    bestOf,
    seed,
    decoding,
    signal: context.signal,
    clock: context.clock,
    onTurn: reportTurns(context, `${families.join(' and ')} users, ${name}`, users * turns),
  });
  return scores;
}

function pickBetter([first, second]: readonly WorldScores[]): WorldScores {
  if (first === undefined) throw new Error('internal: nothing was measured');
  if (second === undefined) return first;
  return chooseDecoding(first, second) === 'greedy' ? first : second;
}
