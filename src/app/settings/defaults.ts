/** Every setting's default; the trainer's own come from where they are defined. */
import * as os from 'node:os';
import { defaultTrainingSettings, defaultWarmStartSettings } from '../../rl/index.ts';
import { defaultRewardSettings } from '../../rewards/index.ts';
import { defaultCallLimits, unlimitedBudget } from '../../chat/index.ts';
import type { Settings } from './schema.ts';

const defaultAddress = {
  baseUrl: null,
  model: null,
  apiKeyEnv: null,
  prices: { prompt: 0, completion: 0 },
};

const defaultEndpoint = { ...defaultAddress, maxTokensField: 'max_tokens' } as const;

/** Composes the defaults; the number of threads is this machine's, recorded so that a run can be repeated. */
export function createDefaultSettings(): Settings {
  return {
    ...defaultTrainingSettings,
    families: [...defaultTrainingSettings.families],
    world: {
      kind: 'small-world',
      personas: null,
      onBadRow: 'error',
      testShare: 0.2,
      validationShare: 0,
      inventedShare: 0,
      profileMode: 'changes',
      contextTurns: 0,
      explainsProtocol: false,
      profileReward: defaultRewardSettings.profile,
      penalties: { ...defaultRewardSettings.penalties },
      users: { kind: 'rule', retries: 2 },
      judge: { kind: 'program', selfInferred: false },
      matching: { kind: 'words', threshold: 0.8 },
    },
    models: {
      user: { ...defaultEndpoint, maxTokens: 120, temperature: 0.8 },
      judge: { ...defaultEndpoint, maxTokens: 400, temperature: 0 },
      embeddings: defaultAddress,
      limits: { ...defaultCallLimits },
      budget: { ...unlimitedBudget },
      cache: '.rlpa-cache',
    },
    policy: { model: 'base', adapter: null, valueHead: 'detached', lora: null },
    engine: {
      threads: os.availableParallelism(),
      maxTokensPerBatch: 8192,
      layout: 'auto',
      provider: 'cpu',
      frozenBits: 'auto',
    },
    evaluation: { users: 128, turns: 10, temperature: 0.5, seed: 1 },
    warmStart: {
      ...defaultWarmStartSettings,
      tokens: 2_000_000,
      families: [],
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
        contextTokens: 768,
        ropeTheta: 10_000,
        initializerRange: 0.12,
        vocabularySize: 1024,
      },
    },
  };
}
