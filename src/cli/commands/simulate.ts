/** `rlpa simulate`: conversations with simulated users, as transcripts or records. */
import * as os from 'node:os';
import { ConfigError, createRandom } from '../../base/index.ts';
import {
  planEpisodes,
  createModelAssistant,
  runEpisodes,
  type EpisodePlan,
} from '../../env/index.ts';
import { renderTranscript } from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import {
  withPolicy,
  type OpenedPolicy,
  chooseMaxTokens,
  openTalk,
  pickTalkFlags,
  withTalkLedger,
  type TalkFlags,
} from '../../app/index.ts';
import type { OpenedWorld } from '../../app/index.ts';
type SimulateOptions = TalkFlags & {
  readonly episodes?: number;
  readonly turns?: number;
  readonly family?: string;
  readonly temperature?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly json?: boolean;
};

/** Conversations held at once: enough for the engine, little enough to print soon. */
const batchSize = 64;

export const runSimulate = defineRunner<SimulateOptions>(async (options, context) => {
  const { episodes: count = 1, turns = 8, temperature = 0.5, seed = 1 } = options;
  const talk = openTalk(pickTalkFlags(options), context);
  const { location, opened } = talk;
  const { world } = opened;
  const family = chooseFamily(options.family, world.families);
  const plans = planTalks(opened, { count, family, seed });
  const threads = options.threads ?? os.availableParallelism();
  const simulate = async ({ chat }: OpenedPolicy): Promise<void> => {
    for (let first = 0; first < plans.length; first += batchSize) {
      const sampling = { maxTokens: chooseMaxTokens(location, opened.kind), temperature };
      const part = plans.slice(first, first + batchSize);
      const episodes = await runEpisodes(part, {
        world,
        assistant: createModelAssistant({ model: chat, sampling }),
        turns,
        signal: context.signal,
        onTurn: ({ turnsDone }) =>
          context.onProgress({
            label: 'conversations',
            done: first + turnsDone / turns,
            total: plans.length,
            unit: 'conversations',
          }),
      });
      for (const episode of episodes) {
        const title = `Conversation ${episode.id}`;
        context.print(
          options.json === true ? JSON.stringify(episode) : renderTranscript(episode, title),
        );
      }
    }
  };
  await withTalkLedger(talk, context, () =>
    withPolicy({ location, threads, maxTokensPerBatch: 8192 }, simulate),
  );
});

function chooseFamily(given: string | undefined, known: readonly string[]): string {
  const family = given ?? known[0] ?? '';
  if (known.includes(family)) return family;
  throw new ConfigError('unknown_family', `There is no family of users "${family}".`, {
    hint: `Known families: ${known.join(', ')}.`,
  });
}

/** Of a file everybody in turn; of the small world people held out of training. */
function planTalks(
  opened: OpenedWorld,
  options: { readonly count: number; readonly family: string; readonly seed: number },
): EpisodePlan[] {
  const { count, family, seed } = options;
  const random = createRandom(`simulation ${seed}`);
  const { world } = opened;
  if (opened.kind === 'small-world') {
    return planEpisodes({ world, random, count, split: 'test', families: [family], label: 'talk' });
  }
  const { train, test } = opened.world.people;
  const people = [
    ...test.map((persona) => ({ persona, split: 'test' as const })),
    ...(test === train ? [] : train.map((persona) => ({ persona, split: 'train' as const }))),
  ];
  return Array.from({ length: count }, (_, index) => {
    const person = people[index % people.length];
    if (person === undefined) throw new Error('internal: a world without people');
    const own = random.fork(`plan/${index}`);
    return { id: `talk-${index}`, ...person, family, seed: own.fork('seed').nextUint32() };
  });
}
