import { describe, expect, it } from 'vitest';
import { isSameQuestion, readQuestions } from './item-questions.ts';

const ask = (text: string): ReturnType<typeof readQuestions>[number] => readQuestions(text)[0]!;

describe('the same question', () => {
  it.each([
    ['What do you do for a living?', 'Where do you work?'],
    ['Do you have any pets?', 'what about pets?'],
    ['How old are you?', 'May I ask your age?'],
  ])('%s and %s', (first, second) => {
    expect(isSameQuestion(ask(first), ask(second))).toBe(true);
  });

  it.each([
    ['Where do you live?', 'Is somebody waiting at home?'],
    ['Do you have any pets?', 'What is your dog called?'],
    ['What do you do for a living?', 'Do you ride your bike to work?'],
    ['Do you like to travel?', 'Do you read books about travel?'],
  ])('not %s and %s', (first, second) => {
    expect(isSameQuestion(ask(first), ask(second))).toBe(false);
  });
});
