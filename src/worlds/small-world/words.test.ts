import { describe, expect, it } from 'vitest';
import { createSpeller } from './words.ts';
import { createSmallWorld } from './world.ts';

const spell = createSpeller(createSmallWorld({ namesOpenSlots: true }).vocabulary().words);

describe('the words of the small world', () => {
  it('are spelt as its users write them', () => {
    expect(spell("I'm Anna, I can't stand Jazz!").message).toBe(
      'i am anna . i cannot stand jazz .',
    );
    expect(spell('hello').message).toBe('hello .');
    expect(spell('My name is Anna, I love jazz and I hate rock').message).toBe(
      'my name is anna . i love jazz . i hate rock .',
    );
    expect(spell('waves and sand, i miss that').message).toBe('waves and sand , i miss that .');
  });

  it('are written with the marks the world knows, whatever natural English ends a sentence with', () => {
    const { message, unknownWords } = spell('Hello!! My name is Anna; what is yours?! (Jazz) …');
    expect(message).toBe('hello . my name is anna . what is yours ? jazz .');
    expect(unknownWords.filter(({ word }) => !/[a-z]/u.test(word))).toEqual([]);
  });

  it('that are unknown are named with the nearest known one', () => {
    const { unknownWords } = spell('i love jaz and quantum');
    expect(unknownWords).toContainEqual({ word: 'jaz', nearest: 'jazz' });
    expect(unknownWords).toContainEqual({ word: 'quantum', nearest: null });
  });

  it('of a pasted page are counted, and no nearest one is sought for most of them', () => {
    const page = Array.from({ length: 20_000 }, (_, index) => `jaz${index}`).join(' ');
    const { unknownWords } = spell(page);
    expect(unknownWords).toHaveLength(20_000);
    expect(unknownWords[0]?.nearest).toBe('jazz');
    expect(unknownWords.at(-1)?.nearest).toBeNull();
    // In one pass, or it would stand still for everybody.
    const breath = spell(`i love jazz${' , and i love jazz'.repeat(20_000)}`).message;
    expect(breath.split(' . ')).toHaveLength(20_001);
  });
});
