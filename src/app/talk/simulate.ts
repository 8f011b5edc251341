/** Conversations of a policy with simulated users, one after the other as they are finished. */
import { ConfigError, createRandom } from '../../base/index.ts';
import {
  createModelAssistant,
  planEpisodes,
  runEpisodes,
  type Episode,
  type EpisodePlan,
} from '../../env/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { openWorld } from '../open-world.ts';
import { checkTalkSettings, openTalk, openTalker, type TalkOptions } from './talk.ts';

export type SimulateOptions = TalkOptions & {
  /** Conversations; 1 by default. */
  readonly episodes?: number | undefined;
  /** Turns of each; 8 by default. */
  readonly turns?: number | undefined;
  /** Family of users; the world's first by default. */
  readonly family?: string | undefined;
  /** Of sampling; 0 is greedy, 0.5 by default. */
  readonly temperature?: number | undefined;
  /** 1 by default. */
  readonly seed?: number | undefined;
};

/** Conversations held at once: enough for the engine, little enough to be seen soon. */
const batchSize = 64;

/** Between the greedy one and that of training. */
export const talkTemperature = 0.5;

/**
 * Holds conversations and yields them. Of a file everybody is met in turn; elsewhere people held out
 * of training are made up. Throws `ConfigError`, `DataError`, `CheckpointError`, `ProviderError`,
 * `RolloutError` and `AbortedError`.
 */
export async function* simulate(options: SimulateOptions = {}): AsyncGenerator<Episode> {
  const { episodes: count = 1, turns = 8, seed = 1 } = options;
  const context = createContext(options);
  checkTalkSettings(options, ['sampling.maxTokens'], 'A simulation');
  const talk = await openTalk(options, context);
  const opened = openWorld(talk.resolved, { models: talk.models, log: context.log });
  const family = chooseFamily(options.family, opened.world.families);
  const plans = planTalks(opened, { count, family, seed });
  const talker = await openTalker(talk, context);
  const { maxTokens } = talk.resolved.settings.sampling;
  const sampling = { maxTokens, temperature: options.temperature ?? talkTemperature };
  try {
    for (let first = 0; first < plans.length; first += batchSize) {
      const part = plans.slice(first, first + batchSize);
      const assistant = createModelAssistant({ model: talker.chat, sampling });
      const { signal } = context;
      const onTurn = reportTalks(context, { first, turns, count });
      yield* await runEpisodes(part, { world: opened.world, assistant, turns, signal, onTurn });
    }
  } finally {
    await talker.close();
  }
}

function reportTalks(
  { onProgress }: Pick<AppContext, 'onProgress'>,
  {
    first,
    turns,
    count,
  }: { readonly first: number; readonly turns: number; readonly count: number },
): (progress: { readonly turnsDone: number }) => void {
  const unit = 'conversations';
  return ({ turnsDone }) =>
    onProgress({ label: unit, done: first + turnsDone / turns, total: count, unit });
}

function chooseFamily(given: string | undefined, known: readonly string[]): string {
  const family = given ?? known[0] ?? '';
  if (known.includes(family)) return family;
  throw new ConfigError('unknown_family', `There is no family of users "${family}".`, {
    hint: `Known families: ${known.join(', ')}.`,
  });
}

function planTalks(
  { world, people }: OpenedWorld,
  {
    count,
    family,
    seed,
  }: { readonly count: number; readonly family: string; readonly seed: number },
): EpisodePlan[] {
  const random = createRandom(`simulation ${seed}`);
  if (people === undefined) {
    return planEpisodes({ world, random, count, split: 'test', families: [family], label: 'talk' });
  }
  const { train, test } = people;
  const everybody = [
    ...test.map((persona) => ({ persona, split: 'test' as const })),
    ...(test === train ? [] : train.map((persona) => ({ persona, split: 'train' as const }))),
  ];
  return Array.from({ length: count }, (_, index) => {
    const person = everybody[index % everybody.length];
    if (person === undefined) throw new Error('internal: a world without people');
    const own = random.fork(`plan/${index}`);
    return { id: `talk-${index}`, ...person, family, seed: own.fork('seed').nextUint32() };
  });
}
