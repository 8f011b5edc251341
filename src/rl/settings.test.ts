/** What may be asked of a training run. */
import { describe, expect, it } from 'vitest';
import { resolveTrainingSettings } from './resolve-settings.ts';
import { defaultTrainingSettings } from './settings.ts';
import { settingRanges } from './settings-checks.ts';
import type { TrainingOverrides } from './settings.ts';

const refuse = (given: TrainingOverrides): string => {
  try {
    resolveTrainingSettings(given);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

function listNumbers(section: object, prefix = ''): string[] {
  return Object.entries(section).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'number') return [`${prefix}${key}`];
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? listNumbers(value, `${prefix}${key}.`)
      : [];
  });
}

describe('training settings', () => {
  it('have a range for every number, which the defaults keep', () => {
    expect(Object.keys(settingRanges).sort()).toEqual(listNumbers(defaultTrainingSettings).sort());
    expect(resolveTrainingSettings()).toEqual(defaultTrainingSettings);
  });

  it.each<[string, TrainingOverrides]>([
    ['optimizer.beta1 must be at least 0 and below 1, got 1', { optimizer: { beta1: 1 } }],
    ['optimizer.beta2 must be', { optimizer: { beta2: 1 } }],
    ['optimizer.learningRate must be above 0 and at most 1', { optimizer: { learningRate: 1e30 } }],
    ['optimizer.epsilon', { optimizer: { epsilon: 0 } }],
    ['optimizer.weightDecay', { optimizer: { weightDecay: Number.POSITIVE_INFINITY } }],
    ['iterations must be a whole number, at least 1 and at most 1000000', { iterations: 1e9 }],
    ['turns', { turns: 1e9 }],
    ['candidates', { candidates: 1e9, ppo: { discount: 0 } }],
    ['ppo.klCoef', { ppo: { klCoef: Number.NaN } }],
    ['seed', { seed: 2 ** 60 }],
  ])('refuse what trains to NaN or never ends: %s', (message, given) => {
    expect(refuse(given)).toContain(message);
  });

  it('refuse a cut of the tail, where ratios are taken, but no temperature', () => {
    for (const sampling of [{ topK: 5 }, { topP: 0.9 }, { minP: 0.1 }]) {
      const [name] = Object.keys(sampling);
      for (const algorithm of ['ppo', 'grpo', 'rloo', 'reinforce++'] as const) {
        const groupSize = algorithm === 'grpo' || algorithm === 'rloo' ? 8 : 1;
        expect(refuse({ algorithm, groupSize, sampling })).toContain(`sampling.${name}`);
      }
      expect(refuse({ algorithm: 'sft', candidates: 4, sampling })).toBe('');
    }
    expect(refuse({ sampling: { topK: 0, topP: 1, minP: 0, temperature: 0.6 } })).toBe('');
  });

  it('refuse to normalise what groups compared, and to leave reinforce++ without a baseline', () => {
    for (const algorithm of ['grpo', 'rloo'] as const) {
      const given = { algorithm, groupSize: 8 };
      expect(refuse(given)).toBe('');
      expect(refuse({ ...given, ppo: { normaliseAdvantages: true } })).toContain(
        'ppo.normaliseAdvantages must be auto or false',
      );
    }
    expect(refuse({ algorithm: 'reinforce++', ppo: { normaliseAdvantages: false } })).toContain(
      'auto or true',
    );
  });

  it('refuse two schedules at once', () => {
    expect(refuse({ optimizer: { cosineUpdates: 100 } })).toContain('halvingIterations');
    expect(refuse({ optimizer: { cosineUpdates: 100, halvingIterations: 0 } })).toBe('');
  });
});
