/**
 * Following a preference, by texts nobody here wrote: PrefEval (Zhao et al. 2025, arXiv 2502.09597).
 *
 * Each item has a preference, a question and four options, the first of which suits. No letter is asked
 * for: the option whose tokens are likeliest on the mean is the answer. Beside it always stand the same
 * items without the preference, because only the gain over that says that the preference was used.
 */
import * as fs from 'node:fs';
import { z } from 'zod';
import {
  checkContent,
  computeInterval,
  createRandom,
  DataError,
  readJsonFile,
  type Interval,
} from '../base/index.ts';
import { readRecords } from './read-records.ts';

const itemSchema = z.looseObject({
  id: z.string(),
  preference: z.string().min(1),
  question: z.string().min(1),
  options: z.array(z.string().min(1)).length(4),
  correct: z.int().min(0).max(3),
});

export type PreferenceItem = Pick<
  z.infer<typeof itemSchema>,
  'id' | 'preference' | 'question' | 'options' | 'correct'
>;

/** Reads items, one JSON object a line, and draws some. Throws `DataError` naming the line. */
export function readPreferences(
  file: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly PreferenceItem[] {
  const items = readRecords(file, itemSchema, 'items of PrefEval');
  return createRandom(`prefeval ${seed}`).shuffle(items).slice(0, count);
}

/** One message of somebody and the answer to it, about something else. */
export type FillerExchange = { readonly message: string; readonly answer: string };

const fillerSchema = z.array(
  z.looseObject({
    conversation: z.array(z.looseObject({ role: z.string(), content: z.string() })),
  }),
);

/** Words of a filler message that are kept: it must fill, not overflow. */
const fillerWords = 40;

/** Reads filler turns, shortened. Throws `DataError` for a file that is not there or not of that form. */
export function readFiller(file: string): readonly FillerExchange[] {
  const purpose = 'filler turns of PrefEval';
  if (!fs.existsSync(file)) {
    throw new DataError('filler_missing', `There is no file ${file}.`, {
      details: { file },
      hint: 'Put filler_turns.json of PrefEval beside the items, or leave --filler at 0.',
    });
  }
  const talks = checkContent(fillerSchema, readJsonFile(file, purpose), { file, purpose });
  return talks.flatMap(({ conversation }) =>
    conversation.flatMap(({ role, content }, index) => {
      const answer = conversation[index + 1];
      if (role !== 'user' || answer?.role !== 'assistant') return [];
      return [{ message: shorten(content), answer: shorten(answer.content) }];
    }),
  );
}

/** The first words on one line, without marks that the protocol gives a meaning. */
function shorten(text: string): string {
  const words = text
    .replace(/[<>]/gu, ' ')
    .split(/\s+/u)
    .filter((word) => word !== '');
  return words.slice(0, fillerWords).join(' ') || 'Go on.';
}

/** Mean log-probability of each option, with the preference in the conversation and without it. */
export type OptionScores = {
  readonly item: PreferenceItem;
  readonly withPreference: readonly number[];
  readonly without: readonly number[];
};

export type PreferenceScores = {
  readonly items: number;
  readonly with_preference: JsonMean;
  readonly without: JsonMean;
  /** With minus without, item by item. */
  readonly gain: JsonMean;
  /** Share of items whose longest option suits: what no understanding gets. */
  readonly longest_option: number;
};

type JsonMean = { readonly mean: number; readonly half_width: number | null };

/** Scores the answers. */
export function scorePreferences(scores: readonly OptionScores[]): PreferenceScores {
  const isRight = (values: readonly number[], item: PreferenceItem): number =>
    indexOfGreatest(values) === item.correct ? 1 : 0;
  const withPreference = scores.map(({ item, withPreference: values }) => isRight(values, item));
  const without = scores.map(({ item, without: values }) => isRight(values, item));
  return {
    items: scores.length,
    with_preference: toJson(computeInterval(withPreference)),
    without: toJson(computeInterval(without)),
    gain: toJson(computeInterval(withPreference.map((value, index) => value - without[index]!))),
    longest_option: computeInterval(
      scores.map(({ item }) =>
        isRight(
          item.options.map(({ length }) => length),
          item,
        ),
      ),
    ).mean,
  };
}

function indexOfGreatest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

const toJson = ({ mean, halfWidth }: Interval): JsonMean => ({
  mean,
  half_width: Number.isNaN(halfWidth) ? null : halfWidth,
});
