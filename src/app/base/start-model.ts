/**
 * What a warm start trains: a new small model over the world's own vocabulary, or a chat model from a
 * folder, by LoRA where the settings say so. A chat model keeps its own tokenizer and template.
 */
import { createRandom } from '../../base/index.ts';
import { loadChatTemplate, type ChatTemplate } from '../../chat/index.ts';
import { createWorkerBackend, type TrainingBackend } from '../../policy/index.ts';
import { loadTokenizer, writeTokenizerFiles, type Tokenizer } from '../../tokenizer/index.ts';
import type { OpenedWorld, WorldDefinition } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import { providePolicy } from '../policies/find-policy.ts';
import { openPolicy } from '../policies/open-policy.ts';
import type { Settings } from '../settings/schema.ts';
import { createModelConfig, createTokenizerFiles } from './new-model.ts';

/** A model before its first update, with what is needed to write its tokens. */
export type StartModel = {
  readonly backend: TrainingBackend;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  /** Longest demonstration it is shown, in tokens. */
  readonly contextTokens: number;
};

/** True where a warm start begins with a model that is there already. */
export function startsFromFolder({ policy }: Pick<Settings, 'policy'>): boolean {
  return policy.model !== 'base' && policy.model !== 'warm-start';
}

/** Opens the model to train; a new one leaves its tokenizer in the folder. Close `backend` when the work is done. */
export async function openStartModel(
  folder: string,
  opened: OpenedWorld,
  settings: Settings,
  own: WorldDefinition | undefined,
  context: AppContext,
): Promise<StartModel> {
  const { warmStart, policy, engine } = settings;
  if (startsFromFolder(settings)) {
    const found = await providePolicy(policy.model, { own }, context);
    const location = policy.adapter === null ? found : { ...found, adapter: policy.adapter };
    const { lora } = policy;
    const held = await openPolicy({ location, lora, seed: warmStart.seed, ...engine });
    const { backend, tokenizer, template, info } = held;
    return { backend, tokenizer, template, contextTokens: info.contextTokens };
  }
  const random = createRandom(`warm start ${warmStart.seed}`);
  writeTokenizerFiles(folder, await createTokenizerFiles(opened, settings, random.fork('texts')));
  const tokenizer = loadTokenizer(folder);
  const config = createModelConfig(settings, tokenizer.vocabularySize, tokenizer.stopIds);
  const backend = await createWorkerBackend({
    model: { kind: 'new', config, seed: warmStart.seed },
    valueHead: 'none',
    seed: warmStart.seed,
    ...engine,
  });
  const { contextTokens } = warmStart.model;
  return { backend, tokenizer, template: loadChatTemplate(folder), contextTokens };
}
