/**
 * The settings of an arm that are searched for: every combination trained once, the best one taken.
 *
 * A baseline deserves settings of its own. They are tried with the first seed on the arm's own data, and
 * judged by people of the validation part, whom nothing is trained or tested on; within each try the best
 * iteration is taken. The winner's run is the arm's run of that seed, so it is not trained twice.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { checkContent, ConfigError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import { armSearchSchema, type ArmSearch } from '../../eval/index.ts';
import { findBest, type ValidationRecord } from '../../rl/index.ts';
import { compareSettings } from '../../runlog/index.ts';

/** Values to try, by dotted key. */
export type SearchGrid = Readonly<Record<string, readonly number[]>>;

export type Choice = Readonly<Record<string, number>>;

/** Lists every combination of the grid's values, the last key varying fastest. */
export function listChoices(grid: SearchGrid): Choice[] {
  return Object.entries(grid).reduce<Choice[]>(
    (choices, [key, values]) =>
      choices.flatMap((choice) => values.map((value) => ({ ...choice, [key]: value }))),
    [{}],
  );
}

export type SearchInput = {
  readonly arm: string;
  readonly seed: number;
  readonly grid: SearchGrid;
  /** Directory of the whole comparison. */
  readonly directory: string;
  /** Settings that decide what the tries give, for the record. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Trains with a choice into a directory, or goes on there. */
  readonly train: (choice: Choice, out: string, label: string) => Promise<void>;
};

/**
 * Searches, or reads what was found. Throws `ConfigError` where no try could be scored, and where what is
 * there was found with other settings or by trying something else.
 */
export async function searchArm(input: SearchInput): Promise<ArmSearch> {
  const { arm, seed, grid, directory, settings } = input;
  const file = path.join(directory, `${arm}-search.json`);
  const finalFolder = path.join(directory, `${arm}-seed-${seed}`);
  const choices = listChoices(grid);
  const nameTry = (index: number): string => path.join(directory, `${arm}-try-${index + 1}`);
  if (!fs.existsSync(file)) {
    const tried: ArmSearch['tried'][number][] = [];
    for (const [index, choice] of choices.entries()) {
      const out = nameTry(index);
      await input.train(choice, out, `${arm}, try ${index + 1} of ${choices.length}`);
      const best = findBest(readValidations(out));
      const { score = null, iteration = null } = best ?? {};
      tried.push({ settings: choice, score, iteration });
    }
    const search: KeptSearch = { seed, settings, tried, chosen: pickBest(arm, tried) };
    writeFileAtomic(file, `${JSON.stringify(search, null, 2)}\n`);
  }
  const { settings: kept, ...search } = readSearch(file);
  checkSameSearch(kept, search, { file, settings, choices });
  const chosen = search.tried.findIndex(({ settings }) => isSame(settings, search.chosen));
  const winner = nameTry(chosen);
  // Said in the file before it is moved, so that an interruption between the two loses nothing.
  if (search.seed === seed && fs.existsSync(winner) && !fs.existsSync(finalFolder)) {
    fs.renameSync(winner, finalFolder);
  }
  return search;
}

type KeptSearch = ArmSearch & { readonly settings: Readonly<Record<string, unknown>> };

/** What was found for other settings is not passed off as found for these. */
function checkSameSearch(
  kept: KeptSearch['settings'],
  { tried }: ArmSearch,
  asked: {
    readonly file: string;
    readonly settings: KeptSearch['settings'];
    readonly choices: readonly Choice[];
  },
): void {
  const { file, settings, choices } = asked;
  const keys = compareSettings(kept, settings).map(({ key }) => key);
  const isSameGrid =
    tried.length === choices.length &&
    tried.every((each, index) => isSame(each.settings, choices[index] ?? {}));
  if (keys.length === 0 && isSameGrid) return;
  const what = keys.length === 0 ? 'by trying something else' : `with other ${keys.join(', ')}`;
  throw new ConfigError('search_differs', `${file} was found ${what}.`, {
    details: { file, keys },
    hint: 'Choose another --out, or delete the file and the runs of the arm to have it searched anew.',
  });
}

function pickBest(arm: string, tried: ArmSearch['tried']): Choice {
  const scored = tried.filter(({ score }) => score !== null);
  const [first] = scored;
  if (first === undefined) {
    throw new ConfigError('search_unscored', `No try of the arm ${arm} could be scored.`, {
      hint: 'A search needs validation.users above 0 and replies that are judged.',
    });
  }
  return scored.reduce((best, each) => (each.score! > best.score! ? each : best), first).settings;
}

function isSame(first: Choice, second: Choice): boolean {
  const keys = Object.keys(first);
  return (
    keys.length === Object.keys(second).length && keys.every((key) => first[key] === second[key])
  );
}

function readValidations(out: string): readonly ValidationRecord[] {
  const file = path.join(out, 'validation.json');
  const purpose = 'validation records';
  const content = readJsonFile(file, purpose);
  return checkContent(validationsSchema, content, { file, purpose });
}

const figure = z.number().nullable();
const validationsSchema: z.ZodType<readonly ValidationRecord[]> = z.array(
  z.object({
    iteration: z.int().nonnegative(),
    score: figure,
    alignment: figure,
    profile_f1_disclosed: figure,
    format_rate: figure,
  }),
);

const keptSchema: z.ZodType<KeptSearch> = z.intersection(
  armSearchSchema,
  z.object({ settings: z.record(z.string(), z.unknown()) }),
);

function readSearch(file: string): KeptSearch {
  const purpose = 'search of an arm';
  return checkContent(keptSchema, readJsonFile(file, purpose), {
    file,
    purpose,
    hint: 'Remove the file and run again: what is trained is read back.',
  });
}
