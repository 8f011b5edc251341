/** The written conversations are whole, and say what they are checked for. */
import { describe, expect, it } from 'vitest';
import { everydaySchema } from './values.ts';
import { writtenTalks } from './talks.ts';

describe('written conversations', () => {
  it('are twenty of eight messages, of twenty people', () => {
    expect(writtenTalks.map(({ messages }) => messages.length)).toEqual(Array(20).fill(8));
    expect(new Set(writtenTalks.map(({ expected }) => expected['name']![0])).size).toBe(20);
  });

  it.each(writtenTalks.map((talk) => [talk.expected['name']![0], talk] as const))(
    '%s tells name, town, job, pet and one thing more',
    (_, { expected, messages }) => {
      const slots = everydaySchema.slots.map(({ name }) => name);
      expect(Object.keys(expected)).toEqual(
        expect.arrayContaining(['name', 'city', 'job', 'pet']) as string[],
      );
      expect(Object.keys(expected)).toHaveLength(5);
      for (const [slot, [value]] of Object.entries(expected)) {
        expect(slots).toContain(slot);
        expect(messages.join(' ').toLowerCase()).toContain(value!.toLowerCase());
      }
    },
  );
});
