/**
 * Families of simulated users: how they talk times how they behave.
 *
 * `direct` is trained on by default. `turned` and `guarded` are held out: they speak in other words,
 * and no base or training meets them. Every word occurs in what the direct family says (a test holds
 * that), so an unseen family measures phrasing and behaviour, not unknown words.
 */
import { ConfigError, findLikely } from '../../base/index.ts';
import { defaultDynamics, type DynamicsSettings } from '../dynamics/index.ts';
import type { Phrasing } from './phrasing.ts';
import { phrasingA } from './templates-a.ts';
import { phrasingB } from './templates-b.ts';

export type Family = { readonly phrasing: Phrasing; readonly behaviour: Partial<DynamicsSettings> };

type Statements = Phrasing['statements'];

/** Rewrites every statement; the place in its list is kept, and with it what is held out. */
function rewrite(
  statements: Statements,
  change: (statement: string, index: number) => string,
): Statements {
  return Object.fromEntries(
    Object.entries(statements).map(([slot, list]) => [slot, list.map(change)]),
  );
}

/** Puts a clause before each statement. */
function openWith(statements: Statements, clauses: readonly string[]): Statements {
  return rewrite(
    statements,
    (statement, index) => `${clauses[index % clauses.length] ?? ''} ${statement}`,
  );
}

/** Puts a clause after each statement, in place of its full stop. */
function closeWith(statements: Statements, clauses: readonly string[]): Statements {
  return rewrite(statements, (statement, index) =>
    statement.replace(/ \.$/u, ` ${clauses[index % clauses.length] ?? ''}`),
  );
}

/** What a terse user names instead of saying a sentence. */
const nouns: Readonly<Record<string, string>> = {
  city: 'home',
  job: 'trade',
  schedule: 'shift',
  transport: 'way',
  diet: 'diet',
  food: 'food',
  drink: 'drink',
  music: 'music',
  film: 'films',
  book: 'books',
  hobby: 'hobby',
  trip: 'trip',
  goal: 'goal',
  colour: 'colour',
  style: 'answers',
  tone: 'tone',
};

const terseStatements: Statements = {
  ...Object.fromEntries(
    Object.entries(nouns).map(([slot, noun]) => [
      slot,
      [`${noun} , {} .`, `{} , my ${noun} .`, `the ${noun} is {} .`],
    ]),
  ),
  pet: ['{} at home .', 'at home ? {} .', 'the {} at home .'],
  hate: ['not {} .', '{} ? no .', 'please not {} .'],
};

const families = {
  direct: { phrasing: phrasingA, behaviour: {} },
  turned: { phrasing: phrasingB, behaviour: { answers: 0.85 } },
  /** Everything in passing: clauses before each fact, more small talk, more told. */
  chatty: {
    phrasing: {
      ...phrasingA,
      statements: openWith(phrasingA.statements, [
        'it was a long day and',
        'the weather is good today and',
        'not much is new here but',
      ]),
    },
    behaviour: { request: 0.32, volunteer: 0.16, distract: 0.35, two: 0.35 },
  },
  /** One or two words in place of a sentence. */
  terse: {
    phrasing: {
      ...phrasingA,
      statements: terseStatements,
      greetings: ['hi .', 'morning .'],
      smallTalk: ['nothing new .', 'late day .'],
    },
    behaviour: { volunteer: 0.06, distract: 0.1, two: 0 },
  },
  /** Wavers, changes its mind, and is not always in the mood to answer. */
  moody: {
    phrasing: {
      ...phrasingA,
      statements: closeWith(phrasingA.statements, [', i hope .', ', that is it .', ', maybe .']),
    },
    behaviour: { change: 0.1, gradual: 0.6, answers: 0.75 },
  },
  /** Tells under protest, hints rather than says. */
  guarded: {
    phrasing: {
      ...phrasingB,
      statements: openWith(phrasingB.statements, [
        'i would rather not say but',
        'that is private but',
        'maybe later , but',
      ]),
    },
    behaviour: { volunteer: 0.06, hint: 0.6, answers: 0.7 },
  },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof families;

/** Names of the families; the first is trained on by default, the second reported beside it. */
export const smallWorldFamilies = Object.keys(families) as readonly FamilyName[];

/** Families that speak in words of their own and are met by no training. */
export const heldOutFamilies: readonly string[] = ['turned', 'guarded'];

/** Finds a family. Throws `ConfigError`. */
export function findFamily(name: string): Family {
  if (Object.hasOwn(families, name)) return families[name as FamilyName];
  const nearest = findLikely(name, smallWorldFamilies);
  throw new ConfigError('unknown_family', `The small world has no family of users "${name}".`, {
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known families: ${smallWorldFamilies.join(', ')}.`,
  });
}

/** How people of a family behave. */
export function composeBehaviour(
  { behaviour }: Family,
  changed: Partial<DynamicsSettings> = {},
): DynamicsSettings {
  return { ...defaultDynamics, ...behaviour, ...changed };
}
