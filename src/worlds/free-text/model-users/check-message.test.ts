import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../profile/index.ts';
import { checkMessage, type MessageCase, type MessageCheckName } from './check-message.ts';

const items = (...values: readonly string[]): Profile =>
  values.map((value) => ({ slot: 'item', value }));

const base: MessageCase = {
  message: 'well, i carve spoons.',
  now: items('carves spoons'),
  told: items('has two goats'),
  trueProfile: items(
    'carves spoons',
    'has two goats',
    'is 41 years old',
    'works as a harbour pilot',
    'dislikes crowds',
    'loves brass bands',
  ),
  reply: 'nice. what do you do in the evening?',
  mentioned: '',
  isAboutOther: false,
};

const check = (message: string, change: Partial<MessageCase> = {}): MessageCheckName[] =>
  checkMessage({ ...base, ...change, message });
const saysNothing = { now: [] };

describe('a message of a simulated user', () => {
  it.each([
    'well, i carve spoons.',
    'hm. carving spoons, mostly.',
    'I carve spoons. With two goats around, that takes patience!',
  ])('passes when it says what it has to: %s', (message) => {
    expect(check(message)).toEqual([]);
  });

  it.each([
    'hm, it has been a long day.',
    'i would rather not talk about that now.',
    'you asked me that already.',
    'no idea, to be honest.',
    'my goats are fine, thanks.',
    "i don't want to talk about it.",
  ])('passes when it has nothing to say: %s', (message) => {
    expect(check(message, saysNothing)).toEqual([]);
  });

  it.each<[MessageCheckName, string]>([
    ['empty', ' ... '],
    ['length', 'hm. well. yes. i carve spoons.'],
    ['length', `i carve spoons ${'and so on '.repeat(20)}`],
    ['stage_direction', '*sighs* i carve spoons.'],
    ['stage_direction', 'i carve spoons (smiling).'],
    ['stage_direction', '[pauses] i carve spoons.'],
    ['role_swap', 'as an ai i carve spoons.'],
    ['role_swap', 'how can i help you today? i carve spoons.'],
    ['role_swap', 'user: i carve spoons.'],
    ['role_swap', '<response> i carve spoons. </response>'],
    ['missing', 'i make things out of wood.'],
    ['leak', 'i carve spoons and work as a harbour pilot.'],
    ['leak', 'i carve spoons and love brass bands.'],
    ['leak', "i carve spoons. i don't like mondays. i work as a harbour pilot."],
    ['contradiction', "i don't carve spoons."],
    ['contradiction', 'i carve spoons and i have no two goats.'],
    ['contradiction', 'i carve spoons. i love crowds.'],
    ['contradiction', 'i carve spoons. i am 30 by the way.'],
    ['invention', 'i carve spoons. my wife is a nurse.'],
    ['invention', 'i carve spoons and i have a parrot.'],
    ['invention', 'i carve spoons and i own a horse.'],
    ['new_topic', 'i carve spoons. what music do you like?'],
  ])('fails on %s: %s', (name, message) => {
    expect(check(message)).toContain(name);
  });

  it('may not admit what the other side guesses', () => {
    const guess = { ...saysNothing, reply: 'are you a harbour pilot?' };
    expect(check('yes, exactly.', guess)).toContain('leak');
    expect(check('why do you ask?', guess)).toEqual([]);
  });

  it('has to bring numbers as they are', () => {
    const age = { now: items('is 41 years old') };
    expect(check('i am 41 years old.', age)).toEqual([]);
    expect(check('i am about forty years old.', age)).toContain('missing');
  });

  it("may tell of other people's lives without claiming them", () => {
    const other = { ...saysNothing, mentioned: 'collects tin toys', isAboutOther: true };
    expect(check('my neighbour collects tin toys.', other)).toEqual([]);
  });

  it('may name the topic it has nothing to say on', () => {
    const topic = { ...saysNothing, mentioned: 'music', reply: 'what about music?' };
    expect(check('nothing to say about music.', topic)).toEqual([]);
  });

  it('may ask back within what is being talked about', () => {
    expect(check('i carve spoons. why do you ask about the evening?')).toEqual([]);
  });
});

describe('a message made to freeze its reader', () => {
  it.each([
    ['brackets that never close', '('.repeat(200_000) + 'a'.repeat(200_000)],
    ['a star and no other', `*${'a '.repeat(200_000)}`],
    ['blank lines', '\n'.repeat(200_000)],
    ['blanks before no dash', ' '.repeat(200_000)],
  ])('is checked in linear time: %s', (_, message) => {
    expect(check(message)).not.toContain('stage_direction');
  });

  it('is still seen to be one where a bracket closes', () => {
    expect(check(`${'('.repeat(1000)} waves)`)).toContain('stage_direction');
  });
});
