/**
 * Demonstrations as token sequences, exactly as the policy will see and write them.
 *
 * The conversation is rendered turn by turn with the chat template, as in sampling: what the
 * template adds before an output is context, the output and the token that ends it are learnt with
 * weight 1, context with a small weight (it teaches how users speak, and helps copying from them).
 */
import type { ChatTemplate, Message } from '../chat/index.ts';
import { Dialogue, type Dialect } from '../protocol/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';

export type SupervisedSequence = {
  readonly ids: Int32Array;
  /** 1 on what the assistant wrote, the context weight elsewhere. */
  readonly weights: Float32Array;
};

/** A conversation to learn from: what was said, and what is to be written. */
export type Demonstration = {
  readonly turns: readonly {
    readonly user: { readonly message: string };
    readonly note: string;
    readonly output: string;
  }[];
};

export type EncodeOptions = {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  /** Decides what the policy is shown. */
  readonly dialect: Dialect;
  readonly contextWeight: number;
  /** Turns that would not fit are left out. */
  readonly contextTokens: number;
};

/**
 * Encodes one conversation: a single sequence where the policy is shown the whole conversation, else one a
 * turn. Throws what the template throws for conversations it cannot extend.
 */
export function encodeDemonstration(
  { turns }: Demonstration,
  options: EncodeOptions,
): SupervisedSequence[] {
  const dialogue = new Dialogue(options.dialect);
  const sequences: Growing[] = [];
  let growing = open();
  for (const turn of turns) {
    const messages = dialogue.resume(turn.user.message, turn.note);
    if (options.dialect.contextTurns > 0) growing = open();
    const content = append(growing, messages, turn.output, options);
    if (content === null) break;
    if (sequences.at(-1) !== growing) sequences.push(growing);
    dialogue.take({ text: turn.output, finishReason: 'stop' }, content);
  }
  return sequences.map(({ ids, weights }) => ({
    ids: Int32Array.from(ids),
    weights: Float32Array.from(weights),
  }));
}

/** A sequence under way. */
type Growing = {
  readonly ids: number[];
  readonly weights: number[];
  known: readonly Message[];
  /** End-of-turn text that was learnt but is not part of the message. */
  sampledSuffix: string;
};

const open = (): Growing => ({ ids: [], weights: [], known: [], sampledSuffix: '' });

/** Appends a turn; returns what its output is as a message, or null where it does not fit. */
function append(
  growing: Growing,
  messages: readonly Message[],
  text: string,
  { tokenizer, template, contextWeight, contextTokens }: EncodeOptions,
): string | null {
  const { ids, weights, known } = growing;
  const added = messages.slice(known.length);
  const context = tokenizer.encode(template.renderAppend(known, added, growing.sampledSuffix));
  const output = tokenizer.encode(text);
  const stop = tokenizer.stopIds.includes(output.at(-1) ?? -1) ? undefined : tokenizer.stopIds[0];
  const stopText = stop === undefined ? '' : tokenizer.decode([stop]);
  if (stop !== undefined) output.push(stop);
  if (ids.length + context.length + output.length > contextTokens) return null;
  ids.push(...context, ...output);
  weights.push(...context.map(() => contextWeight), ...output.map(() => 1));
  // An end-of-turn token that the template writes as well must not stand there twice.
  growing.sampledSuffix = template.replySuffix.startsWith(stopText) ? stopText : '';
  const content = growing.sampledSuffix === '' ? tokenizer.decode(output) : text;
  growing.known = [...messages, { role: 'assistant', content }];
  return content;
}
