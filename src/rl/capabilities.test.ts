/** An algorithm whose backend lacks what it needs refuses before it starts; one that can do without goes on. */
import { describe, expect, it } from 'vitest';
import type { BackendCapabilities, BackendInfo } from '../policy/index.ts';
import { checkCapabilities } from './capabilities.ts';
import { runPpo } from './ppo.ts';
import { createRandom } from '../base/index.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import { type TrainingOverrides } from './settings.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
} from './testing/table-world.ts';
import { createTrajectory } from './trajectory.ts';

/** A backend that has nothing but sampling and gradients, as a remote server may. */
class BareBackend extends TableBackend {
  override async describe(): Promise<BackendInfo> {
    const capabilities = { valueHead: false, reference: false };
    return { ...(await super.describe()), name: 'bare', capabilities };
  }

  override async score(
    ...args: Parameters<TableBackend['score']>
  ): ReturnType<TableBackend['score']> {
    if (args[1] === 'reference') throw new Error('there is no reference');
    const scores = await super.score(...args);
    return scores.map(({ logprobs }) => ({ logprobs }));
  }
}

function check(given: TrainingOverrides, capabilities: Partial<BackendCapabilities>): void {
  const info = { name: 'far', capabilities: { valueHead: true, reference: true, ...capabilities } };
  checkCapabilities(info, resolveTrainingSettings(given));
}

describe('what an algorithm asks of its backend', () => {
  const groups = { algorithm: 'grpo', groupSize: 8, candidates: 1 } as const;
  const offline = (algorithm: 'sft' | 'dpo'): TrainingOverrides => ({ algorithm, candidates: 2 });
  it.each([
    ['a value head for ppo', {}, 'valueHead', 'ppo', /grpo, rloo or reinforce\+\+/u],
    ['a reference for KL', groups, 'reference', 'ppo.klCoef 0.02', /klCoef to 0/u],
    ['a reference for dpo', offline('dpo'), 'reference', 'dpo', /Use sft/u],
  ] as const)(
    'is %s: the error names both and says what to do',
    (_, given, capability, asker, hint) => {
      expect(() => check(given, {})).not.toThrow();
      expect(() => check(given, { [capability]: false })).toThrow(
        expect.objectContaining({
          name: 'ConfigError',
          code: 'capability_missing',
          message: expect.stringMatching(`^${asker} needs .*'far'`) as string,
          details: { backend: 'far', capability },
          hint: expect.stringMatching(hint) as string,
        }),
      );
    },
  );

  it('is nothing more without a critic and without KL, or for sft', () => {
    const nothing = { valueHead: false, reference: false };
    expect(() => check({ ...groups, ppo: { klCoef: 0 } }, nothing)).not.toThrow();
    expect(() => check(offline('sft'), nothing)).not.toThrow();
  });
});

describe('an update on a backend without value head and reference', () => {
  const settings = resolveTrainingSettings({
    algorithm: 'reinforce++',
    ppo: { klCoef: 0, logprobTolerance: 10 },
  });
  const turn = createTableTurn(0, {
    output: '<profile> good </profile> <response> bad </response>',
  });
  const trajectories = [
    createTrajectory(createTableEpisode([turn]), tableTokenizer, {
      rewardWeights: settings.rewardWeights,
      rewardPlacement: 'earned',
    }),
  ];
  const update = (klCoef: number): ReturnType<typeof runPpo> =>
    runPpo({
      backend: new BareBackend(tableWords.length),
      trajectories,
      algorithm: 'reinforce++',
      settings: { ...settings.ppo, klCoef },
      temperature: 1,
      random: createRandom(1),
      adamAt: () => ({ ...settings.optimizer, gradClipNorm: 1 }),
    });

  it('learns, and reports no divergence', async () => {
    const { updates, metrics } = await update(0);
    expect(updates).toBeGreaterThan(0);
    expect(metrics).not.toHaveProperty('train/kl_to_reference');
  });

  it('refuses KL', async () => {
    await expect(update(0.1)).rejects.toMatchObject({ code: 'capability_missing' });
  });
});
