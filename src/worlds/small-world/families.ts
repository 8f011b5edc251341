/**
 * Families of simulated users: how they talk times how they behave.
 *
 * `warm` is trained on by default and `cold` is its counterpart in other words. The others are
 * composed from parts of these two: clauses put before or after their statements, or statements
 * pared down to a noun and a value. Every word occurs in what the warm family says (a test holds
 * that), so an unseen family measures phrasing and behaviour, not unknown words.
 */
import type { Phrasing } from './phrasing.ts';
import { phrasingA } from './templates-a.ts';
import { phrasingB } from './templates-b.ts';
import { coldTemperament, warmTemperament, type Temperament } from './user.ts';

export type Family = { readonly phrasing: Phrasing; readonly temperament: Temperament };

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

function pick(clauses: readonly string[], index: number): string {
  return clauses[index % clauses.length] ?? '';
}

/** Puts a clause before each statement. */
function openWith(statements: Statements, clauses: readonly string[]): Statements {
  return rewrite(statements, (statement, index) => `${pick(clauses, index)} ${statement}`);
}

/** Puts a clause after each statement, in place of its full stop. */
function closeWith(statements: Statements, clauses: readonly string[]): Statements {
  return rewrite(statements, (statement, index) =>
    statement.replace(/ \.$/u, ` ${pick(clauses, index)}`),
  );
}

/** What a terse user names instead of saying a sentence. */
const nouns: Readonly<Record<string, string>> = {
  name: 'name',
  city: 'home',
  job: 'trade',
  diet: 'diet',
  food: 'food',
  drink: 'drink',
  music: 'music',
  film: 'films',
  book: 'books',
  hobby: 'hobby',
  trip: 'trip',
  goal: 'goal',
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

/** One or two words in place of a sentence. */
const terse: Family = {
  phrasing: {
    ...phrasingB,
    statements: terseStatements,
    greetings: ['hi .', 'morning .'],
    smallTalk: ['nothing new .', 'late day .'],
    requests: {
      food: ['food ?', 'a dinner ?', 'ideas , food ?'],
      drink: ['drink ?', 'a drink ?', 'ideas , drink ?'],
      music: ['music ?', 'some music ?', 'ideas , music ?'],
      film: ['film ?', 'a film ?', 'ideas , films ?'],
      hobby: ['hobby ?', 'fun ?', 'ideas , fun ?'],
      trip: ['trip ?', 'a trip ?', 'ideas , travel ?'],
    },
  },
  temperament: {
    ...coldTemperament,
    volunteers: 0.3,
    distracts: 0.05,
    factsPerTurn: 1,
  },
};

/** Everything in passing: clauses before each fact, weather and trains around it. */
const rambling: Family = {
  phrasing: {
    ...phrasingA,
    statements: openWith(phrasingA.statements, [
      'it was a long day and',
      'the weather is good today and',
      'not much is new here but',
    ]),
    smallTalk: [...phrasingA.smallTalk, ...phrasingB.smallTalk],
  },
  temperament: { ...warmTemperament, volunteers: 0.5, distracts: 0.25, digresses: 0.7 },
};

/** Dodges questions, hints rather than says, and tells the rest under protest. */
const evasive: Family = {
  phrasing: {
    ...phrasingB,
    statements: openWith(phrasingB.statements, [
      'i would rather not say but',
      'that is private but',
      'maybe later , but',
    ]),
    evasions: [...phrasingA.evasions, ...phrasingB.evasions],
  },
  temperament: {
    ...coldTemperament,
    volunteers: 0.18,
    volunteersPerTrust: 0.14,
    answers: 0.4,
    answersPerTrust: 0.14,
    hints: 0.6,
    requests: 0.35,
  },
};

/** Says one thing, wavers, takes it back: what it wavers about has not changed. */
const contradictory: Family = {
  phrasing: {
    ...phrasingA,
    statements: closeWith(phrasingA.statements, [', i hope .', ', that is it .', ', maybe not .']),
    smallTalk: phrasingB.smallTalk,
    announcements: phrasingB.announcements,
  },
  temperament: { ...warmTemperament, contradicts: 0.25, tellsChange: 0.6, trustLoss: 0.4 },
};

const families = {
  warm: { phrasing: phrasingA, temperament: warmTemperament },
  cold: { phrasing: phrasingB, temperament: coldTemperament },
  terse,
  rambling,
  evasive,
  contradictory,
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof families;

/** Names of the families; the first is trained on by default, the second reported beside it. */
export const smallWorldFamilies = Object.keys(families) as readonly FamilyName[];

/** Finds a family, or undefined. */
export function findFamily(name: string): Family | undefined {
  return smallWorldFamilies.some((known) => known === name)
    ? families[name as FamilyName]
    : undefined;
}
