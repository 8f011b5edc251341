/**
 * The shape of a configuration: the trainer's settings at the top, the rest in named sections.
 *
 * The schema checks names and types; ranges of the trainer's settings are checked where they are
 * defined, in `rl`. `satisfies` holds the two together: a setting added there fails to compile here.
 */
import { z } from 'zod';
import { advantageLevels, algorithmNames, selectionUnits } from '../../rl/index.ts';
import type {
  DpoSettings,
  OfflineSettings,
  OptimizerSettings,
  PpoSettings,
  TrainingSettings,
  ValidationSettings,
  WarmStartSettings,
} from '../../rl/index.ts';
import { devices } from '../../engine/index.ts';
import { decodingNames } from '../../eval/index.ts';
import { profileModes } from '../../protocol/index.ts';
import { profileRewardNames, type PenaltyWeights } from '../../rewards/index.ts';
import type { WorldDefinition } from '../../worlds/index.ts';
import {
  callBudgetSchema,
  callLimitsSchema,
  pricesSchema,
  type SamplingOptions,
} from '../../chat/index.ts';

const count = z.int().min(1);
const share = z.number().min(0).max(1);

const samplingSchema = z.strictObject({
  maxTokens: z.number(),
  temperature: z.number(),
  topK: z.int().min(0).exactOptional(),
  topP: share.exactOptional(),
  minP: share.exactOptional(),
}) satisfies z.ZodType<SamplingOptions>;

const ppoSchema = z.strictObject({
  advantageLevel: z.enum(advantageLevels),
  rewardPlacement: z.enum(['earned', 'turn_end']),
  epochs: z.number(),
  minibatchEpisodes: z.number(),
  clipEpsilon: z.number(),
  klCoef: z.number(),
  klPlacement: z.enum(['loss', 'reward']),
  entropyCoef: z.number(),
  valueCoef: z.number(),
  valueClip: z.number(),
  discount: z.number(),
  turnLambda: z.number(),
  tokenLambda: z.number(),
  normaliseAdvantages: z.union([z.literal('auto'), z.boolean()]),
  maxApproxKl: z.number(),
  logprobTolerance: z.number(),
}) satisfies z.ZodType<PpoSettings>;

const optimizerSchema = z.strictObject({
  learningRate: z.number(),
  valueLearningRate: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  weightDecay: z.number(),
  gradClipNorm: z.number(),
  halvingIterations: z.number(),
  warmUpUpdates: z.number(),
  cosineUpdates: z.number(),
  finalShare: z.number(),
}) satisfies z.ZodType<OptimizerSettings>;

const offlineSchema = z.strictObject({
  selection: z.enum(selectionUnits),
  epochs: z.number(),
  minibatchSize: z.number(),
}) satisfies z.ZodType<OfflineSettings>;

const validationSchema = z.strictObject({
  users: z.number(),
  every: z.number(),
}) satisfies z.ZodType<ValidationSettings>;

const dpoSchema = z.strictObject({ beta: z.number() }) satisfies z.ZodType<DpoSettings>;

const trainingShape = {
  algorithm: z.enum(algorithmNames),
  seed: z.number(),
  iterations: z.number(),
  tokenBudget: z.number(),
  episodesPerIteration: z.number(),
  groupSize: z.number(),
  candidates: z.number(),
  turns: z.number(),
  families: z.array(z.string()),
  sampling: samplingSchema,
  rewardWeights: z.strictObject({ profile: z.number(), response: z.number() }),
  ppo: ppoSchema,
  offline: offlineSchema,
  dpo: dpoSchema,
  optimizer: optimizerSchema,
  validation: validationSchema,
  checkpointEvery: z.number(),
  keepCheckpoints: z.number(),
  maxFailedShare: z.number(),
} satisfies { readonly [Key in keyof TrainingSettings]-?: z.ZodType<TrainingSettings[Key]> };

/** Bounds far above what anyone needs, and far below what hangs a machine. */
const countTo = (most: number): z.ZodInt => z.int().min(1).max(most);
const conversations = countTo(10_000_000);
const turns = countTo(1000);
const width = countTo(65_536);

const warmStartSettingsShape = {
  seed: z.int(),
  tokens: countTo(1e12),
  denseShare: share,
  mixShare: share,
  tokensPerUpdate: countTo(1e9),
  learningRate: z.number().positive().max(1),
  /** At 1 the first update divides by 0. */
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  epsilon: z.number().positive().max(1),
  weightDecay: z.number().min(0).max(100),
  gradClipNorm: z.number().min(0).max(1e6),
  warmUpUpdates: z.int().min(0).max(1e9),
  constantShare: share,
  finalShare: share,
} satisfies { readonly [Key in keyof WarmStartSettings]-?: z.ZodType<WarmStartSettings[Key]> };

/** Where nothing is asked. */
export const defaultAddress = {
  baseUrl: null,
  model: null,
  apiKeyEnv: null,
  prices: { prompt: 0, completion: 0 },
};

/** Where replies are kept that need not be asked for again. */
export const defaultCache = '.rlpa-cache';

/** A server that is not named yet. */
export const defaultEndpoint = { ...defaultAddress, maxTokensField: 'max_tokens' } as const;

/** A file or folder; an empty name is the current folder to no one. */
const place = z.string().regex(/\S/u, 'must be the name of a file or folder');

const endpointSchema = z.strictObject({
  /** OpenAI-compatible server, version included; null where no model is used. */
  baseUrl: z.string().nullable(),
  model: z.string().nullable(),
  /** Name of the environment variable that holds the key; null for servers without one. */
  apiKeyEnv: z.string().nullable(),
  maxTokens: count,
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']),
  temperature: z.number().min(0),
  /** Money per million tokens. */
  prices: pricesSchema,
});

/** A model that is asked with the sampling settings of whoever asks. */
const askedEndpointSchema = endpointSchema.omit({ maxTokens: true, temperature: true });

const modelsSchema = z.strictObject({
  /** A remote model in the place of a policy: it is talked to and measured, never trained. */
  policy: askedEndpointSchema.prefault(defaultEndpoint),
  user: endpointSchema,
  judge: endpointSchema,
  /** Where texts are embedded; only the price of a prompt counts. */
  embeddings: endpointSchema.pick({ baseUrl: true, model: true, apiKeyEnv: true, prices: true }),
  limits: callLimitsSchema,
  budget: callBudgetSchema,
  /** Folder of replies that need not be asked for again; null for none. */
  cache: place.nullable(),
});

const partName = z.string().max(200).nullable();

/** Settings of every world; those of one kind are defined in its folder and lie beside them. */
const worldShape = {
  kind: z.string(),
  /** What a profile block lists. */
  profileMode: z.enum(profileModes),
  /** Last turns a policy is shown beside the kept profile; 0 for the whole conversation. */
  contextTurns: z.int().min(0),
  /** Whether a system prompt tells the policy what to write; for models that follow instructions. */
  explainsProtocol: z.boolean().prefault(false),
  /** Which profile reward a turn earns; the others are logged. */
  profileReward: z.enum(profileRewardNames),
  /** What is taken off a reward: weight of each measure, all of which are logged. */
  penalties: z.strictObject({
    wrong_items: z.number().min(0),
    stale_items: z.number().min(0),
    false_recalls: z.number().min(0).prefault(0),
    over_personalisation: z.number().min(0),
    length: z.number().min(0),
  }) satisfies z.ZodType<PenaltyWeights>,
  /** Who judges: the program, or models.judge; `selfInferred` judges against the policy's own profile as well. */
  judge: z
    .strictObject({ kind: z.enum(['program', 'model']), selfInferred: z.boolean() })
    .prefault({ kind: 'program', selfInferred: false }),
  /** Names of the parts of one's own that stand in for the world's; null for its own. */
  parts: z
    .strictObject({ users: partName, judge: partName, reward: partName })
    .prefault({ users: null, judge: null, reward: null }),
};

/** The trainer's part; other keys are left out. */
export const trainingSchema = z.object(trainingShape);

const settingsSchema = z.strictObject({
  ...trainingShape,
  world: z.looseObject(worldShape),
  models: modelsSchema,
  policy: z.strictObject({
    /**
     * `base` or `trained` (come with the package), `warm-start` (trained before the run), a run, a model folder,
     * a GGUF file or `hf:OWNER/NAME`.
     */
    model: place,
    adapter: place.nullable(),
    valueHead: z.enum(['none', 'detached', 'shared', 'separate']),
    lora: z
      .strictObject({
        rank: count,
        alpha: z.number().positive(),
        targets: z.array(z.string()).exactOptional(),
      })
      .nullable(),
  }),
  engine: z.strictObject({
    threads: countTo(1024),
    maxTokensPerBatch: countTo(16_777_216),
    /** One graph for the whole model, one for a layer, or by the model's size and the machine's memory. */
    layout: z.enum(['auto', 'whole', 'blocks']),
    /** What computes: the processor, or WebGPU; `auto` is explained where it is settled. */
    device: z.enum(['auto', ...devices]),
    /** Bits a frozen base is held in (LoRA). */
    frozenBits: z.union([z.literal('auto'), z.literal(32), z.literal(16), z.literal(8)]),
    /** Bits of the weights that a large model decodes a few rows by; `auto` is 8 in a chat, else 32. */
    decodeBits: z.union([z.literal('auto'), z.literal(32), z.literal(8), z.literal(4)]),
  }),
  evaluation: z.strictObject({
    users: countTo(65_536),
    turns,
    /** Whether a training run measures held-out people before and after. */
    beforeAndAfter: z.boolean(),
    /** How outputs are chosen by `rlpa eval` and in a comparison; training measures both ways and shows the better. */
    decoding: z.enum(decodingNames),
    /** Temperature of the sampled decoding; the other is greedy. */
    temperature: z.number().positive().max(10),
    /** Outputs sampled in every turn by `rlpa eval`, of which the best rewarded is continued: an upper bound of selection. */
    bestOf: countTo(256),
    seed: z.int(),
  }),
  warmStart: z.strictObject({
    ...warmStartSettingsShape,
    /** Families of users that are demonstrated; empty for the world's first. */
    families: z.array(z.string()),
    /** Script of the world that writes the demonstrations; null for its demonstrator. */
    script: z.string().min(1).nullable(),
    /** Conversations of Synthetic-Persona-Chat to note facts of beside them; null for none. */
    messages: place.nullable(),
    /** Plain prompts whose answers by the model itself are rehearsed, so that it keeps them. */
    rehearsals: z.int().min(0).max(1000),
    /** Whether half of those prompts are what people say in demonstrations, put to it without a word of notes. */
    rehearsesMessages: z.boolean().prefault(false),
    /** Demonstrated conversations: short dense ones, and whole ones. */
    denseEpisodes: conversations,
    dialogueEpisodes: conversations,
    /** Numbers of turns the short ones are drawn from. */
    denseTurns: z.array(turns).min(1),
    /** Turns of the longest demonstrated conversation. */
    dialogueTurns: turns,
    /** Loss weight of what users say. */
    contextWeight: share,
    model: z.strictObject({
      hiddenSize: width,
      intermediateSize: width,
      layerCount: countTo(512),
      headCount: countTo(1024),
      kvHeadCount: countTo(1024),
      /** Width of a head; null: the hidden size shared out among the heads. */
      headDim: countTo(1024).nullable(),
      contextTokens: countTo(1_048_576),
      ropeTheta: z.number().positive().max(1e9),
      /** Deviation of newly drawn embeddings. */
      initializerRange: z.number().positive().max(10),
      /** Size of a vocabulary learnt from text; the small world's is its word list. */
      vocabularySize: countTo(4_194_304),
    }),
  }),
});

/** Composes the schema of `world` for one kind: the common settings and its own, nothing else. */
export function createWorldSchema(
  definition: WorldDefinition,
): z.ZodType<WorldSettings, Readonly<Record<string, unknown>>> {
  return z.strictObject({ ...worldShape, ...definition.settings });
}

/** Composes the schema of a whole configuration in one kind of world. */
export function createSettingsSchema(definition: WorldDefinition): z.ZodType<Settings> {
  return settingsSchema.extend({ world: createWorldSchema(definition) });
}

/** How outputs are sampled, on its own. */
export const samplingPartSchema = settingsSchema.shape.sampling;

/** A whole configuration, checked. */
export type Settings = z.infer<typeof settingsSchema>;

/** The common settings of a world by name, its own by key. */
export type WorldSettings = Settings['world'];

/** Remote models: where they are, limits, budget, cache. */
export type ModelsSettings = Settings['models'];

/** The part the trainer takes. */
export function pickTrainingSettings(settings: Settings): TrainingSettings {
  return trainingSchema.parse(settings);
}

/** The part the supervised warm start takes. */
export function pickWarmStartSettings(settings: Settings): WarmStartSettings {
  return z.object(warmStartSettingsShape).parse(settings.warmStart);
}
