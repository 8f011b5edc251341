export {
  checkMessage,
  maxMessageSentences,
  type MessageCase,
  type MessageCheckName,
  messageCheckNames,
} from './check-message.ts';
export {
  composePhrasePrompt,
  type PhraseCase,
  readTopic,
  type SpokenLine,
} from './phrase-prompt.ts';
export {
  createModelUser,
  type ModelUserOptions,
  type ModelUserSettings,
  modelUserVersion,
} from './model-user.ts';
