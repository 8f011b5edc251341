/** Every setting's default; the trainer's own come from where they are defined. */
import * as os from 'node:os';
import { defaultTrainingSettings, defaultWarmStartSettings } from '../../rl/index.ts';
import { defaultRewardSettings } from '../../rewards/index.ts';
import { defaultCallLimits, unlimitedBudget } from '../../chat/index.ts';
import { readOwnSettings, type WorldDefinition } from '../../worlds/index.ts';
import { hasBase } from '../package-files.ts';
import { defaultAddress, defaultCache, defaultEndpoint, type Settings } from './schema.ts';

/** Composes the defaults in one kind of world; the number of threads is this machine's, recorded so that a run can be repeated. */
export function createDefaultSettings(definition: WorldDefinition): Settings {
  return {
    ...defaultTrainingSettings,
    families: [...defaultTrainingSettings.families],
    sampling: { ...defaultTrainingSettings.sampling, maxTokens: definition.maxTokens },
    world: {
      kind: definition.kind,
      profileMode: 'changes',
      contextTurns: 0,
      explainsProtocol: false,
      profileReward: defaultRewardSettings.profile,
      penalties: { ...defaultRewardSettings.penalties },
      judge: { kind: 'program', selfInferred: false },
      parts: { users: null, judge: null, reward: null },
      ...readOwnSettings(definition),
    },
    models: {
      policy: defaultEndpoint,
      user: { ...defaultEndpoint, maxTokens: 120, temperature: 0.8 },
      judge: { ...defaultEndpoint, maxTokens: 400, temperature: 0 },
      embeddings: defaultAddress,
      limits: { ...defaultCallLimits },
      budget: { ...unlimitedBudget },
      cache: defaultCache,
    },
    policy: {
      model: hasBase(definition) ? 'base' : 'warm-start',
      adapter: null,
      valueHead: 'detached',
      lora: null,
    },
    engine: {
      threads: os.availableParallelism(),
      maxTokensPerBatch: 8192,
      layout: 'auto',
      device: 'auto',
      frozenBits: 'auto',
      decodeBits: 'auto',
    },
    evaluation: {
      beforeAndAfter: definition.measuresRuns ?? false,
      users: 128,
      turns: 10,
      temperature: 0.5,
      decoding: 'greedy',
      bestOf: 1,
      seed: 1,
    },
    warmStart: {
      ...defaultWarmStartSettings,
      tokens: 2_000_000,
      families: [],
      script: null,
      messages: null,
      rehearsals: 0,
      rehearsesMessages: false,
      denseEpisodes: 8000,
      dialogueEpisodes: 4500,
      denseTurns: [2, 3, 4, 5],
      dialogueTurns: 14,
      contextWeight: 0.1,
      model: {
        hiddenSize: 128,
        intermediateSize: 384,
        layerCount: 2,
        headCount: 4,
        kvHeadCount: 2,
        headDim: null,
        contextTokens: 768,
        ropeTheta: 10_000,
        initializerRange: 0.12,
        vocabularySize: 1024,
      },
    },
  };
}
