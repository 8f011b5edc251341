/** Demonstrations become the tokens the policy will see, and learning from them lowers the loss. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { createChatTemplate, smallChatTemplate, smallChatTokens } from '../chat/index.ts';
import {
  createModelAssistant,
  planEpisodes,
  runDemonstrations,
  runEpisodes,
  type Episode,
} from '../env/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import { createChatPolicy } from '../policy/index.ts';
import {
  createWordLevelTokenizer,
  loadTokenizer,
  writeTokenizerFiles,
} from '../tokenizer/index.ts';

import { TableBackend } from './testing/table-backend.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
} from './testing/table-world.ts';
import { createTrajectory } from './trajectory.ts';
import {
  encodeDemonstration,
  type EncodeOptions,
  type SupervisedSequence,
} from './warm-start-data.ts';
import {
  computeWarmStartRate,
  defaultWarmStartSettings,
  runWarmStart,
  type WarmStartInput,
} from './warm-start.ts';

const output = '<profile> good </profile> <response> good </response>';

function demonstrate(turns: number): Episode {
  return createTableEpisode(
    Array.from({ length: turns }, (_, index) => createTableTurn(index, { output })),
  );
}

const template = createChatTemplate(smallChatTemplate);

/** Encodes an episode whose policy is shown the whole conversation. */
function encode(episode: Episode, given: EncodeOptions): SupervisedSequence {
  const sequences = encodeDemonstration(episode, given);
  expect(sequences).toHaveLength(1);
  return sequences[0]!;
}

const options: EncodeOptions = {
  tokenizer: tableTokenizer,
  template,
  dialect: { ...createSmallWorld().dialect, systemPrompt: '' },
  contextWeight: 0.1,
  contextTokens: 100,
};

describe('encoding demonstrations', () => {
  it('renders them as the policy will see them, with full weight on outputs alone', () => {
    const { ids, weights } = encode(demonstrate(2), options);
    expect(tableTokenizer.decode([...ids])).toBe(
      `<|user|> hi <|assistant|> ${output} <|user|> hi <|assistant|> ${output}`,
    );
    const learnt = [...ids].filter((_, index) => weights[index] === 1);
    expect(tableTokenizer.decode(learnt)).toBe(`${output} ${output}`);
    expect(weights[0]).toBeCloseTo(0.1, 6);
  });

  it('leaves out turns that do not fit', () => {
    const { ids } = encode(demonstrate(9), { ...options, contextTokens: 20 });
    expect(ids.length).toBe(18);
  });

  it('ends an output with the stop token where it lacks it', () => {
    const open = createTableEpisode([createTableTurn(0, { output: '<response> good' })]);
    const { ids, weights } = encode(open, options);
    expect(tableTokenizer.decode([...ids.slice(-3)])).toBe('<response> good </response>');
    expect(weights.at(-1)).toBe(1);
  });
});

describe('in the small world', () => {
  it('gives the very tokens a policy that says the same would have seen and sampled', async () => {
    const world = createSmallWorld();
    const { words, specials } = world.vocabulary();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-warm-start-'));
    writeTokenizerFiles(
      folder,
      createWordLevelTokenizer({
        words,
        specials: [...smallChatTokens, ...specials],
        stopToken: '</response>',
        chatTemplate: smallChatTemplate,
      }),
    );
    const tokenizer = loadTokenizer(folder);
    fs.rmSync(folder, { recursive: true });
    const random = createRandom(3);
    const plans = planEpisodes({ world, random, count: 6, split: 'train' });
    const demonstrations = await runDemonstrations(plans, { world, turns: 5 });
    const lines = new Map(
      demonstrations.map(({ id, seed, turns }) => [
        `${id}#${seed}`,
        turns.map((turn) => tokenizer.encode(turn.output)),
      ]),
    );
    const backend = new TableBackend(tableWords.length);
    backend.sample = (requests) =>
      Promise.resolve(
        requests.map(({ sequenceId }) => {
          const ids = lines.get(sequenceId!)!.shift()!;
          return { ids, logprobs: ids.map(() => -1), finishReason: 'stop' as const };
        }),
      );
    const policy = createChatPolicy({ backend, tokenizer, template, name: 'replay' });
    const sampling = { maxTokens: 40, temperature: 1 };
    const episodes = await runEpisodes(plans, {
      world,
      assistant: createModelAssistant({ model: policy, sampling }),
      turns: 5,
    });
    for (const [index, episode] of episodes.entries()) {
      const encoded = encode(demonstrations[index]!, {
        ...options,
        tokenizer,
        contextTokens: 1000,
      });
      const trajectory = createTrajectory(episode, tokenizer, {
        rewardWeights: { profile: 1, response: 1 },
        rewardPlacement: 'earned',
      });
      expect(tokenizer.decode([...encoded.ids])).toBe(tokenizer.decode([...trajectory.ids]));
      expect([...encoded.ids]).not.toContain(0);
      expect(encoded.weights.map(Math.floor)).toEqual(trajectory.lossMask);
      expect(episode.turns.map((turn) => turn.formatProblem)).toEqual([
        null,
        null,
        null,
        null,
        null,
      ]);
      expect(trajectory.blockEnds.every((end) => end > 0)).toBe(true);
    }
  });
});

describe('the warm start', () => {
  const settings = {
    ...defaultWarmStartSettings,
    tokens: 6000,
    tokensPerUpdate: 60,
    warmUpUpdates: 5,
  };

  function start(): WarmStartInput & { readonly backend: TableBackend } {
    const encodeTurns = (turns: number): SupervisedSequence => encode(demonstrate(turns), options);
    return {
      backend: new TableBackend(tableWords.length),
      dense: [1, 1, 2, 1].map(encodeTurns),
      dialogues: [3, 4, 5].map(encodeTurns),
      settings: { ...settings, learningRate: 0.05 },
    };
  }

  it('lowers the loss, in about the planned number of tokens', async () => {
    const losses: number[] = [];
    const result = await runWarmStart({ ...start(), onProgress: ({ loss }) => losses.push(loss) });
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(result.tokens).toBeGreaterThanOrEqual(6000);
    expect(result.tokens).toBeLessThan(6200);
  });

  it('repeats bit for bit', async () => {
    const [first, second] = [start(), start()];
    await runWarmStart(first);
    await runWarmStart(second);
    expect(second.backend.parameters).toEqual(first.backend.parameters);
  });

  it('stops when interrupted, and refuses to learn from nothing', async () => {
    const signal = AbortSignal.abort();
    await expect(runWarmStart({ ...start(), signal })).rejects.toThrow(/interrupted/);
    await expect(runWarmStart({ ...start(), dense: [], dialogues: [] })).rejects.toThrow(
      /no demonstrations/,
    );
  });

  it('lets the learning rate rise, hold and fall to a tenth', () => {
    const rate = (index: number): number =>
      computeWarmStartRate(defaultWarmStartSettings, index, 1000) /
      defaultWarmStartSettings.learningRate;
    expect(rate(0)).toBeCloseTo(1 / 50, 10);
    expect(rate(400)).toBe(1);
    expect(rate(749)).toBeCloseTo(0.55, 10);
    expect(rate(999)).toBeCloseTo(0.1, 10);
  });
});
