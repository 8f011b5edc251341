export { findAct, listAnnounced, hasAct, type ActOf, type ActDetails } from './acts.ts';
export type { DialogueAct, DialogueActKind } from './acts.ts';
export { listEnded, listHeard } from './list-ended.ts';
export { hearTurn, listAmended, openTruth } from './truth.ts';
export type { Truth } from './truth.ts';
export type {
  Amendment,
  Disclosure,
  MessageChecks,
  PerceivedReply,
  Persona,
  SimulatedUser,
  UserTurn,
} from './types.ts';
