/**
 * Demonstrations as token sequences, exactly as the policy will see and write them.
 *
 * The conversation is rendered turn by turn with the chat template, as in sampling: what the
 * template adds before an output is context, the output and the token that ends it are learnt with
 * weight 1, context with a small weight (it teaches how users speak, and helps copying from them).
 */
import { DataError } from '../base/index.ts';
import type { Message } from '../chat/index.ts';
import type { Episode } from '../env/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';

/** Renders messages with the model's chat template, up to where the assistant begins to write. */
export type RenderPrompt = (messages: readonly Message[]) => string;

export type SupervisedSequence = {
  readonly ids: Int32Array;
  /** 1 on what the assistant wrote, the context weight elsewhere. */
  readonly weights: Float32Array;
};

export type EncodeOptions = {
  readonly tokenizer: Tokenizer;
  readonly renderPrompt: RenderPrompt;
  readonly systemPrompt: string;
  readonly contextWeight: number;
  /** Turns that would not fit are left out. */
  readonly contextTokens: number;
};

/** Encodes one episode. Throws `DataError` when the template rewrites earlier turns. */
export function encodeDemonstration(episode: Episode, options: EncodeOptions): SupervisedSequence {
  const { tokenizer, renderPrompt, systemPrompt, contextWeight, contextTokens } = options;
  const messages: Message[] =
    systemPrompt === '' ? [] : [{ role: 'system', content: systemPrompt }];
  const ids: number[] = [];
  const weights: number[] = [];
  let before = '';
  let closing: number | undefined;
  for (const turn of episode.turns) {
    messages.push({ role: 'user', content: turn.user.message });
    if (turn.note !== '') messages.push({ role: 'system', content: turn.note });
    const prompt = renderPrompt(messages);
    if (!prompt.startsWith(before)) throw describeRewrite(episode.id, turn.turnIndex);
    const context = tokenizer.encode(prompt.slice(before.length));
    // A template that closes an output with the stop token would repeat the one already counted.
    if (closing !== undefined && context[0] === closing) context.shift();
    const output = tokenizer.encode(turn.output);
    closing = undefined;
    if (!tokenizer.stopIds.includes(output.at(-1) ?? -1) && tokenizer.stopIds.length > 0) {
      closing = tokenizer.stopIds[0]!;
      output.push(closing);
    }
    if (ids.length + context.length + output.length > contextTokens) break;
    ids.push(...context, ...output);
    weights.push(...context.map(() => contextWeight), ...output.map(() => 1));
    messages.push({ role: 'assistant', content: turn.output });
    before = prompt + turn.output;
  }
  return { ids: Int32Array.from(ids), weights: Float32Array.from(weights) };
}

function describeRewrite(episode: string, turnIndex: number): DataError {
  return new DataError(
    'template_not_append_only',
    `The chat template changes earlier turns when turn ${turnIndex + 1} is added.`,
    {
      details: { episode, turnIndex },
      hint: 'Use a template that only appends, so that a conversation is one growing sequence.',
    },
  );
}
