/**
 * Assistants by rule: the demonstrators of the warm start, and the floors and ceilings of the world.
 *
 * The mediocre one shows every skill that is to be learnt, none of them reliably: in one of ten turns it
 * pays no attention, it asks at random as often as not, and it guesses.
 */
import { renderOutput } from '../../protocol/index.ts';
import type { RandomSource } from '../../base/index.ts';
import type { Demonstrator } from '../../env/index.ts';
import { hasAct } from '../../users/index.ts';
import type { ScriptedAssistant } from '../definition.ts';
import {
  flawlessSkill,
  isTrait,
  composeScripts,
  playTurn,
  type Domain,
  type ScriptSkill,
} from '../dynamics/index.ts';
import { replyRegrets } from './phrases/replies.ts';
import { writeReply } from './reply-writer.ts';
import { everydaySchema } from './values.ts';

/** The demonstrator of the warm start. */
export const mediocreSkill: ScriptSkill = {
  ...flawlessSkill,
  attends: 0.9,
  recordsFurther: 0.8,
  recordsHints: 0.6,
  recordsChanges: 0.8,
  recordsOthers: 0.04,
  manner: 0.85,
  usesNotes: 0.85,
  guesses: 0.1,
  takesUp: 0.8,
  converses: 0.94,
  overuses: 0.04,
  asks: 0.4,
  asksAnnounced: 0.5,
  asksOpen: 0.5,
  asksAgain: 0.2,
};

/** The demonstrator of short talks: it attends to nearly all, so that noting and using are practised. */
export const fragmentSkill: ScriptSkill = {
  ...mediocreSkill,
  attends: 0.97,
  recordsFurther: 0.95,
  recordsHints: 0.95,
  recordsChanges: 0.95,
  recordsOthers: 0,
  details: 0.1,
  usesNotes: 0.95,
  guesses: 0.03,
  takesUp: 0.9,
  overuses: 0.01,
  asks: 0.25,
  asksAnnounced: 0.7,
  asksOpen: 0.2,
};

/** Turns in which the best blind questioner asks. */
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
      const { tone, sentences, ...turn } = playTurn(skill, domain, situation, random);
      // Tone and length stand in the notes already; saying so in every turn costs more than it tells.
      const recalls = turn.recalls.filter(({ slot }) => !isTrait(domain, slot));
      const block = { changes: turn.changes, recalls, question: turn.question };
      const isOver =
        hasAct(situation.user.acts, 'drop') && sentences.some(({ kind }) => kind === 'small_talk');
      const said = isOver ? sentences.filter(({ kind }) => kind !== 'small_talk') : sentences;
      const response = writeReply(tone, said, random);
      const regret = isOver ? [random.pick(replyRegrets)] : [];
      return renderOutput(
        { ...block, response: [...regret, response].filter((text) => text !== '').join(' ') },
        everydaySchema,
      );
    },
  };
}

/** Lists the scripts, worst first. */
export function listScripts(domain: Domain): readonly ScriptedAssistant[] {
  return composeScripts({
    ...{ schema: everydaySchema, blindTurns, writeReply },
    createWriter: (name, skill, random) => createScriptedWriter(name, skill, domain, random),
  });
}
