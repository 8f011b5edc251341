/** The loop on a table policy: it learns, repeats bit for bit, survives interruption, reports faults. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  AbortedError,
  CheckpointError,
  DataError,
  EngineError,
  RolloutError,
} from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import { openRun } from '../runlog/index.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import type { TrainingOverrides } from './settings.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableCollector,
  createTableEpisode,
  tableTokenizer,
  tableWords,
  tableWorld,
} from './testing/table-world.ts';
import { createIterationRandom, planIteration } from './iteration-plans.ts';
import { computeLearningRate } from './learning-rate.ts';
import { trainPolicy } from './trainer.ts';
import type { TrainPolicyInput, ValidationRecord } from './training-types.ts';
import { findBest } from './validation.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-trainer-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const overrides: TrainingOverrides = {
  iterations: 6,
  episodesPerIteration: 8,
  turns: 3,
  checkpointEvery: 2,
  ppo: { minibatchEpisodes: 4, logprobTolerance: 1e-4, klCoef: 0.001, maxApproxKl: 0 },
  optimizer: { learningRate: 0.05, valueLearningRate: 0.05 },
};

type Started = { readonly backend: TableBackend; readonly input: TrainPolicyInput };

function start(name: string, given: TrainingOverrides = {}, resume = false): Started {
  const settings = resolveTrainingSettings({ ...overrides, ...given });
  const backend = new TableBackend(tableWords.length);
  const directory = path.join(root, name);
  const run = openRun({ directory, settings, resume, mayChange: ['iterations'] });
  const collect = createTableCollector(backend);
  const input = { settings, world: tableWorld, backend, tokenizer: tableTokenizer, collect, run };
  return { backend, input };
}

const read = (name: string, ...file: string[]): string =>
  fs.readFileSync(path.join(root, name, ...file), 'utf8');

describe('training', () => {
  it('raises the reward', async () => {
    const { input } = start('learns', { iterations: 60 });
    await trainPolicy(input);
    const metrics = input.run.readMetrics();
    const meanOf = (records: typeof metrics): number =>
      records.reduce((sum, record) => sum + record['reward/episode_return']!, 0) / records.length;
    expect(meanOf(metrics.slice(-5))).toBeGreaterThan(meanOf(metrics.slice(0, 5)) + 2);
  });

  it.each(['grpo', 'rloo', 'reinforce++', 'sft', 'dpo', 'ppo'] as const)(
    'raises the reward with %s, and repeats bit for bit',
    async (algorithm) => {
      const offline = algorithm === 'sft' || algorithm === 'dpo';
      const candidates = offline ? 12 : algorithm === 'ppo' ? 4 : 1;
      const given: TrainingOverrides = {
        algorithm,
        candidates,
        iterations: 25,
        groupSize: algorithm === 'grpo' || algorithm === 'rloo' ? 8 : 1,
        ppo: { ...overrides.ppo, ...(candidates > 1 ? { discount: 0 } : {}) },
        offline: { epochs: 25, minibatchSize: 8 },
        dpo: { beta: 0.05 },
      };
      const { input, backend } = start(algorithm, given);
      const before = await input.collect({ ...request, settings: once(input) });
      await trainPolicy(input);
      const after = await input.collect({ ...request, settings: once(input) });
      expect(meanReturn(after)).toBeGreaterThan(meanReturn(before) + 0.4);
      const again = start(`${algorithm} again`, given);
      await trainPolicy(again.input);
      expect(again.backend.parameters).toEqual(backend.parameters);
    },
  );

  const once = ({ settings }: TrainPolicyInput): TrainPolicyInput['settings'] => ({
    ...settings,
    candidates: 1,
  });
  const plans = Array.from({ length: 60 }, (_, seed) => ({
    id: `probe ${seed}`,
    persona: tableWorld.samplePersona(createIterationRandom(1, 1), 'test'),
    family: 'hi',
    split: 'test' as const,
    seed,
  }));
  const request = { plans, policyVersion: 0 };
  const meanReturn = (episodes: readonly Episode[]): number =>
    episodes
      .flatMap(({ turns }) => turns)
      .reduce((sum, { rewards }) => sum + rewards.profile! + rewards.response!, 0) /
    episodes.length;

  it('collects for an offline algorithm before the first update, and resumes from what is there', async () => {
    const given: TrainingOverrides = { algorithm: 'dpo', candidates: 3, iterations: 4 };
    const whole = start('offline whole', given);
    await trainPolicy(whole.input);
    const versions = [1, 4].map(
      (iteration) => whole.input.run.readEpisodes(iteration)[0]!.policyVersion,
    );
    expect(versions).toEqual([0, 0]);

    const killed = start('offline killed', given);
    let collected = 0;
    const collect: TrainPolicyInput['collect'] = (each) => {
      collected += 1;
      if (collected > 2) throw new Error('power cut');
      return killed.input.collect(each);
    };
    await expect(trainPolicy({ ...killed.input, collect })).rejects.toThrow('power cut');
    await trainPolicy(start('offline killed', given, true).input);
    expect(read('offline killed', 'metrics.jsonl')).toBe(read('offline whole', 'metrics.jsonl'));
    expect(read('offline killed', 'model', 'model.json')).toBe(
      read('offline whole', 'model', 'model.json'),
    );

    const longer = start('offline whole', { ...given, iterations: 5 }, true);
    await expect(trainPolicy(longer.input)).rejects.toMatchObject({ code: 'offline_data_missing' });
  });

  it('keeps what collecting took through a resume, and counts it once', async () => {
    const given: TrainingOverrides = {
      ...{ algorithm: 'sft', candidates: 2, iterations: 4 },
      offline: { epochs: 2 },
    };
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, timestamp: () => '' };
    const train = async ({ input }: Started): Promise<void> => {
      const collect: TrainPolicyInput['collect'] = (each) => {
        nowMs += 5000;
        return input.collect(each);
      };
      await trainPolicy({ ...input, collect, clock });
    };
    const killed = start('offline timed', given);
    killed.backend.optimStep = () => {
      throw new Error('power cut');
    };
    await expect(train(killed)).rejects.toThrow('power cut');
    const resumed = start('offline timed', given, true);
    await train(resumed);
    const timings = resumed.input.run.readTimings();
    const collecting = timings.filter((record) => 'seconds/collect' in record);
    expect(collecting.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4]);
    expect(collecting.map((record) => record['seconds/collect'])).toEqual([5, 5, 5, 5]);
    for (const record of collecting) {
      expect(record['tokens/generated_per_second']).toBeLessThan(1000);
    }
    const learning = timings.filter((record) => 'seconds/update' in record);
    expect(learning.map(({ iteration }) => iteration)).toEqual([1, 2]);
  });

  it('scores the start model once in each update phase of DPO, however many updates it makes', async () => {
    const offline = { epochs: 2, minibatchSize: 2 };
    const { input, backend } = start('dpo scores', {
      algorithm: 'dpo',
      candidates: 3,
      iterations: 2,
      offline,
    });
    const score = backend.score.bind(backend);
    const scored: string[] = [];
    backend.score = (sequences, model) => {
      scored.push(model);
      return score(sequences, model);
    };
    const { policyVersion } = await trainPolicy(input);
    expect(scored.filter((model) => model === 'reference')).toHaveLength(2);
    expect(policyVersion).toBeGreaterThan(2);
  });

  it('ends when the token budget is spent, and stays ended when resumed', async () => {
    const given: TrainingOverrides = { iterations: 20, tokenBudget: 900 };
    const { input } = start('budget', given);
    const state = await trainPolicy(input);
    const totals = input.run.readMetrics().map((record) => record['tokens/generated_total']!);
    expect(state.iteration).toBe(totals.length);
    expect(state.iteration).toBeLessThan(20);
    expect(totals.at(-1)).toBeGreaterThanOrEqual(900);
    expect(totals.at(-2)).toBeLessThan(900);
    expect(await trainPolicy(start('budget', given, true).input)).toEqual(state);
  });

  it('offline, collects until the token budget is spent and passes over all of it so many times', async () => {
    const given: TrainingOverrides = {
      ...{ algorithm: 'sft', candidates: 2, iterations: 20, tokenBudget: 900 },
      offline: { epochs: 3 },
    };
    const { input } = start('offline budget', given);
    const state = await trainPolicy(input);
    const batches = fs.readdirSync(path.join(root, 'offline budget', 'episodes')).length;
    expect(batches).toBeLessThan(20);
    expect(state.generatedTokens).toBeGreaterThanOrEqual(900);
    const metrics = input.run.readMetrics();
    expect(metrics).toHaveLength(3);
    for (const record of metrics) {
      expect(record['episodes/count']).toBe(batches * 8);
      expect(record['tokens/generated_total']).toBe(state.generatedTokens);
    }
    expect(await trainPolicy(start('offline budget', given, true).input)).toEqual(state);
  });

  it('writes metrics, episodes, checkpoints and a model, and repeats bit for bit', async () => {
    await trainPolicy(start('whole').input);
    await trainPolicy(start('again').input);
    expect(read('again', 'metrics.jsonl')).toBe(read('whole', 'metrics.jsonl'));
    expect(read('again', 'model', 'model.json')).toBe(read('whole', 'model', 'model.json'));
    expect(fs.readdirSync(path.join(root, 'whole', 'episodes'))).toHaveLength(6);
    expect(fs.readdirSync(path.join(root, 'whole', 'checkpoints')).sort()).toEqual([
      'iteration-00004',
      'iteration-00006',
      'latest',
    ]);
    const keys = Object.keys(JSON.parse(read('whole', 'metrics.jsonl').split('\n')[0]!) as object);
    expect(keys.filter((key) => !/^(iteration|[a-z_]+\/[a-z0-9_]+)$/.test(key))).toEqual([]);
    expect(keys.filter((key) => /second|time/.test(key))).toEqual([]);
  });

  it('resumed after a kill between two checkpoints, gives the metrics of an unbroken run', async () => {
    const { input } = start('killed');
    let collected = 0;
    const collect: TrainPolicyInput['collect'] = (request) => {
      collected += 1;
      if (collected === 6) throw new Error('killed');
      return input.collect(request);
    };
    await expect(trainPolicy({ ...input, collect })).rejects.toThrow('killed');
    fs.appendFileSync(path.join(root, 'killed', 'metrics.jsonl'), '{"iteration":6,"rewa');
    expect(read('killed', 'metrics.jsonl').split('\n')).toHaveLength(6);
    await trainPolicy(start('killed', {}, true).input);
    for (const file of [
      ['metrics.jsonl'],
      ['model', 'model.json'],
      ['episodes', 'iteration-00005.jsonl'],
    ]) {
      expect(read('killed', ...file)).toBe(read('whole', ...file));
    }
  });

  it('resumed before any checkpoint, begins again', async () => {
    const { input } = start('early');
    const fail = (): never => {
      throw new Error('killed');
    };
    await expect(trainPolicy({ ...input, collect: fail })).rejects.toThrow('killed');
    await trainPolicy(start('early', {}, true).input);
    expect(read('early', 'metrics.jsonl')).toBe(read('whole', 'metrics.jsonl'));
  });

  it('ends early where a resume wants no more, with its model, and not before', async () => {
    await trainPolicy(start('short', { iterations: 4 }).input);
    fs.rmSync(path.join(root, 'short', 'model'), { recursive: true });
    const fewer = start('short', { iterations: 3 }, true);
    await expect(trainPolicy(fewer.input)).rejects.toMatchObject({ code: 'iterations_done' });
    expect(fs.existsSync(path.join(root, 'short', 'model'))).toBe(false);
    const state = await trainPolicy(start('short', { iterations: 4 }, true).input);
    expect(state.iteration).toBe(4);
    expect(read('short', 'model', 'model.json')).not.toBe('');
  });

  it('interrupted, saves what is done and continues from there', async () => {
    const { input } = start('interrupted');
    const controller = new AbortController();
    const collect: TrainPolicyInput['collect'] = (request) => {
      if (request.plans[0]!.id.includes('00004')) {
        controller.abort();
        throw new AbortedError('aborted', 'interrupted');
      }
      return input.collect(request);
    };
    const attempt = trainPolicy({ ...input, collect, signal: controller.signal });
    await expect(attempt).rejects.toBeInstanceOf(AbortedError);
    expect(read('interrupted', 'checkpoints', 'latest').trim()).toBe('iteration-00003');
    await trainPolicy(start('interrupted', {}, true).input);
    expect(read('interrupted', 'metrics.jsonl')).toBe(read('whole', 'metrics.jsonl'));
  });

  it('stops on numbers that are not finite, and keeps the batch', async () => {
    const { backend, input } = start('broken');
    const forward = backend.forwardBackward.bind(backend);
    backend.forwardBackward = (batch, loss) => forward(batch, { ...loss, scale: Number.NaN });
    await expect(trainPolicy(input)).rejects.toBeInstanceOf(EngineError);
    const batch = JSON.parse(read('broken', 'diagnostics', 'bad-batch-1.json')) as unknown[];
    expect(batch).toHaveLength(4);
  });

  it('saves the last sound weights where a loss is not finite, and goes on from them', async () => {
    const { backend, input } = start('nan', { checkpointEvery: 100 });
    const forward = backend.forwardBackward.bind(backend);
    const collect: TrainPolicyInput['collect'] = (request) => {
      if (request.plans[0]!.id.includes('00004')) {
        backend.forwardBackward = (batch, loss) => forward(batch, { ...loss, scale: Number.NaN });
      }
      return input.collect(request);
    };
    const attempt = trainPolicy({ ...input, collect });
    await expect(attempt).rejects.toMatchObject({ code: 'loss_not_finite' });
    expect(read('nan', 'checkpoints', 'latest').trim()).toBe('iteration-00003');
    expect(fs.readdirSync(path.join(root, 'nan', 'episodes'))).toHaveLength(4);
    expect(input.run.readMetrics()).toHaveLength(3);
    expect(fs.existsSync(path.join(root, 'nan', 'diagnostics', 'bad-batch-4.json'))).toBe(true);
    await trainPolicy(start('nan', { checkpointEvery: 100 }, true).input);
    expect(read('nan', 'metrics.jsonl')).toBe(read('whole', 'metrics.jsonl'));
  });

  it('stops in the iteration whose updates spoil the weights, and never saves those', async () => {
    const { backend, input } = start('spoils', { checkpointEvery: 1 });
    const step = backend.optimStep.bind(backend);
    let updates = 0;
    backend.optimStep = async (adam) => {
      const result = await step(adam);
      updates += 1;
      if (updates === 12) backend.setParameter(3, Number.NaN);
      return result;
    };
    await expect(trainPolicy(input)).rejects.toMatchObject({ code: 'update_not_finite' });
    expect(updates).toBe(12);
    expect(read('spoils', 'checkpoints', 'latest').trim()).toBe('iteration-00002');
    expect(fs.existsSync(path.join(root, 'spoils', 'model'))).toBe(false);
  });

  it.each(['sft', 'dpo'] as const)(
    'keeps the batch of an update of %s that fails',
    async (algorithm) => {
      const name = `broken ${algorithm}`;
      const { input, backend } = start(name, { algorithm, candidates: 3, iterations: 1 });
      backend.optimStep = () => {
        throw new EngineError('gradient_not_finite', 'The gradient is not finite.');
      };
      await expect(trainPolicy(input)).rejects.toMatchObject({ code: 'gradient_not_finite' });
      const batch = JSON.parse(read(name, 'diagnostics', 'bad-batch-1.json')) as unknown[];
      expect(batch.length).toBeGreaterThan(0);
    },
  );

  it('refuses to begin with, or go on from, weights that are not finite', async () => {
    const begun = start('damaged');
    begun.backend.setParameter(3, Number.NaN);
    await expect(trainPolicy(begun.input)).rejects.toBeInstanceOf(DataError);
    const { backend, input } = start('spoilt', { iterations: 2 });
    await trainPolicy(input);
    const resumed = start('spoilt', { iterations: 3 }, true);
    const load = resumed.backend.loadState.bind(resumed.backend);
    resumed.backend.loadState = async (folder) => {
      await load(folder);
      resumed.backend.setParameter(3, Number.NaN);
    };
    await expect(trainPolicy(resumed.input)).rejects.toBeInstanceOf(CheckpointError);
    expect(backend.parameters.every(Number.isFinite)).toBe(true);
  });

  it('refuses to train when sampling and scoring disagree', async () => {
    const { input } = start('gap');
    const collect: TrainPolicyInput['collect'] = async (request) => {
      const episodes = await input.collect(request);
      input.backend.freezeReference.call(input.backend);
      (input.backend as TableBackend).setParameter(33, 2);
      return episodes;
    };
    await expect(trainPolicy({ ...input, collect })).rejects.toThrow(/as sampled and as scored/);
  });

  it('stops the epochs once the policy has drifted beyond the limit', async () => {
    const { input } = start('drift', { iterations: 1, ppo: { maxApproxKl: 1e-9, epochs: 9 } });
    await trainPolicy(input);
    const [metrics] = input.run.readMetrics();
    expect(metrics!['train/stopped_early']).toBe(1);
    expect(metrics!['train/updates']).toBeLessThan(9);
  });

  it('stops when too many episodes fail', async () => {
    const { input } = start('failing');
    const failed = { ...createTableEpisode([]), error: 'no answer' };
    const collect = ({ plans }: { plans: readonly unknown[] }): Promise<(typeof failed)[]> =>
      Promise.resolve(plans.map(() => failed));
    await expect(trainPolicy({ ...input, collect })).rejects.toBeInstanceOf(RolloutError);
  });
});

describe('validation', () => {
  const given: TrainingOverrides = {
    iterations: 6,
    validation: { users: 6, every: 2 },
    optimizer: { learningRate: 0.5, valueLearningRate: 0.05 },
  };
  const readRecords = (name: string): ValidationRecord[] =>
    JSON.parse(read(name, 'validation.json')) as ValidationRecord[];

  it('asks the same people of their own part, greedily, and leaves the best policy', async () => {
    const { backend, input } = start('validated', given);
    const asked: string[][] = [];
    const kept = new Map<number, Float64Array>();
    const collect: TrainPolicyInput['collect'] = async (request) => {
      const [plan] = request.plans;
      if (plan!.split === 'validation') {
        asked.push(
          request.plans.map(({ persona, seed, split }) => `${persona.id} ${seed} ${split}`),
        );
        expect(request.settings).toMatchObject({ candidates: 1, sampling: { temperature: 0 } });
        kept.set(asked.length * 2, backend.parameters);
      }
      return input.collect(request);
    };
    await trainPolicy({ ...input, collect });
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map((people) => people.join())).size).toBe(1);
    const records = readRecords('validated');
    expect(records.map(({ iteration }) => iteration)).toEqual([2, 4, 6]);
    const best = findBest(records)!;
    const model = JSON.parse(read('validated', 'model', 'model.json')) as number[];
    expect(model).toEqual([...kept.get(best.iteration)!]);
    expect(input.run.readEpisodes(1).every(({ id }) => id.startsWith('train'))).toBe(true);
  });

  it('gives the same, interrupted and resumed', async () => {
    const { input } = start('validated, killed', given);
    let collected = 0;
    const collect: TrainPolicyInput['collect'] = (request) => {
      collected += 1;
      if (collected === 6) throw new AbortedError('aborted', 'interrupted');
      return input.collect(request);
    };
    await expect(trainPolicy({ ...input, collect })).rejects.toBeInstanceOf(AbortedError);
    await trainPolicy(start('validated, killed', given, true).input);
    for (const file of [['metrics.jsonl'], ['validation.json'], ['model', 'model.json']]) {
      expect(read('validated, killed', ...file)).toBe(read('validated', ...file));
    }
  });

  it('prefers the earlier of equals, and nothing that has no score', () => {
    const record = (iteration: number, score: number | null): ValidationRecord => ({
      ...{ iteration, score, alignment: null, profile_f1_disclosed: null, format_rate: null },
    });
    expect(findBest([record(1, null), record(2, 0.5), record(3, 0.5)])?.iteration).toBe(2);
    expect(findBest([record(1, null)])).toBeNull();
  });
});

describe('plans and schedules', () => {
  it('gives a group one persona and different seeds, the same for every process', () => {
    const settings = resolveTrainingSettings({ episodesPerIteration: 8, groupSize: 4 });
    const plan = (): ReturnType<typeof planIteration> =>
      planIteration(tableWorld, settings, 3, createIterationRandom(1, 3));
    const plans = plan();
    expect(plan()).toEqual(plans);
    expect(new Set(plans.slice(0, 4).map(({ persona }) => persona.id)).size).toBe(1);
    expect(new Set(plans.map(({ seed }) => seed)).size).toBe(8);
  });

  it('halves the learning rate after the given iterations, keeps it, or lets it rise and fall', () => {
    const { optimizer } = resolveTrainingSettings({
      optimizer: { learningRate: 1, halvingIterations: 10 },
    });
    const rate = (given: Partial<typeof optimizer>, iteration: number, update: number): number =>
      computeLearningRate({ ...optimizer, ...given }, { iteration, update });
    expect(rate({}, 1, 0)).toBe(1);
    expect(rate({}, 11, 500)).toBeCloseTo(0.5, 12);
    expect(rate({ halvingIterations: 0 }, 9, 500)).toBe(1);
    const cosine = { halvingIterations: 0, warmUpUpdates: 4, cosineUpdates: 104, finalShare: 0.1 };
    expect([0, 3, 4, 54, 104, 900].map((update) => rate(cosine, 9, update))).toEqual(
      [0.25, 1, 1, 0.55, 0.1, 0.1].map((value) => expect.closeTo(value, 12) as number),
    );
  });

  it('names every setting that is out of range', () => {
    expect(() => resolveTrainingSettings({ turns: 0, ppo: { discount: 2 } })).toThrow(
      /turns .*; ppo\.discount/,
    );
  });
});
