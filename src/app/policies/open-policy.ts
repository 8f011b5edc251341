/** A policy ready to work: engine in its thread, tokenizer, chat template, and all three as a chat model. */
import { CheckpointError } from '../../base/index.ts';
import type { Device } from '../../engine/index.ts';
import { loadChatTemplate, type ChatModel, type ChatTemplate } from '../../chat/index.ts';
import {
  createChatPolicy,
  createWorkerBackend,
  type BackendInfo,
  type DecodeBits,
  type FrozenBits,
  type GraphLayout,
  type LoraSettings,
  type TrainingBackend,
  type ValueHeadKind,
} from '../../policy/index.ts';
import { loadTokenizer, type Tokenizer } from '../../tokenizer/index.ts';
import type { PolicyLocation } from './find-policy.ts';

/** Where a model lies, and what records call it. */
export type ModelLocation = Pick<PolicyLocation, 'folder' | 'adapter' | 'baseName' | 'name'>;

export type OpenPolicyOptions = {
  readonly location: ModelLocation;
  readonly threads: number;
  readonly maxTokensPerBatch: number;
  /** How the model is run; default: by its size. */
  readonly layout?: GraphLayout;
  /** What computes; default `auto`. */
  readonly device?: 'auto' | Device;
  /** Bits a frozen base is held in; default: by its size. */
  readonly frozenBits?: 'auto' | FrozenBits;
  /** Bits of the weights that decode a few rows of a large model; `auto` (the default) is 32. */
  readonly decodeBits?: DecodeBits;
  /** Needed for training only; none by default. */
  readonly valueHead?: ValueHeadKind;
  readonly lora?: (LoraSettings & { readonly targets?: readonly string[] }) | null;
  /** Seed of newly drawn weights. */
  readonly seed?: number;
};

export type OpenedPolicy = {
  readonly backend: TrainingBackend;
  readonly info: BackendInfo;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  readonly chat: ChatModel;
};

/** A policy that works until it is closed. */
export type HeldPolicy = OpenedPolicy & { close(): Promise<void> };

/** Opens a policy. Throws `CheckpointError` or `DataError` for a folder that does not hold one. */
export async function openPolicy(options: OpenPolicyOptions): Promise<HeldPolicy> {
  const { location } = options;
  const tokenizer = loadTokenizer(location.folder);
  const template = loadChatTemplate(location.folder);
  const backend = await openBackend(options);
  try {
    const info = await backend.describe();
    checkVocabulary(location.folder, tokenizer, info);
    const chat = createChatPolicy({ backend, tokenizer, template, name: location.name });
    return { backend, info, tokenizer, template, chat, close: () => backend.close() };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** Opens a policy, hands it to the work, and closes it whatever happens. */
export async function withPolicy<Result>(
  options: OpenPolicyOptions,
  work: (policy: OpenedPolicy) => Promise<Result>,
): Promise<Result> {
  const policy = await openPolicy(options);
  try {
    return await work(policy);
  } finally {
    await policy.close();
  }
}

/** Opens the engine alone, for work on token ids. */
export async function withBackend<Result>(
  options: OpenPolicyOptions,
  work: (backend: TrainingBackend, info: BackendInfo) => Promise<Result>,
): Promise<Result> {
  const backend = await openBackend(options);
  try {
    return await work(backend, await backend.describe());
  } finally {
    await backend.close();
  }
}

function openBackend(options: OpenPolicyOptions): Promise<TrainingBackend> {
  const { location, lora, valueHead = 'none', seed = 1, threads, maxTokensPerBatch } = options;
  const { layout = 'auto', frozenBits = 'auto', device = 'auto' } = options;
  const { decodeBits = 'auto' } = options;
  const { folder, adapter, baseName } = location;
  return createWorkerBackend({
    model: {
      kind: 'folder',
      path: folder,
      ...(adapter === undefined ? {} : { adapter }),
      ...(baseName === undefined ? {} : { baseName }),
    },
    valueHead,
    ...(lora === undefined || lora === null ? {} : { lora }),
    seed,
    threads,
    maxTokensPerBatch,
    layout,
    device,
    frozenBits,
    decodeBits,
  });
}

function checkVocabulary(folder: string, tokenizer: Tokenizer, info: BackendInfo): void {
  if (tokenizer.vocabularySize <= info.vocabularySize) return;
  throw new CheckpointError(
    'vocabulary_unfit',
    `${folder}: the tokenizer has ${tokenizer.vocabularySize} tokens, the model only ${info.vocabularySize}.`,
    { details: { folder }, hint: 'Tokenizer and weights must come from the same model.' },
  );
}
