/** The floors and ceilings of every world with these dynamics, worst first. */
import type { RandomSource } from '../../base/index.ts';
import type { Demonstrator, ScriptedAssistant } from '../../env/index.ts';
import type { ProfileSchema } from '../../profile/index.ts';
import { renderOutput } from '../../protocol/index.ts';
import type { Sentence } from './reply.ts';
import { flawlessSkill, type ScriptSkill } from './script.ts';

/** What a world adds to the scripts: its words. */
export type ScriptSurface = {
  readonly schema: ProfileSchema;
  /** Turns in which the best blind questioner asks. */
  readonly blindTurns: number;
  writeReply(tone: string | null, sentences: readonly Sentence[], random: RandomSource): string;
  createWriter(name: string, skill: ScriptSkill, random: RandomSource): Demonstrator;
};

/** Lists the scripts, worst first. */
export function composeScripts(surface: ScriptSurface): readonly ScriptedAssistant[] {
  const written = listRows(surface.blindTurns).map(({ name, summary, skill }) => ({
    name,
    summary,
    create: (random: RandomSource) => surface.createWriter(`${name}/1`, skill, random),
  }));
  return [...listCheats(surface), ...written];
}

/** Two that look at nobody: they hold the bottom of the scale. */
function listCheats({ schema, writeReply }: ScriptSurface): readonly ScriptedAssistant[] {
  const say = (response: string): string =>
    renderOutput({ changes: [], recalls: [], question: null, response }, schema);
  return [
    {
      name: 'echo',
      summary: 'says the message back',
      create: () => ({ name: 'echo/1', write: ({ user }) => say(user.message) }),
    },
    {
      name: 'generic',
      summary: 'says the same to everything',
      create: (random) => ({
        name: 'generic/1',
        write: () => say(writeReply(null, [{ kind: 'small_talk' }], random)),
      }),
    },
  ];
}

/** An assistant by rule, without its words. */
type ScriptRow = {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly skill: ScriptSkill;
};

function listRows(blindTurns: number): readonly ScriptRow[] {
  const rows: readonly (readonly [name: string, summary: string, skill: Partial<ScriptSkill>])[] = [
    [
      'remembers_nothing',
      'answers small talk, and requests without a taste',
      { memory: 'none', manner: 0 },
    ],
    ['tone_only', 'keeps tone and length, and nothing else', { usesNotes: 0 }],
    [
      'last_3_turns',
      'remembers three turns, asks about announced needs',
      { memory: 'recent', asks: 1, asksAnnounced: 1 },
    ],
    ['never_asks', 'remembers all that is told, asks nothing', {}],
    ['always_asks', 'remembers all, asks in every turn', { asks: 1, asksOpen: 1, asksAgain: 1 }],
    [
      'best_blind',
      `remembers all, asks anything in the first ${blindTurns} turns`,
      { asks: 1, asksOpen: 1, asksUntil: blindTurns },
    ],
    [
      'right_question',
      'remembers all, asks once about each announced need',
      { asks: 1, asksAnnounced: 1 },
    ],
    [
      'right_question_and_ties',
      'the same, and infers what usually goes together',
      { asks: 1, asksAnnounced: 1, usesTies: 1 },
    ],
    ['oracle', 'knows what was never said', { memory: 'truth' }],
  ];
  return rows.map(([name, summary, skill]) => ({
    name,
    summary,
    skill: { ...flawlessSkill, ...skill },
  }));
}
