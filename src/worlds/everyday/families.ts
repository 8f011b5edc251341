/**
 * Families of simulated users of everyday talk: how they type times how they behave.
 *
 * `mixed` is trained on by default: careful writers and untidy ones. `terse` and `rambling` are met by no
 * training: their words are the same, their manner is not. `asking` is for learning to use what was told.
 */
import { ConfigError, findLikely } from '../../base/index.ts';
import { defaultDynamics, type DynamicsSettings } from '../dynamics/index.ts';
import type { Manner } from './writing.ts';

export type Family = { readonly manner: Manner; readonly behaviour: Partial<DynamicsSettings> };

const mixed: Manner = {
  chatter: 0.4,
  asides: 0.2,
  tells: 0.25,
  joins: 0,
  misspeaks: 0,
  trails: 0,
  namesFormer: 0,
  lowerCase: 0.2,
  noApostrophes: 0.3,
  noStops: 0.2,
  sloppy: 0.3,
  slips: 0.12,
};

const families = {
  mixed: { manner: mixed, behaviour: {} },
  /** Nothing around a fact, no capitals, little told. */
  terse: {
    manner: {
      ...mixed,
      chatter: 0,
      asides: 0.08,
      tells: 0.1,
      lowerCase: 0.8,
      noApostrophes: 0.6,
      noStops: 0.9,
      slips: 0.15,
    },
    behaviour: { volunteer: 0.06, distract: 0.1, two: 0 },
  },
  /** Everything in passing: much talk, other people, hints. */
  rambling: {
    manner: { ...mixed, chatter: 0.95, asides: 0.35, tells: 0.4, sloppy: 0.1 },
    behaviour: { request: 0.34, volunteer: 0.16, distract: 0.4, two: 0.4, hint: 0.35 },
  },
  /** They tell much and ask for what needs it a turn later, so that short talks show whether it was noted and is used. */
  asking: {
    manner: mixed,
    behaviour: {
      volunteer: 0.5,
      two: 0.4,
      request: 0.5,
      requestFrom: 1,
      lag: 1,
      toldBias: 1,
      agendaShare: 0,
      remark: 0.1,
      plain: 0.15,
    },
  },
} as const satisfies Readonly<Record<string, Family>>;

/** Names of the families; the first is trained on by default, the second reported beside it. */
export const everydayFamilies: readonly string[] = Object.keys(families);

/** Finds a family. Throws `ConfigError`. */
export function findFamily(name: string): Family {
  if (Object.hasOwn(families, name)) return families[name as keyof typeof families];
  const nearest = findLikely(name, everydayFamilies);
  throw new ConfigError('unknown_family', `Everyday talk has no family of users "${name}".`, {
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Known families: ${everydayFamilies.join(', ')}.`,
  });
}

/** Most say how they want to be spoken to; who does not leaves it to be guessed, and is not to be noted. */
const statesManner = 0.85;

/** How people of a family behave. */
export function composeBehaviour(
  { behaviour }: Family,
  changed: Partial<DynamicsSettings> = {},
): DynamicsSettings {
  return { ...defaultDynamics, states: statesManner, ...behaviour, ...changed };
}
