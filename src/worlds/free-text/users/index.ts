export { conjugateFirst, conjugateThird, isBaseVerb, isThirdPersonVerb } from './verbs.ts';
export {
  type Clause,
  isFillerAdverb,
  splitClauses,
  splitSentences,
  tokenise,
} from './split-clauses.ts';
export { maxItemWords, normaliseItem, saysSomething, splitItems } from './split-items.ts';
export {
  assignSplit,
  type HeldOutShares,
  itemSlot,
  loadPersonas,
  maxRowCharacters,
  parsePersonas,
  type PersonaFile,
  type PersonaFileOptions,
} from './load-personas.ts';
export { extractItem, voiceClause, voiceItem } from './voice-item.ts';
export {
  choosePhrasings,
  phrasingFamilies,
  type PhrasingFamily,
  type PhrasingSet,
} from './phrasings.ts';
export {
  createFreeTextUser,
  type FreeTextUserOptions,
  maxDisclosedShare,
} from './free-text-user.ts';
