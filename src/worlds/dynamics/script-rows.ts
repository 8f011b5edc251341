/** The floors and ceilings of every world with these dynamics, worst first. */
import { flawlessSkill, type ScriptSkill } from './script.ts';

/** An assistant by rule, without its words. */
export type ScriptRow = {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly skill: ScriptSkill;
};

/** Lists the scripts; `blindTurns` are those in which the best blind questioner asks. */
export function listScriptRows(blindTurns: number): readonly ScriptRow[] {
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
