export { composeMessages } from './compose-messages.ts';
export type { ContextState, Exchange } from './compose-messages.ts';
export { type AnsweredTurn, type Dialect, type DialectOptions, speakPlainly } from './dialect.ts';
export { Dialogue } from './dialogue.ts';
export type { DialogueState, ReadReply, WrittenReply } from './dialogue.ts';
export { explainProtocol } from './instructions.ts';
export {
  applyOutput,
  blockEndTag,
  blockText,
  completeOutput,
  entryMarks,
  parseOutput,
  profileModes,
  protocolTags,
  renderKeptProfile,
  renderOutput,
  slotToken,
  visibleReply,
} from './output.ts';
export type { ParsedOutput, PolicyOutput, ProfileMode } from './output.ts';
export { ReplyStream, type StreamedOutput, type UntaggedText } from './reply-stream.ts';
