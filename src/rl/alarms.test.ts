/** What sets off an alarm, what does not, and when it is told. */
import { describe, expect, it } from 'vitest';
import { findAlarms, findNewAlarms, type AlarmMetrics } from './alarms.ts';

const sound: AlarmMetrics = {
  'groups/alike': 0.1,
  'format/rate': 0.99,
  'profile/silent_rate': 0.2,
  'reply/most_common_share': 0.05,
  'tokens/per_turn': 50,
};

const namesOf = (...iterations: readonly AlarmMetrics[]): string[] =>
  findAlarms(iterations).map(({ name }) => name);

describe('alarms', () => {
  it('are silent while all is well, and where a figure is missing', () => {
    expect(namesOf()).toEqual([]);
    expect(namesOf(sound, sound)).toEqual([]);
    expect(namesOf(sound, { ...sound, 'groups/alike': Number.NaN })).toEqual([]);
    expect(namesOf({}, {})).toEqual([]);
  });

  it.each([
    ['groups_alike', { 'groups/alike': 0.6 }],
    ['unreadable', { 'format/rate': 0.2 }],
    ['silence', { 'profile/silent_rate': 0.7 }],
    ['same_reply', { 'reply/most_common_share': 0.5 }],
    ['shrinking', { 'tokens/per_turn': 20 }],
  ])('tell of %s', (name, change) => {
    expect(namesOf(sound, sound, sound, { ...sound, ...change })).toEqual([name]);
  });

  it('hold silence and length against the start', () => {
    const quiet = { ...sound, 'profile/silent_rate': 0.7, 'tokens/per_turn': 20 };
    expect(namesOf(quiet, quiet, quiet, quiet)).toEqual([]);
  });

  it('are told when they begin, and again after they were over', () => {
    const bad = { ...sound, 'format/rate': 0 };
    expect(findNewAlarms([sound, bad])).toHaveLength(1);
    expect(findNewAlarms([sound, bad, bad])).toEqual([]);
    expect(findNewAlarms([sound, bad, sound, bad])).toHaveLength(1);
  });
});
