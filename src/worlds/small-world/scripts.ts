/**
 * Assistants by rule: the demonstrators of the warm start, and the floors and ceilings of the world.
 *
 * The mediocre one shows every skill that is to be learnt, none of them reliably: in three of ten turns it
 * pays no attention, what it asks is often not what will be needed, and it guesses. Of what it has noted it
 * uses half.
 */
import { renderOutput } from '../../protocol/index.ts';
import type { RandomSource } from '../../base/index.ts';
import type { Demonstrator } from '../../env/index.ts';
import type { ScriptedAssistant } from '../definition.ts';
import {
  flawlessSkill,
  composeScripts,
  playTurn,
  type Domain,
  type ScriptSkill,
} from '../dynamics/index.ts';
import { writeReply } from './reply-grammar.ts';
import { smallWorldSchema } from './values.ts';

/** The demonstrator of the warm start. */
export const mediocreSkill: ScriptSkill = {
  ...flawlessSkill,
  attends: 0.7,
  recordsFurther: 0.6,
  recordsHints: 0.5,
  recordsChanges: 0.6,
  recordsOthers: 0.15,
  manner: 0.85,
  usesNotes: 0.5,
  guesses: 0.1,
  takesUp: 0.7,
  converses: 0.94,
  overuses: 0.05,
  asks: 0.4,
  asksAnnounced: 0.75,
  asksOpen: 0.4,
  asksAgain: 0.2,
};

/** The demonstrator of short talks: it attends to nearly all, so that copying and asking are practised. */
export const fragmentSkill: ScriptSkill = {
  ...mediocreSkill,
  attends: 0.92,
  recordsFurther: 0.9,
  recordsHints: 0.8,
  recordsChanges: 0.85,
  recordsOthers: 0.15,
  rehearses: 0.5,
  usesNotes: 0.97,
  guesses: 0.03,
  takesUp: 0.9,
  asksAnnounced: 0.85,
  asksOpen: 0.3,
};

/** Turns in which the best blind questioner asks; found by trying 2 to 11. */
const blindTurns = 6;

/** Creates a writer of some skill. */
export function createScriptedWriter(
  name: string,
  skill: ScriptSkill,
  domain: Domain,
  random: RandomSource,
): Demonstrator {
  return {
    name,
    write: (situation) => {
      const { tone, sentences, ...block } = playTurn(skill, domain, situation, random);
      const response = writeReply(tone, sentences, random);
      return renderOutput({ ...block, response }, smallWorldSchema);
    },
  };
}

/** Lists the scripts, worst first. */
export function listScripts(domain: Domain): readonly ScriptedAssistant[] {
  return composeScripts({
    ...{ schema: smallWorldSchema, blindTurns, writeReply },
    createWriter: (name, skill, random) => createScriptedWriter(name, skill, domain, random),
  });
}
