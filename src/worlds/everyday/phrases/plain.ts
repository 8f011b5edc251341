/** Requests that no taste bears on, how they are asked, and what answers them. */
import { lines } from './lines.ts';

export type PlainRequest = {
  readonly asks: readonly string[];
  /** What a right answer holds. */
  readonly right: RegExp;
  /** How a script answers. */
  readonly answer: string;
};

export const plainRequests: Readonly<Record<string, PlainRequest>> = {
  'capital-france': {
    asks: lines(`
      What's the capital of France again?
      Which city is the capital of France?
      France's capital, what was it?
      Name the capital of France for me, please.
    `),
    right: /\bparis\b/iu,
    answer: 'It is Paris.',
  },
  'capital-italy': {
    asks: lines(`
      What's the capital of Italy?
      Which town is Italy's capital?
      Can you tell me the capital of Italy?
      Quick, the capital of Italy?
    `),
    right: /\brome\b/iu,
    answer: 'It is Rome.',
  },
  'seven-times-eight': {
    asks: lines(`
      What's 7 times 8?
      How much is seven times eight?
      7 x 8 is what?
      Can you work out 7 times 8?
    `),
    right: /\b(?:56|fifty[- ]six)\b/iu,
    answer: 'That is 56.',
  },
  'minutes-hour': {
    asks: lines(`
      How many minutes are in an hour?
      An hour has how many minutes?
      Minutes in an hour, how many?
      Remind me, how many minutes make an hour?
    `),
    right: /\b(?:60|sixty)\b/iu,
    answer: 'There are 60.',
  },
  'days-week': {
    asks: lines(`
      How many days does a week have?
      Days in a week, how many is it?
      A week is how many days?
      My nephew asks how many days are in a week.
    `),
    right: /\b(?:7|seven)\b/iu,
    answer: 'It has seven.',
  },
  'legs-spider': {
    asks: lines(`
      How many legs does a spider have?
      Spiders have how many legs?
      What's the number of legs on a spider?
      Do you know how many legs spiders have?
    `),
    right: /\b(?:8|eight)\b/iu,
    answer: 'It has eight.',
  },
  'opposite-hot': {
    asks: lines(`
      What's the opposite of hot?
      The opposite of hot is what?
      Crossword: opposite of hot, four letters?
      Give me the opposite of the word hot.
    `),
    right: /\bcold\b/iu,
    answer: 'It is cold.',
  },
  'sunrise-side': {
    asks: lines(`
      In which direction does the sun rise?
      Where does the sun come up, east or west?
      The sun rises in the what?
      Which side does the sun rise on?
    `),
    right: /\beast\b/iu,
    answer: 'It rises in the east.',
  },
  'frozen-water': {
    asks: lines(`
      What do you call frozen water?
      Frozen water is called what?
      My kid asks what water becomes when it freezes.
      What does water turn into below zero?
    `),
    right: /\bice\b/iu,
    answer: 'That is ice.',
  },
  'first-month': {
    asks: lines(`
      Which month comes first in the year?
      What's the first month of the year?
      The year starts with which month?
      Name the first month, please.
    `),
    right: /\bjanuary\b/iu,
    answer: 'It is January.',
  },
};
