import { describe, expect, it } from 'vitest';
import { checkResumedSettings } from './run-config.ts';

const saved = {
  iterations: 5,
  models: { budget: { calls: 40, money: null }, limits: { retries: 4 } },
};
const mayGrow = ['iterations', 'models.budget.calls', 'models.budget.money'];
const resume = (models: object, iterations = 5): void =>
  checkResumedSettings(saved, { iterations, models }, mayGrow, ['models.limits.']);

describe('resuming with other settings', () => {
  it('takes a bound that is raised or given up', () => {
    resume({ budget: { calls: 41, money: null }, limits: { retries: 4 } }, 6);
    resume({ budget: { calls: null, money: null }, limits: { retries: 4 } });
  });

  it('refuses a bound that is lowered or new', () => {
    const lower = { budget: { calls: 39, money: null }, limits: { retries: 4 } };
    expect(() => resume(lower)).toThrow('models.budget.calls (saved 40, given 39)');
    const bounded = { budget: { calls: 40, money: 1 }, limits: { retries: 4 } };
    expect(() => resume(bounded)).toThrow('models.budget.money (saved null, given 1)');
  });

  it('takes any change of what nothing depends on', () => {
    resume({ budget: { calls: 40, money: null }, limits: { retries: 0 } });
  });
});
