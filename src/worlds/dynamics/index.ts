/** A kind of world without its words: people, their course, the worth of replies, scripts. */
export { Course, type CourseOptions, type Move, type PerceivedMove } from './course.ts';
export { findDomainSlot, isTrait, type Domain, type DomainSlot, type Tie } from './domain.ts';
export {
  gradeReply,
  requestClasses,
  type Grade,
  type RequestClass,
  type Standing,
} from './grade.ts';
export { findTied, hashShare, heldOutPeople, samplePerson } from './person.ts';
export {
  mostSentences,
  summarizeReply,
  type ReplyMove,
  type Sentence,
  type TakenUp,
} from './reply.ts';
export { scoreSlotTurn } from './score-turn.ts';
export { composeScripts, type ScriptSurface } from './scripts.ts';
export { flawlessSkill, playTurn, type ScriptSkill, type ScriptTurn } from './script.ts';
export { defaultDynamics, ratesSchema, type DynamicsSettings, type Grades } from './settings.ts';
export { judgeMove } from './verdict.ts';
