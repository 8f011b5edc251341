/** Settings by flag and by file: what they may be, and what a training does with odd ones. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { createDefaultSettings } from '../../src/app/settings/defaults.ts';
import { flattenSettings } from '../../src/app/settings/layers.ts';
import { algorithmNames } from '../../src/rl/index.ts';
import { worldDefinitions } from '../../src/worlds/index.ts';
import { checkCases } from './check-cases.ts';
import { oddScalars, oddTexts, oddValues, setAt } from './values.ts';

/** Of every world. */
const defaults = worldDefinitions.flatMap((world) => flattenSettings(createDefaultSettings(world)));

/** A setting of the right type that may well be in range. */
const likely = fc
  .tuple(
    fc.constantFrom(...defaults),
    fc.constantFrom(0, 0.01, 0.5, 0.9, 1, 2, 3, 10, 1000, -1),
    fc.boolean(),
  )
  .map(([[key, value], factor, flag]): [string, unknown] => {
    if (typeof value === 'boolean') return [key, flag];
    return [key, typeof value === 'number' ? value * factor : value];
  });

const knownKeys = defaults.map(([key]) => key);

const keys = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...knownKeys) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...knownKeys).map((key) => key.replace(/\.[^.]*$/u, '')),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...knownKeys), oddTexts).map((parts) => parts.join('.')),
  },
  { weight: 1, arbitrary: oddTexts },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['__proto__.polluted', 'ppo.__proto__.polluted', 'constructor.prototype.polluted'],
    ),
  },
);

const odd = fc.tuple(
  keys,
  fc.oneof(
    oddValues.map((value) => JSON.stringify(value) ?? ''),
    oddTexts,
  ),
);

const assignments = fc
  .oneof(
    { weight: 1, arbitrary: odd },
    { weight: 3, arbitrary: likely.map(([key, value]) => [key, JSON.stringify(value)] as const) },
  )
  .map(([key, value]) => `${key}=${value}`);

/** Arguments cannot hold NUL. */
const argument = (text: string): string => text.replaceAll('\0', '');

const verbs = fc.constantFrom(
  ...[
    ['train', '--print-config'],
    ['train', '--print-config', '--json'],
    ['train', '--dry-run'],
  ],
  ...[
    ['warm-start', '--print-config'],
    ['demo', '--print-config'],
    ['compare', 'algorithms'],
  ],
  ...[
    ['eval', 'world', '--policy', 'nowhere'],
    ['simulate', '--policy', 'nowhere'],
  ],
);

const flags = fc.oneof(
  fc.tuple(
    fc.constantFrom('--iterations', '--seed', '--threads', '--checkpoint-every', '--preset'),
    oddScalars.map(String),
  ),
  fc.tuple(
    fc.constantFrom('--personas', '--config', '--users', '--judge', '--on-bad-row'),
    oddTexts,
  ),
);

type Read = {
  readonly verb: readonly string[];
  readonly set: readonly string[];
  readonly flags: readonly (readonly [string, string])[];
  readonly config: readonly (readonly [string, unknown])[] | string | null;
};

checkCases<Read>({
  name: 'settings that are read',
  share: 0.36,
  cases: fc.record({
    verb: verbs,
    set: fc.array(assignments, { maxLength: 3 }),
    flags: fc.array(flags, { maxLength: 1 }),
    config: fc.oneof(
      fc.constant(null),
      fc.array(fc.oneof(likely, fc.tuple(keys, oddValues)), { maxLength: 3 }),
      fc.string({ maxLength: 40 }),
    ),
  }),
  prepare: async ({ verb, set, flags: given, config }, places) => {
    const file = path.join(places.case, 'config.json');
    const pairs = Array.isArray(config) ? (config as readonly (readonly [string, unknown])[]) : [];
    const json = pairs.reduce<unknown>(
      (all, [key, value]) => setAt(all, key.split('.'), value),
      {},
    );
    if (config !== null) {
      fs.writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(json));
    }
    const args = [
      ...verb,
      ...(verb[0] === 'compare' ? ['--out', path.join(places.case, 'out'), '--arms', 'none'] : []),
      ...(config === null ? [] : ['--config', file]),
      ...given.flat(),
      ...set.flatMap((text) => ['--set', text]),
    ];
    return { args: args.map(argument), input: '' };
  },
});

/** Settings that steer what is learnt; those that say how long it takes are left alone. */
const learningKeys = knownKeys.filter(
  (key) =>
    /^(?:optimizer|ppo|dpo|offline|rewardWeights|world\.penalties)\./u.test(key) ||
    ['seed', 'algorithm', 'sampling.temperature', 'maxFailedShare'].includes(key),
);

const sampling = fc.constantFrom('sampling.topK', 'sampling.topP', 'sampling.minP');

checkCases<readonly (readonly [string, unknown])[]>({
  name: 'settings that are trained with',
  share: 0.02,
  cases: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: likely.filter(([key]) => learningKeys.includes(key)) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...learningKeys), oddScalars) },
      { weight: 1, arbitrary: fc.tuple(sampling, fc.oneof(fc.integer(), fc.double())) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constant('algorithm'), fc.constantFrom(...algorithmNames)),
      },
    ),
    { minLength: 1, maxLength: 3 },
  ),
  prepare: async (pairs, places) => {
    const small = ['iterations=1', 'episodesPerIteration=4', 'turns=2', 'sampling.maxTokens=16'];
    const set = [...small, ...pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`)];
    const out = path.join(places.case, 'run');
    const args = ['train', '--preset', 'tiny', '--threads', '1', '--out', out];
    return { args: [...args, ...set.flatMap((text) => ['--set', argument(text)])], input: '' };
  },
});
