/** Persona files, as simulated users are made of them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { checkCases } from './check-cases.ts';
import { mutate, mutations, type Mutation } from './mutations.ts';
import { oddTexts, oddValues } from './values.ts';

const sentences = fc.constantFrom(
  ...[
    'She is a baker.',
    'He loves green tea.',
    'They live in Leeds.',
    'I have two cats',
    'likes jazz',
  ],
  ...[
    'He',
    '...',
    'She is, and was, and will be; a nurse!',
    'I don’t like “coffee”',
    '我喜欢猫。',
    '😀',
  ],
);

const people = fc.array(
  fc.oneof({ weight: 4, arbitrary: sentences }, { weight: 1, arbitrary: oddTexts }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

const rows: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: people.map((parts) => JSON.stringify(parts.join(' '))) },
  { weight: 2, arbitrary: people.map((items) => JSON.stringify({ items })) },
  { weight: 1, arbitrary: people.map((items) => JSON.stringify({ persona: items.join(' ') })) },
  {
    weight: 1,
    arbitrary: fc
      .dictionary(fc.constantFrom('pet', 'diet', 'job', '__proto__', 'tone'), oddValues)
      .map((profile) => JSON.stringify({ profile })),
  },
  { weight: 2, arbitrary: oddValues.map((value) => JSON.stringify(value) ?? '') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', ' ', 'and ', 'I like tea. ', '.', '\n', '('),
        fc.nat({ max: 100_000 }),
      )
      .map(([text, times]) => JSON.stringify(text.repeat(times))),
  },
);

type Case = {
  readonly rows: readonly string[];
  readonly ending: string;
  readonly mutation: Mutation | null;
  readonly skip: boolean;
  readonly args: readonly string[];
};

checkCases<Case>({
  name: 'persona files',
  share: 0.19,
  cases: fc.record({
    rows: fc.array(rows, { minLength: 1, maxLength: 8 }),
    ending: fc.constantFrom('\n', '\r\n', ''),
    mutation: fc.option(mutations, { freq: 3 }),
    skip: fc.boolean(),
    args: fc.constantFrom(
      ...[
        ['simulate', '--turns', '3'],
        ['simulate', '--turns', '2', '--json', '--episodes', '3'],
      ],
      ...[['eval', 'world', '--policy', 'base', '--people', '1', '--turns', '2']],
    ),
  }),
  prepare: async (given, places) => {
    const file = path.join(places.case, 'people.jsonl');
    fs.writeFileSync(file, given.rows.join(given.ending === '' ? '\n' : given.ending));
    if (given.mutation !== null) mutate(file, given.mutation, places.secret);
    const bad = given.skip ? ['--on-bad-row', 'skip'] : [];
    return { args: [...given.args, '--threads', '1', '--personas', file, ...bad], input: '' };
  },
});
