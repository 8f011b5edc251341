/** A model as the server serves it: what answers, how it is spoken to, and who writes the profile. */
import type { ChatModel, SamplingOptions } from '../../chat/index.ts';
import type { Dialect } from '../../protocol/index.ts';
import type { TokenCounter } from './reply-bound.ts';

/** A message in the spelling of a closed vocabulary, and the words that are not in it. */
export type SpelledText = {
  readonly message: string;
  readonly unknownWords: readonly { readonly word: string; readonly nearest: string | null }[];
};

export type ServedModel = {
  /** Its name in `/v1/models`. */
  readonly id: string;
  /** What it can and cannot, in a sentence or two for a person. */
  readonly about: string;
  /** Messages to begin with, in words that it knows; none where any text is read. */
  readonly examples: readonly string[];
  readonly chat: ChatModel;
  /** Slots, and how a turn is put to it. */
  readonly dialect: Dialect;
  /** `reply`: its output holds changes and reply. `after`: it replies freely and is asked for changes then. */
  readonly profileBy: 'reply' | 'after';
  /** What is done about an output without a reply: it is asked `again`, or to reply `plainly`, without notes. */
  readonly onNoReply: 'again' | 'plainly';
  /** Brings messages into a closed vocabulary; null where any text is read. */
  readonly spell: ((text: string) => SpelledText) | null;
  /** What is used where a request says nothing. */
  readonly sampling: SamplingOptions;
  /** Counts tokens of a reply as the model does; absent where only its text is had, whose words are counted. */
  readonly counter?: TokenCounter;
  /** Most tokens of an output, whatever a request asks. */
  readonly mostTokens: number;
};
