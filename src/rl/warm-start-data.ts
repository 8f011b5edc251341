/**
 * Demonstrations as token sequences, exactly as the policy will see and write them.
 *
 * The conversation is rendered turn by turn with the chat template, as in sampling: what the
 * template adds before an output is context, the output and the token that ends it are learnt with
 * weight 1, context with a small weight (it teaches how users speak, and helps copying from them).
 */
import type { ChatTemplate, Message } from '../chat/index.ts';
import type { Episode } from '../env/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';

export type SupervisedSequence = {
  readonly ids: Int32Array;
  /** 1 on what the assistant wrote, the context weight elsewhere. */
  readonly weights: Float32Array;
};

export type EncodeOptions = {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  readonly systemPrompt: string;
  readonly contextWeight: number;
  /** Turns that would not fit are left out. */
  readonly contextTokens: number;
};

/** Encodes one episode. Throws what the template throws for conversations it cannot extend. */
export function encodeDemonstration(episode: Episode, options: EncodeOptions): SupervisedSequence {
  const { tokenizer, template, systemPrompt, contextWeight, contextTokens } = options;
  const known: Message[] = [];
  const ids: number[] = [];
  const weights: number[] = [];
  let sampledSuffix = '';
  for (const turn of episode.turns) {
    const added: Message[] = [];
    if (known.length === 0 && systemPrompt !== '') {
      added.push({ role: 'system', content: systemPrompt });
    }
    added.push({ role: 'user', content: turn.user.message });
    if (turn.note !== '') added.push({ role: 'system', content: turn.note });
    const context = tokenizer.encode(template.renderAppend(known, added, sampledSuffix));
    const output = tokenizer.encode(turn.output);
    const stop = tokenizer.stopIds.includes(output.at(-1) ?? -1) ? undefined : tokenizer.stopIds[0];
    const stopText = stop === undefined ? '' : tokenizer.decode([stop]);
    if (stop !== undefined) output.push(stop);
    if (ids.length + context.length + output.length > contextTokens) break;
    ids.push(...context, ...output);
    weights.push(...context.map(() => contextWeight), ...output.map(() => 1));
    // An end-of-turn token that the template writes as well must not stand there twice.
    sampledSuffix = template.replySuffix.startsWith(stopText) ? stopText : '';
    const content = sampledSuffix === '' ? tokenizer.decode(output) : turn.output;
    known.push(...added, { role: 'assistant', content });
  }
  return { ids: Int32Array.from(ids), weights: Float32Array.from(weights) };
}
