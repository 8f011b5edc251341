/**
 * Plain questions that have nothing to do with anybody: what a chat model knew before it learnt to keep
 * notes. They are asked without a word of notes, and an answer is right where it holds what is asked for.
 */
import { computeMean } from '../base/index.ts';

export type PlainQuestion = { readonly question: string; readonly right: RegExp };

/** The questions, for which no training uses any. */
export const plainQuestions: readonly PlainQuestion[] = [
  { question: 'What is the capital of France?', right: /\bParis\b/iu },
  { question: 'What is the capital of Japan?', right: /\bTokyo\b/iu },
  { question: 'What is the capital of Italy?', right: /\bRome\b/iu },
  { question: 'Which planet is closest to the sun?', right: /\bMercury\b/iu },
  { question: 'Which planet is known as the red planet?', right: /\bMars\b/iu },
  { question: 'How many days are there in a week?', right: /\b(?:seven|7)\b/iu },
  { question: 'How many legs does a spider have?', right: /\b(?:eight|8)\b/iu },
  { question: 'How many months are there in a year?', right: /\b(?:twelve|12)\b/iu },
  { question: 'What is the largest ocean on Earth?', right: /\bPacific\b/iu },
  { question: 'Who wrote Romeo and Juliet?', right: /\bShakespeare\b/iu },
  { question: 'What is the chemical formula of water?', right: /\bH(?:2|₂)O\b/iu },
  { question: 'What gas do plants take in from the air?', right: /\b(?:carbon dioxide|CO2|CO₂)/iu },
  { question: 'What language is spoken in Brazil?', right: /\bPortuguese\b/iu },
  { question: 'What is the opposite of hot?', right: /\bcold\b/iu },
  { question: 'What colour do you get when you mix blue and yellow?', right: /\bgreen\b/iu },
  { question: 'On which continent is Egypt?', right: /\bAfrica\b/iu },
  { question: 'What is two plus three?', right: /\b(?:five|5)\b/iu },
  { question: 'Which animal says meow?', right: /\b(?:cat|kitten)s?\b/iu },
  { question: 'What do bees make?', right: /\bhoney\b/iu },
  { question: 'Who painted the Mona Lisa?', right: /\b(?:Leonardo|da Vinci)\b/iu },
];

/** Share of the answers, in the order of the questions, that are right. */
export function scoreAnswers(answers: readonly string[]): number {
  return computeMean(
    plainQuestions.map(({ right }, index) => (right.test(answers[index] ?? '') ? 1 : 0)),
  );
}
