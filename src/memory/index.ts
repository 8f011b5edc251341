/** What is known of real people: entries with their evidence and history, and the rules that change them. */
export { ageConfidence, isStale } from './confidence.ts';
export {
  decide,
  type Decision,
  type LivingEntry,
  mostEntries,
  type Proposal,
  type Situation,
} from './decide.ts';
export { findDenial, findSupport, type Said, type Support } from './evidence.ts';
export { openProfileStore } from './open-store.ts';
export { createId } from './entry-writes.ts';
export { readOwnWords } from './own-words.ts';
export { type BareEntry } from './rows.ts';
export { type StoredConversation, type StoredTurn, type TurnRecord } from './conversations.ts';
export {
  type ChangeListener,
  type ProfileStore,
  type RecordedTurn,
  type TurnStart,
} from './profile-store.ts';
export { renderPromptText, type PromptTextOptions, searchEntries } from './prompt-text.ts';
