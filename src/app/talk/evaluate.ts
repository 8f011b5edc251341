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
import { createContext, reportTurns, type AppContext } from '../context.ts';
import { openWorld } from '../open-world.ts';
import type { Settings } from '../settings/schema.ts';
import { checkTalkSettings, openTalk, withTalker, type TalkOptions } from './talk.ts';

export type EvaluateOptions = TalkOptions & {
  /** How outputs are chosen: `greedy` (the default), `sampled`, or the better of both by alignment. */
  readonly decoding?: DecodingName | 'better' | undefined;
};

export type Evaluation = {
  readonly policy: string;
  readonly world: string;
  readonly settings: Settings['evaluation'];
  /** The family trained on by default, and the next one. */
  readonly trained: WorldScores;
  readonly untrained: WorldScores;
};

/**
 * Holds conversations with held-out people of two families and scores them. How many, how long and
 * from which seed: `settings.evaluation`. Throws what `openTalk` and `runEpisodes` throw.
 */
export async function evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
  const context = createContext(options);
  checkTalkSettings(options, ['evaluation.', 'sampling.maxTokens'], 'Measuring');
  const talk = openTalk(options, context);
  const { settings } = talk.resolved;
  const { world } = openWorld(talk.resolved, { models: talk.models, log: context.log });
  const names: readonly DecodingName[] =
    options.decoding === 'better' ? ['greedy', 'sampled'] : [options.decoding ?? 'greedy'];
  const [trained = '', untrained = trained] = world.families;
  return withTalker(talk, context, async (chat) => {
    const measure = async (family: string): Promise<WorldScores> => {
      const scores: WorldScores[] = [];
      for (const name of names) {
        scores.push(await measureFamily({ world, chat, settings, family, name }, context));
      }
      return pickBetter(scores);
    };
    return {
      policy: talk.name,
      world: world.name,
      settings: settings.evaluation,
      trained: await measure(trained),
      untrained: await measure(untrained),
    };
  });
}

type Measurement = {
  readonly world: World;
  readonly chat: ChatModel;
  readonly settings: Settings;
  readonly family: string;
  readonly name: DecodingName;
};

async function measureFamily(
  { world, chat, settings, family, name }: Measurement,
  context: AppContext,
): Promise<WorldScores> {
  const { users, turns, seed, temperature } = settings.evaluation;
  const { maxTokens } = settings.sampling;
  const decoding = createDecoding(name, { temperature, maxTokens });
  const { scores } = await evaluateWorld({
    world,
    assistant: createModelAssistant({ model: chat, sampling: decoding.sampling }),
    families: [family],
    users,
    turns,
    seed,
    decoding,
    signal: context.signal,
    clock: context.clock,
    onTurn: reportTurns(context, `${family} users, ${name}`, users * turns),
  });
  return scores;
}

function pickBetter([first, second]: readonly WorldScores[]): WorldScores {
  if (first === undefined) throw new Error('internal: nothing was measured');
  if (second === undefined) return first;
  return chooseDecoding(first, second) === 'greedy' ? first : second;
}
