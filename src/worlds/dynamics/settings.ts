/** How people of this kind of world behave, and what their answers are worth; no words. */
import { z } from 'zod';

/** Chances and rates; every number is a probability unless it says otherwise. */
export type DynamicsSettings = {
  /** Slots a person has. */
  readonly slots: number;
  /** Most values of a slot that holds several. */
  readonly setSize: number;
  /** Somebody says at the beginning how they want to be spoken to. */
  readonly states: number;
  /** Somebody who does not comes to the point behind the greeting. */
  readonly opens: number;
  /** Somebody gives their name at the beginning, where the domain has a slot for it. */
  readonly introduces: number;
  /** A slot follows the one it is tied to by the domain's table, where the person has both. */
  readonly follows: number;
  /** Slots whose need is announced and soon due. */
  readonly agenda: number;
  /** A request is on a topic announced at least `due` turns ago, where there is one. */
  readonly agendaShare: number;
  /** Turns from an announcement to the first request. */
  readonly due: number;
  /** Turns before the first request; a free turn after them is one; such a one needs no taste. */
  readonly requestFrom: number;
  readonly request: number;
  readonly plain: number;
  /** A free turn tells something unasked; two things at once; a thing with a cue by a hint. */
  readonly volunteer: number;
  readonly two: number;
  readonly hint: number;
  /** A free turn tells of a change; it is only acted on, never said. */
  readonly change: number;
  readonly silent: number;
  /** An announced change is preceded by a turn of doubt. */
  readonly gradual: number;
  /** Before a turn, something told is put right in the kept profile by hand; it is only taken out. */
  readonly amends: number;
  readonly erases: number;
  /** Of the free turns that are left: one announces a need, where one is unannounced. */
  readonly remark: number;
  /** Of those that are left then: one tells of somebody else, or says something told once more; of small talk: one greets again. */
  readonly distract: number;
  readonly repeat: number;
  readonly greets: number;
  /** Requests off the agenda: on what was told at least so many turns ago, and how often. */
  readonly lag: number;
  readonly toldBias: number;
  /** A question on a slot the person has is answered. */
  readonly answers: number;
  /** A wrong use of something told is put right. */
  readonly corrects: number;
  /** What a turn is worth. */
  readonly grades: Grades;
};

export type Grades = {
  /** Weight of tone and length, of 1. */
  readonly style: number;
  /** What a request's answer is worth, by whose value it names. */
  readonly current: number;
  readonly generic: number;
  readonly former: number;
  readonly other: number;
  /** A known value brought in where nothing called for it. */
  readonly overuse: number;
  /** What a question costs, and one that was asked or answered before. */
  readonly question: number;
  readonly again: number;
};

/**
 * The rates were chosen by a sketch that plays without language, whose table stands in docs/small-world.md.
 * Beyond the sketch: sets, hints, doubts, other people, repetitions and corrections, all rare enough to leave
 * its spread as it is.
 */
export const defaultDynamics: DynamicsSettings = {
  slots: 10,
  setSize: 3,
  states: 1,
  opens: 0,
  introduces: 0,
  follows: 0.7,
  agenda: 3,
  agendaShare: 0.85,
  due: 3,
  requestFrom: 2,
  request: 0.4,
  plain: 1 / 6,
  volunteer: 0.1,
  two: 0.2,
  hint: 0.2,
  change: 0.04,
  silent: 0.5,
  gradual: 0.3,
  amends: 0,
  erases: 0.2,
  remark: 0.7,
  distract: 0.2,
  repeat: 0.1,
  greets: 0,
  lag: 3,
  toldBias: 0.4,
  answers: 0.9,
  corrects: 0.7,
  grades: {
    style: 0.12,
    current: 1,
    generic: 0,
    former: -0.5,
    other: -1,
    overuse: -0.5,
    question: 0.2,
    again: 0.5,
  },
};

type Rate = Exclude<keyof DynamicsSettings, 'grades'>;

const rateNames = Object.keys(defaultDynamics).filter((name): name is Rate => name !== 'grades');

/** Rates of behaviour as a setting: any of them, in place of a family's own. */
export const ratesSchema = z.partialRecord(z.enum(rateNames), z.number().min(0).max(100));
