/**
 * Training with the real engine: a run that was cut off and resumed equals an unbroken one, bit for
 * bit on one thread, and the reward of a later turn reaches the gradient of an earlier one.
 *
 * The model is a transformer of a few thousand weights over the ten words of the table world.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EmbeddedBackend, loadPolicyWeights } from '../../src/policy/index.ts';
import {
  computeTokenCredits,
  createTrajectory,
  resolveTrainingSettings,
  trainPolicy,
  type TrainPolicyInput,
} from '../../src/rl/index.ts';
import {
  createTableCollector,
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
  tableWorld,
} from '../../src/rl/testing/table-world.ts';
import { openRun } from '../../src/runlog/index.ts';
import { createTinyConfig } from '../fixtures/tiny-config.ts';

const config = createTinyConfig({
  vocabularySize: tableWords.length,
  contextTokens: 128,
  initializerRange: 0.12,
  eosTokenIds: [...tableTokenizer.stopIds],
});

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-resume-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

function createBackend(): EmbeddedBackend {
  const weights = loadPolicyWeights({
    model: { kind: 'new', config, seed: 5 },
    valueHead: 'separate',
    seed: 6,
  });
  return new EmbeddedBackend({ weights, threads: 1, maxTokensPerBatch: 4096 });
}

const settings = resolveTrainingSettings({
  iterations: 5,
  episodesPerIteration: 8,
  turns: 3,
  checkpointEvery: 2,
  ppo: { minibatchEpisodes: 4, logprobTolerance: 1e-4 },
});

function start(name: string, resume = false): TrainPolicyInput {
  const backend = createBackend();
  const run = openRun({ directory: path.join(root, name), settings, resume });
  const collect = createTableCollector(backend);
  return { settings, world: tableWorld, backend, tokenizer: tableTokenizer, collect, run };
}

const read = (name: string, ...file: string[]): Buffer =>
  fs.readFileSync(path.join(root, name, ...file));

describe('a run cut off and resumed', () => {
  it('gives the metrics, episodes and weights of an unbroken one', async () => {
    const whole = start('whole');
    await trainPolicy(whole);
    await whole.backend.close();

    const cut = start('cut');
    const collect: TrainPolicyInput['collect'] = (request) => {
      if (request.plans[0]!.id.startsWith('train-00004')) throw new Error('killed');
      return cut.collect(request);
    };
    await expect(trainPolicy({ ...cut, collect })).rejects.toThrow('killed');
    await cut.backend.close();
    fs.appendFileSync(path.join(root, 'cut', 'metrics.jsonl'), '{"iteration":4,"re');

    const resumed = start('cut', true);
    await trainPolicy(resumed);
    await resumed.backend.close();
    for (const file of [
      ['metrics.jsonl'],
      ['episodes', 'iteration-00005.jsonl'],
      ['model', 'model.safetensors'],
    ]) {
      expect(read('cut', ...file).equals(read('whole', ...file))).toBe(true);
    }
  });
});

describe('the gradient of an earlier turn', () => {
  const output = '<profile> good </profile> <response> good </response>';

  async function computeFirstTurnGradient(lastReward: number, discount: number): Promise<number[]> {
    const turns = [{ output }, { output, responseReward: lastReward }];
    const trajectory = createTrajectory(
      createTableEpisode(turns.map((turn, index) => createTableTurn(index, turn))),
      tableTokenizer,
      { rewardWeights: { profile: 1, response: 1 }, rewardPlacement: 'earned' },
    );
    const backend = createBackend();
    const [scores] = await backend.score([trajectory.ids], 'current');
    const { ppo } = resolveTrainingSettings({ ppo: { normaliseAdvantages: false, discount } });
    const [credit] = computeTokenCredits([trajectory], [scores!.values], {
      ...ppo,
      algorithm: 'ppo',
    });
    const weights = trajectory.lossMask.map((weight, index) =>
      index < trajectory.turnEnds[0]! ? weight : 0,
    );
    await backend.forwardBackward(
      [
        {
          ids: trajectory.ids,
          weights,
          behaviorLogprobs: scores!.logprobs,
          advantages: credit!.advantages,
        },
      ],
      {
        kind: 'ppo',
        scale: 1,
        clipEpsilon: 0.2,
        klCoef: 0,
        entropyCoef: 0,
        valueCoef: 0,
        valueClip: 0,
      },
    );
    const gradient = [...backend.gradients()['model.embed_tokens.weight']!];
    await backend.close();
    return gradient;
  }

  it('depends on the reward of a later turn, and with discount 0 does not', async () => {
    const gradient = await computeFirstTurnGradient(0, 0.5);
    expect(await computeFirstTurnGradient(0, 0.5)).toEqual(gradient);
    expect(await computeFirstTurnGradient(1, 0.5)).not.toEqual(gradient);
    expect(await computeFirstTurnGradient(1, 0)).toEqual(await computeFirstTurnGradient(0, 0));
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});
