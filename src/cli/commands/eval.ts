/** `rlpa eval world`: scores of a policy on held-out people of both families. */
import { createModelAssistant } from '../../env/index.ts';
import * as os from 'node:os';
import {
  chooseDecoding,
  createDecoding,
  evaluateWorld,
  renderScores,
  type DecodingName,
  type WorldScores,
} from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import {
  reportTurns,
  withPolicy,
  chooseMaxTokens,
  groupFamilies,
  listGroups,
  mapGroups,
  openTalk,
  readMetFamilies,
  pickTalkFlags,
  withTalkLedger,
  type TalkFlags,
} from '../../app/index.ts';
type EvalOptions = TalkFlags & {
  readonly suite: string;
  readonly people?: number;
  readonly turns?: number;
  readonly temperature?: number;
  readonly decoding?: DecodingName | 'better';
  readonly seed?: number;
  readonly threads?: number;
  readonly json?: boolean;
};

export const runEval = defineRunner<EvalOptions>(async (options, context) => {
  const { people = 128, ...flags } = options;
  const { turns = 10, seed = 1, decoding = 'greedy' } = flags;
  const talk = openTalk(pickTalkFlags(flags), context);
  const { location, opened } = talk;
  const { world, kind } = opened;
  const families = groupFamilies(world, readMetFamilies(location));
  const names: readonly DecodingName[] = decoding === 'better' ? ['greedy', 'sampled'] : [decoding];
  const settings = {
    temperature: options.temperature ?? 0.5,
    maxTokens: chooseMaxTokens(location, kind),
  };
  const threads = options.threads ?? os.availableParallelism();
  const evaluated = await withTalkLedger(talk, context, () =>
    withPolicy({ location, threads, maxTokensPerBatch: 8192 }, async ({ chat }) => {
      const measure = async (
        families: readonly string[],
        name: DecodingName,
      ): Promise<WorldScores> => {
        const decoding = createDecoding(name, settings);
        const { scores } = await evaluateWorld({
          world,
          assistant: createModelAssistant({ model: chat, sampling: decoding.sampling }),
          families,
          users: people,
          turns,
          seed,
          decoding,
          signal: context.signal,
          clock: context.clock,
          onTurn: reportTurns(context, `${families.join(' and ')} users, ${name}`, people * turns),
        });
        return scores;
      };
      const measureBetter = async (families: readonly string[]): Promise<WorldScores> => {
        const scores = [];
        for (const name of names) scores.push(await measure(families, name));
        const [first, second] = scores;
        if (first === undefined) throw new Error('internal: no decoding');
        if (second === undefined) return first;
        return chooseDecoding(first, second) === 'greedy' ? first : second;
      };
      return mapGroups(families, measureBetter);
    }),
  );
  if (options.json === true) {
    const { name: policy } = location;
    context.print(
      JSON.stringify({
        suite: options.suite,
        world: world.name,
        policy,
        seed,
        turns,
        families,
        ...evaluated,
      }),
    );
    return;
  }
  context.print(
    renderScores(
      listGroups(evaluated).flatMap((group) => {
        const scores = evaluated[group];
        if (scores === undefined) return [];
        return [{ users: `${group} family`, policies: [{ name: location.name, scores }] }];
      }),
    ),
  );
});
