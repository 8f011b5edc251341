/** Every training setting does something: changing it changes what a run computes or leaves. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Episode } from '../env/index.ts';
import { openRun } from '../runlog/index.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import { defaultTrainingSettings } from './settings.ts';
import type { TrainingOverrides } from './settings.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableCollector,
  tableTokenizer,
  tableWords,
  tableWorld,
} from './testing/table-world.ts';
import { trainPolicy } from './trainer.ts';
import type { TrainPolicyInput } from './training-types.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-settings-use-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

/** A value of the setting, what else must be set for it to matter, and what befalls the records. */
type Change = {
  readonly to: unknown;
  readonly within?: TrainingOverrides;
  readonly spoil?: (episode: Episode, index: number) => Episode;
};

const failFirst = (episode: Episode, index: number): Episode =>
  index === 0 ? { ...episode, error: 'failed' } : episode;

/** As if sampler and trainer saw slightly different models. */
const shiftLogprobs = (episode: Episode): Episode => ({
  ...episode,
  turns: episode.turns.map((turn) => ({
    ...turn,
    tokens: {
      ...turn.tokens!,
      behaviorLogprobs: turn.tokens!.behaviorLogprobs.map((each) => each - 1e-3),
    },
  })),
});

const offline: TrainingOverrides = { algorithm: 'sft', candidates: 3 };
const dpo: TrainingOverrides = { algorithm: 'dpo', candidates: 3 };
const cosine: TrainingOverrides = { optimizer: { halvingIterations: 0, cosineUpdates: 50 } };

const changes: Readonly<Record<string, Change>> = {
  algorithm: { to: 'reinforce++' },
  seed: { to: 2 },
  iterations: { to: 3 },
  tokenBudget: { to: 10 },
  episodesPerIteration: { to: 8 },
  groupSize: { to: 2 },
  candidates: { to: 2, within: { ppo: { discount: 0 } } },
  turns: { to: 2 },
  families: { to: ['other'] },
  'sampling.maxTokens': { to: 3 },
  'sampling.temperature': { to: 2, within: offline },
  'rewardWeights.profile': { to: 0.5 },
  'rewardWeights.response': { to: 0.5 },
  'ppo.advantageLevel': { to: 'turn' },
  'ppo.rewardPlacement': { to: 'turn_end' },
  'ppo.epochs': { to: 1 },
  'ppo.minibatchEpisodes': { to: 4 },
  'ppo.clipEpsilon': { to: 0.01 },
  'ppo.klCoef': { to: 0.5 },
  'ppo.klPlacement': { to: 'reward', within: { ppo: { klCoef: 0.5 } } },
  'ppo.entropyCoef': { to: 0.5 },
  'ppo.valueCoef': { to: 0.5 },
  'ppo.valueClip': { to: 1e-4 },
  'ppo.discount': { to: 0 },
  'ppo.turnLambda': { to: 0.5 },
  'ppo.tokenLambda': { to: 0.5 },
  'ppo.normaliseAdvantages': { to: false },
  'ppo.maxApproxKl': { to: 1e-9 },
  'ppo.logprobTolerance': { to: 1e-4, spoil: shiftLogprobs },
  'offline.selection': { to: 'conversation', within: { ...offline, groupSize: 2 } },
  'offline.epochs': { to: 3, within: offline },
  'offline.minibatchSize': { to: 2, within: offline },
  'dpo.beta': { to: 0.5, within: dpo },
  'optimizer.learningRate': { to: 0.02 },
  'optimizer.valueLearningRate': { to: 0.02 },
  'optimizer.beta1': { to: 0.5 },
  'optimizer.beta2': { to: 0.5 },
  'optimizer.epsilon': { to: 0.1 },
  'optimizer.weightDecay': { to: 0.1 },
  'optimizer.gradClipNorm': { to: 1e-3, within: { optimizer: { epsilon: 0.1 } } },
  'optimizer.halvingIterations': { to: 1 },
  'optimizer.warmUpUpdates': { to: 5 },
  'optimizer.cosineUpdates': { to: 5, within: { optimizer: { halvingIterations: 0 } } },
  'optimizer.finalShare': { to: 0.9, within: cosine },
  'validation.users': { to: 3 },
  'validation.every': { to: 2, within: { validation: { users: 3 } } },
  checkpointEvery: { to: 1 },
  keepCheckpoints: { to: 1, within: { checkpointEvery: 1 } },
  maxFailedShare: { to: 0, spoil: failFirst },
};

const base: TrainingOverrides = {
  iterations: 2,
  episodesPerIteration: 4,
  turns: 3,
  checkpointEvery: 5,
  ppo: { minibatchEpisodes: 2, maxApproxKl: 0 },
  offline: { epochs: 2, minibatchSize: 3 },
  optimizer: { learningRate: 0.05, valueLearningRate: 0.05 },
};

type Section = Record<string, unknown>;

function merge(under: Section, over: Section): Section {
  const isSection = (value: unknown): value is Section =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged: Section = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isSection(value) && isSection(old) ? merge(old, value) : value;
  }
  return merged;
}

const nest = (key: string, value: unknown): Section =>
  key.split('.').reduceRight<Section>((inner, name) => ({ [name]: inner }), value as Section);

/** A policy that often closes its tags, so that rewards come and differ. */
function createBackend(): TableBackend {
  const backend = new TableBackend(tableWords.length);
  const likely = [
    ['<|assistant|>', '<profile>'],
    ['<profile>', 'good'],
    ['<profile>', 'bad'],
    ['good', '</profile>'],
    ['bad', '</profile>'],
    ['</profile>', '<response>'],
    ['<response>', 'good'],
    ['<response>', 'bad'],
    ['good', '</response>'],
    ['bad', '</response>'],
  ] as const;
  for (const [last, next] of likely) {
    const [row, column] = [tableWords.indexOf(last), tableWords.indexOf(next)];
    backend.setParameter(row * tableWords.length + column, 3);
  }
  return backend;
}

let runs = 0;

/** Everything a run computes and leaves, as text. */
async function fingerprint(overrides: Section, spoil: Change['spoil']): Promise<string> {
  const settings = resolveTrainingSettings(overrides);
  const directory = path.join(root, String((runs += 1)));
  const backend = createBackend();
  const run = openRun({ directory, settings, resume: false });
  const plans: unknown[] = [];
  const hold = createTableCollector(backend);
  const collect: TrainPolicyInput['collect'] = async (request) => {
    plans.push(...request.plans.map(({ family, split, seed }) => [family, split, seed]));
    const episodes = await hold(request);
    return spoil === undefined ? episodes : episodes.map(spoil);
  };
  const world = tableWorld;
  let error: unknown = null;
  try {
    await trainPolicy({ settings, world, backend, tokenizer: tableTokenizer, collect, run });
  } catch (caught) {
    error = String(caught);
  }
  const checkpoints = path.join(directory, 'checkpoints');
  const left = fs.existsSync(checkpoints) ? fs.readdirSync(checkpoints).sort() : [];
  const validation = path.join(directory, 'validation.json');
  const asked = fs.existsSync(validation) ? fs.readFileSync(validation, 'utf8') : '';
  return JSON.stringify([run.readMetrics(), [...backend.parameters], plans, left, asked, error]);
}

function listKeys(section: object, prefix = ''): string[] {
  return Object.entries(section).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? listKeys(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

describe('a training setting', () => {
  it('is walked here, whichever it is', () => {
    expect(Object.keys(changes).sort()).toEqual(listKeys(defaultTrainingSettings).sort());
  });

  const unchanged = new Map<string, Promise<string>>();

  it.each(Object.entries(changes))('%s changes what is computed or left', async (key, change) => {
    const within = merge(base as Section, (change.within ?? {}) as Section);
    const name = JSON.stringify([within, change.spoil?.name]);
    if (!unchanged.has(name)) unchanged.set(name, fingerprint(within, change.spoil));
    const after = await fingerprint(merge(within, nest(key, change.to)), change.spoil);
    expect(after).not.toBe(await unchanged.get(name));
  });
});
