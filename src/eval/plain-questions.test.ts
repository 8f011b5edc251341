/** The plain questions: how many there are, and what counts as an answer. */
import { expect, it } from 'vitest';
import { plainQuestions, scoreAnswers } from './plain-questions.ts';

const right =
  'Paris|Tokyo|Rome|mercury|Mars|seven|8|twelve|The Pacific Ocean.|William Shakespeare|H2O|carbon dioxide|Portuguese|cold|Green!|Africa|It is 5.|A cat.|honey|Leonardo da Vinci'.split(
    '|',
  );

it('there are twenty, each asked once', () => {
  expect(new Set(plainQuestions.map(({ question }) => question)).size).toBe(20);
});

it('an answer is right where it holds what was asked for', () => {
  expect(scoreAnswers(right)).toBe(1);
  expect(scoreAnswers(['I think it is Paris.'])).toBe(1 / 20);
  expect(scoreAnswers(right.map(() => 'I see. That is good to know.'))).toBe(0);
});

it('no question gives its own answer away', () => {
  expect(scoreAnswers(plainQuestions.map(({ question }) => question))).toBe(0);
});
