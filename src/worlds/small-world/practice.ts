/**
 * Whom the demonstrations of short talks are held with.
 *
 * They tell much and soon ask for what needs it, so that copying, recalling and asking are practised. Some
 * have values of the wrong slots ("my hobby is mexican"): a small model otherwise learns which few words a
 * slot can hold, in place of learning to copy. No value is in its own slot there, so none that is held out
 * is given away.
 */
import type { RandomSource } from '../../base/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type { Persona } from '../../users/index.ts';
import type { DynamicsSettings } from '../dynamics/index.ts';
import { allValues, topicNames, valuesOf } from './values.ts';

/** How people in practice behave. */
export const practiceBehaviour: Partial<DynamicsSettings> = {
  requestFrom: 1,
  request: 0.45,
  plain: 0.06,
  volunteer: 0.3,
  two: 0.35,
  hint: 0.2,
  change: 0.15,
  remark: 0.4,
  distract: 0.6,
  lag: 1,
  due: 2,
  agendaShare: 0.5,
  toldBias: 0.9,
};

/** Share of people who greet, in short talks. */
export const practiceGreets = 0.3;

/** Share of people whose values are those of other slots: in short talks, and in whole ones. */
export const scrambledShares = { short: 0.7, whole: 0.5 };

/** Gives a person values of other slots. */
export function scramblePerson(persona: Persona, random: RandomSource): Persona {
  const taken = new Set<string>();
  const trueProfile = persona.trueProfile.map(({ slot, value }): ProfileItem => {
    if (!topicNames.includes(slot)) return { slot, value };
    const own = valuesOf(slot);
    const foreign = allValues.filter((each) => !own.includes(each) && !taken.has(each));
    const chosen = random.pick(foreign);
    taken.add(chosen);
    return { slot, value: chosen };
  });
  return { ...persona, id: `${persona.id}-scrambled`, trueProfile };
}
