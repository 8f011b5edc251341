/** Who may have which value, and that a value belongs to one slot. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { createEverydayWorld } from './world.ts';
import { createDomain, isHeldOutValue, topicNames, valuesOf } from './values.ts';

const shared = ['schedule', 'transport', 'diet'];

describe('values', () => {
  it('of open slots are others in training than in the test part', () => {
    const [train, test] = [createDomain('train'), createDomain('test')];
    for (const { name, values } of train.slots) {
      const others = test.slots.find((slot) => slot.name === name)!.values;
      if (shared.includes(name)) expect(others).toEqual(values);
      else {
        expect(values.filter((value) => others.includes(value))).toEqual([]);
        expect(Math.min(values.length, others.length)).toBeGreaterThanOrEqual(10);
      }
    }
  });

  it('stand in one slot each', () => {
    const all = topicNames.flatMap(valuesOf).map((value) => value.toLowerCase());
    expect(new Set(all).size).toBe(all.length);
  });

  it('of people are those of their part', () => {
    const world = createEverydayWorld();
    const random = createRandom(5);
    for (const split of ['train', 'validation', 'test'] as const) {
      const open = Array.from({ length: 20 }, () => world.samplePersona(random, split))
        .flatMap(({ trueProfile }) => trueProfile)
        .filter(({ slot }) => topicNames.includes(slot) && !shared.includes(slot));
      expect(open.length).toBeGreaterThan(100);
      expect(open.filter((i) => isHeldOutValue(i.slot, i.value) !== (split === 'test'))).toEqual(
        [],
      );
    }
  });
});
