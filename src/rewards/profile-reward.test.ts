import { describe, expect, it } from 'vitest';
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import {
  computeAuthorsProfileReward,
  computeErrorReward,
  computeProfileScore,
  computeWriteReward,
  countWrites,
  renderAuthorsProfile,
} from './index.ts';

const schema: ProfileSchema = {
  name: 'test',
  version: 1,
  slots: ['a', 'b', 'c'].map((name) => ({ name, kind: 'fact', multiple: false })),
};
const ten: Profile = Array.from({ length: 10 }, (_, index) => ({
  slot: `slot-${index}`,
  value: `value${index}`,
}));
const item = (slot: string, value: string): Profile[number] => ({ slot, value });
const set = (slot: string, value: string): ProfileChange => ({
  kind: 'set',
  item: item(slot, value),
});

describe('computeProfileScore', () => {
  it('gives 1 to a perfect profile, which the authors score 20/21 for its trailing line break', () => {
    expect(computeProfileScore(ten, ten).f1).toBe(1);
    expect(computeAuthorsProfileReward(renderAuthorsProfile(ten), ten)).toBeCloseTo(20 / 21, 12);
  });

  it('stays at 1 when facts share a line, which the authors reward above 1', () => {
    const packed = renderAuthorsProfile(ten).replaceAll('\n', ' ');
    expect(computeAuthorsProfileReward(packed, ten)).toBeGreaterThan(1.5);
    expect(computeProfileScore([item('slot-0', packed)], ten).f1).toBe(0);
    expect(computeProfileScore([...ten].reverse(), ten).f1).toBe(1);
  });

  it('matches each true item once, so repeating a fact costs precision', () => {
    const twice = [...ten, ...ten];
    expect(computeProfileScore(twice, ten)).toMatchObject({
      matched: 10,
      precision: 0.5,
      recall: 1,
    });
  });

  it('calls silence about nothing perfect', () => {
    expect(computeProfileScore([], [])).toMatchObject({ precision: 1, recall: 1, f1: 1 });
    expect(computeProfileScore([], ten)).toMatchObject({ precision: 1, recall: 0, f1: 0 });
  });
});

describe('the per-write reward', () => {
  const reward = (
    before: Profile,
    after: Profile,
    changes: ProfileChange[],
    truth: Profile,
  ): number =>
    computeWriteReward(
      countWrites({ before, after, changes, recalls: [], truth, told: [], ended: [] }, schema),
    );
  const truth = [item('a', 'x'), item('b', 'y')];

  it('pays for a right fact and charges a wrong one, a lost one and a useless write', () => {
    expect(reward([], [item('a', 'x')], [set('a', 'x')], truth)).toBe(0.5);
    expect(reward([], [item('a', 'z')], [set('a', 'z')], truth)).toBe(-0.5);
    const held = [item('a', 'x')];
    expect(reward(held, [item('a', 'z')], [set('a', 'z')], truth)).toBe(-1);
    expect(reward(held, held, [set('a', 'x')], truth)).toBeCloseTo(-0.1, 12);
  });

  it('charges a recall of something the profile does not hold', () => {
    const counts = countWrites(
      {
        before: [],
        after: [],
        changes: [],
        recalls: [item('a', 'x')],
        truth,
        told: [],
        ended: [],
      },
      schema,
    );
    expect(counts.redundant).toBe(1);
  });

  it('stays within -1 and 1', () => {
    expect(computeWriteReward({ right: 9, wrong: 0, lost: 0, redundant: 0, missed: 0 })).toBe(1);
    expect(computeWriteReward({ right: 0, wrong: 9, lost: 9, redundant: 9, missed: 0 })).toBe(-1);
  });
});

describe('the per-error reward', () => {
  const truth = [item('a', 'x'), item('b', 'y')];
  const reward = (told: Profile, after: Profile, ended: Profile = []): number => {
    const changes = after.map(({ slot, value }) => set(slot, value));
    return computeErrorReward(
      countWrites({ before: [], after, changes, recalls: [], truth, told, ended }, schema),
    );
  };

  it('is 0 for a fact noted and for a turn in which nothing was told, so asking earns nothing', () => {
    expect(reward([item('a', 'x')], [item('a', 'x')])).toBe(0);
    expect(reward([], [])).toBe(0);
  });

  it('charges what was told and not noted, what was ended and is kept, and what is wrong', () => {
    expect(reward([item('a', 'x')], [])).toBe(-0.5);
    expect(reward([item('a', 'x')], [item('a', 'z')])).toBe(-1);
    expect(reward([], [item('c', 'w')], [item('c', 'w')])).toBe(-1);
    expect(reward(truth, [])).toBe(-1);
  });
});
