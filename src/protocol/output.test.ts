import { describe, expect, it } from 'vitest';
import type { ProfileItem, ProfileSchema } from '../profile/index.ts';
import { applyOutput, parseOutput, renderOutput, visibleReply } from './index.ts';

const schema: ProfileSchema = {
  name: 'slots',
  version: 1,
  slots: [
    { name: 'drink', kind: 'preference', multiple: false },
    { name: 'job', kind: 'fact', multiple: false },
  ],
};
const freeText: ProfileSchema = {
  name: 'free',
  version: 1,
  slots: [{ name: 'item', kind: 'fact', multiple: true }],
};
const wellFormed =
  '<profile> + drink_ tea - job_ baker = drink_ tea ? job_ </profile> <response> hello . </response>';

describe('parseOutput', () => {
  it('reads every kind of entry', () => {
    expect(parseOutput(wellFormed, schema)).toEqual({
      ok: true,
      changes: [
        { kind: 'set', item: { slot: 'drink', value: 'tea' } },
        { kind: 'retract', item: { slot: 'job', value: 'baker' } },
      ],
      recalls: [{ slot: 'drink', value: 'tea' }],
      question: 'job',
      response: 'hello .',
    });
  });

  it('does not care about white space between words', () => {
    const spread = wellFormed.replaceAll(' ', ' \n ');
    const parsed = parseOutput(spread, schema);
    expect(parsed.ok && parsed.changes).toHaveLength(2);
  });

  it.each([
    ['no profile block', '<response> hi </response>'],
    ['blocks in the wrong order', '<response> hi </response> <profile> </profile>'],
    ['two profile blocks', '<profile> </profile> <profile> </profile> <response> hi </response>'],
    ['a tag inside the reply', '<profile> </profile> <response> <profile> </response>'],
    ['text after the end', '<profile> </profile> <response> hi </response> there'],
    ['an unfinished reply', '<profile> </profile> <response> hi'],
    ['an empty reply', '<profile> </profile> <response> </response>'],
    ['an unknown slot', '<profile> + pet_ dog </profile> <response> hi </response>'],
    ['a missing value', '<profile> + drink_ </profile> <response> hi </response>'],
    ['a missing mark', '<profile> drink_ tea </profile> <response> hi </response>'],
    ['a question with a value', '<profile> ? job_ baker </profile> <response> hi </response>'],
    ['two questions', '<profile> ? job_ ? drink_ </profile> <response> hi </response>'],
  ])('refuses %s', (_, text) => {
    expect(parseOutput(text, schema).ok).toBe(false);
    expect(visibleReply(text, schema)).toBe('');
  });

  it('reads free-text items up to the next marked line', () => {
    const text =
      '<profile>\n+ enjoys - of all things -\nlong walks\n+ has a cat\n</profile>\n<response> Hi!\nYou? </response>';
    expect(parseOutput(text, freeText)).toMatchObject({
      changes: [
        { item: { slot: 'item', value: 'enjoys - of all things - long walks' } },
        { item: { slot: 'item', value: 'has a cat' } },
      ],
      response: 'Hi!\nYou?',
    });
  });
});

describe('renderOutput', () => {
  it('refuses what would not read back', () => {
    const output = { changes: [], recalls: [], question: null, response: 'a </response> b' };
    expect(() => renderOutput(output, schema)).toThrow(/cannot be written/u);
    const item = { slot: 'drink', value: 'tea + milk' };
    expect(() => renderOutput({ ...output, response: 'hi', recalls: [item] }, schema)).toThrow(
      /cannot be written/u,
    );
  });

  it('shows the reply alone to the user', () => {
    expect(visibleReply(wellFormed, schema)).toBe('hello .');
  });
});

describe('what a block stands for', () => {
  const home: ProfileSchema = {
    name: 'home',
    version: 1,
    slots: ['city', 'pet', 'job'].map((name) => ({ name, kind: 'fact', multiple: false })),
  };
  const item = (slot: string, value: string): ProfileItem => ({ slot, value });
  const before = [item('city', 'oslo'), item('pet', 'cat')];
  const output = {
    changes: [
      { kind: 'set', item: item('city', 'rome') },
      { kind: 'set', item: item('job', 'nurse') },
    ],
  } as const;

  it('is its changes, which leave the rest as it was', () => {
    const { profile } = applyOutput(before, output, home, 'changes');
    expect(profile).toHaveLength(3);
    expect(profile).toEqual(
      expect.arrayContaining([item('city', 'rome'), item('pet', 'cat'), item('job', 'nurse')]),
    );
  });

  it('or the whole profile, in which what is left out is gone', () => {
    const { profile, changes } = applyOutput(before, output, home, 'whole');
    expect(profile).toEqual([item('city', 'rome'), item('job', 'nurse')]);
    expect(applyOutput(before, { changes }, home, 'changes').profile).toEqual(profile);
    expect(changes).toContainEqual({ kind: 'retract', item: item('pet', 'cat') });
  });
});
