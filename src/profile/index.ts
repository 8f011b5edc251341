export type {
  Profile,
  ProfileChange,
  ProfileItem,
  ProfileSchema,
  Slot,
  SlotKind,
} from './types.ts';
export {
  findSlot,
  openSlotName,
  isFreeText,
  isListed,
  isOpenItem,
  itemKey,
  normaliseValue,
  spellValue,
  validateSchema,
} from './schema.ts';
export {
  applyChanges,
  diffProfiles,
  listDifferences,
  hasItem,
  type ProfileDifference,
  slotValue,
} from './changes.ts';
export {
  computeContentWords,
  isNegated,
  isStopWord,
  normaliseText,
  splitWords,
  stemWord,
} from './item-words.ts';
export {
  findTopics,
  isTopicStem,
  type ItemTopic,
  itemTopics,
  singleTopics,
  topicsOfStem,
} from './item-topics.ts';
export { isSameQuestion, type Question, readQuestions, splitReply } from './item-questions.ts';
export { askingStems, findQuestionTopics, type QuestionTopics } from './question-topics.ts';
export { personSchema } from './person-schema.ts';
