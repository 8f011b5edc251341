import { describe, expect, it } from 'vitest';
import type { Demonstration } from '../../rl/index.ts';
import { planRehearsals } from './rehearse.ts';

const demonstrate = (...messages: string[]): Demonstration => ({
  turns: messages.map((message) => ({ user: { message }, note: '', output: '' })),
});

describe('what is rehearsed', () => {
  it('is plain prompts, so many, none of them again before all were met', () => {
    const asked = planRehearsals(85, []).flatMap((each) => each.asked);
    expect(asked).toHaveLength(85);
    expect(new Set(asked).size).toBe(85);
  });

  it('is what people say in every second conversation, where demonstrations are given', () => {
    const plain = planRehearsals(7, []);
    const spoken = [demonstrate('I live in Leeds.', 'I like tea.', 'Bye.'), demonstrate('Hi!')];
    const asked = planRehearsals(7, spoken).map((each) => each.asked);
    const [first, , third] = plain.map((each) => each.asked);
    expect(asked).toEqual([first, ['I live in Leeds.', 'I like tea.'], third, ['Hi!']]);
  });
});
