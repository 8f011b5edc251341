/**
 * The prompting baseline: any chat model, told the protocol in words and never trained.
 *
 * What a trained policy is compared with. It is sent what a policy is sent, and read by the same parser.
 */
import type { ChatModel, SamplingOptions } from '../chat/index.ts';
import { explainProtocol, type Dialect } from '../protocol/index.ts';
import type { Assistant } from './assistant.ts';
import { createModelAssistant } from './model-assistant.ts';

export type PromptedAssistantOptions = {
  readonly model: ChatModel;
  readonly sampling: SamplingOptions;
  /** Of the world it is to talk in. */
  readonly dialect: Dialect;
};

/** Creates the baseline. A dialect that explains itself is not explained twice. */
export function createPromptedAssistant(options: PromptedAssistantOptions): Assistant {
  const { model, sampling, dialect } = options;
  const { schema, profileMode, systemPrompt } = dialect;
  const instructions = systemPrompt === '' ? explainProtocol(schema, profileMode) : '';
  return {
    ...createModelAssistant({ model, sampling, instructions }),
    name: `${model.name}, prompted`,
  };
}
