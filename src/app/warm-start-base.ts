/**
 * Builds a base checkpoint: demonstrations of the training part, a tokenizer over them, a new model
 * trained on both.
 *
 * Nothing held out enters: people, phrasings and the untrained family stay away. Beside the model
 * stands `provenance.json`: settings, seeds, command and the hash of every file.
 */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  checkContent,
  createRandom,
  readJsonFile,
  writeFileAtomic,
  type RandomSource,
} from '../base/index.ts';
import {
  lineChatTemplate,
  loadChatTemplate,
  smallChatTemplate,
  smallChatTokens,
} from '../chat/index.ts';
import { planEpisodes, runDemonstrations, type Episode, type World } from '../env/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import { createWorkerBackend, type ModelConfig } from '../policy/index.ts';
import { protocolTags } from '../protocol/index.ts';
import { encodeDemonstration, runWarmStart, type SupervisedSequence } from '../rl/index.ts';
import {
  createWordLevelTokenizer,
  loadTokenizer,
  trainByteLevelBpe,
  writeTokenizerFiles,
  type TokenizerFiles,
} from '../tokenizer/index.ts';
import { pickWarmStartSettings, type Settings } from './settings/schema.ts';
import type { AppContext } from './context.ts';
import type { OpenedWorld } from './open-world.ts';

const provenanceName = 'provenance.json';
const shortestDialogue = 4;

const provenanceSchema = z.object({
  format: z.literal(1),
  world: z.string(),
  command: z.string(),
  seed: z.number(),
  settings: z.unknown(),
  heldOut: z.string(),
  /** Families of users that were demonstrated. */
  families: z.array(z.string()).exactOptional(),
  trainedTokens: z.number(),
  /** Mean loss over the last 50 updates, nats per token. */
  finalLoss: z.number(),
  /** SHA-256 of every file. */
  files: z.record(z.string(), z.string()),
});

export type Provenance = Readonly<z.infer<typeof provenanceSchema>>;

/** True if the folder holds a base that was built to its end. */
export function isBuiltBase(folder: string): boolean {
  return fs.existsSync(path.join(folder, provenanceName));
}

/** Reads a base's provenance; null where it has none. */
export function readProvenance(folder: string): Provenance | null {
  const file = path.join(folder, provenanceName);
  if (!fs.existsSync(file)) return null;
  const purpose = 'provenance';
  return checkContent(provenanceSchema, readJsonFile(file, purpose), { file, purpose });
}

/** Builds a base into the folder. Throws `AbortedError`; a folder without provenance is unfinished. */
export async function buildBase(
  folder: string,
  opened: OpenedWorld,
  settings: Settings,
  context: AppContext,
): Promise<Provenance> {
  const { warmStart } = settings;
  const random = createRandom(`warm start ${warmStart.seed}`);
  const practice = choosePractice(opened);
  const families = chooseFamilies(opened, settings);
  const dense = await demonstrate(
    {
      label: 'short demonstrations',
      world: practice.dense,
      lengths: warmStart.denseTurns,
      count: warmStart.denseEpisodes,
      random: random.fork('dense'),
      families,
    },
    context,
  );
  const dialogues = await demonstrate(
    {
      label: 'demonstrations',
      world: practice.dialogues,
      lengths: listDialogueTurns(warmStart.dialogueTurns),
      count: warmStart.dialogueEpisodes,
      random: random.fork('dialogues'),
      families,
    },
    context,
  );
  context.log('Making the tokenizer ...');
  writeTokenizerFiles(folder, await createTokenizerFiles(opened, settings, random));
  const tokenizer = loadTokenizer(folder);
  const template = loadChatTemplate(folder);
  const encode = (episodes: readonly Episode[]): SupervisedSequence[] =>
    episodes.flatMap((episode) =>
      encodeDemonstration(episode, {
        tokenizer,
        template,
        dialect: opened.world.dialect,
        contextWeight: warmStart.contextWeight,
        contextTokens: warmStart.model.contextTokens,
      }),
    );
  const config = createModelConfig(settings, tokenizer.vocabularySize, tokenizer.stopIds);
  const backend = await createWorkerBackend({
    model: { kind: 'new', config, seed: warmStart.seed },
    valueHead: 'none',
    seed: warmStart.seed,
    ...settings.engine,
  });
  try {
    const end = await runWarmStart({
      backend,
      dense: encode(dense),
      dialogues: encode(dialogues),
      settings: pickWarmStartSettings(settings),
      signal: context.signal,
      onProgress: ({ update, updates, loss }) =>
        context.onProgress({
          label: 'warm start',
          done: update,
          total: updates,
          unit: 'updates',
          note: `loss ${loss.toFixed(3)}`,
        }),
    });
    await backend.saveModel(folder);
    const provenance: Provenance = {
      format: 1,
      world: opened.world.name,
      command: context.command,
      seed: warmStart.seed,
      settings: warmStart,
      heldOut: describeHeldOut(opened, families),
      families: [...families],
      trainedTokens: end.tokens,
      finalLoss: end.loss,
      files: hashFiles(folder),
    };
    writeFileAtomic(path.join(folder, provenanceName), `${JSON.stringify(provenance, null, 2)}\n`);
    return provenance;
  } finally {
    await backend.close();
  }
}

/** Hashes every file of a folder but its provenance. */
export function hashFiles(folder: string): Record<string, string> {
  const names = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== provenanceName)
    .map((entry) => entry.name)
    .sort();
  return Object.fromEntries(
    names.map((name) => {
      const bytes = fs.readFileSync(path.join(folder, name));
      return [name, crypto.createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}

function choosePractice(opened: OpenedWorld): { readonly dense: World; readonly dialogues: World } {
  if (opened.kind === 'small-world') {
    const { profileMode, contextTurns } = opened.world.dialect;
    const dense = createSmallWorld({ isPractice: true, profileMode, contextTurns });
    return { dense, dialogues: opened.world };
  }
  const practice = opened.world.createPractice();
  return { dense: practice, dialogues: practice };
}

function chooseFamilies({ world }: OpenedWorld, { warmStart }: Settings): readonly string[] {
  return warmStart.families.length > 0 ? warmStart.families : world.families.slice(0, 1);
}

function listDialogueTurns(longest: number): number[] {
  const shortest = Math.min(shortestDialogue, longest);
  return Array.from({ length: longest - shortest + 1 }, (_, index) => shortest + index);
}

type DemonstrationPlan = {
  readonly label: string;
  readonly world: World;
  readonly lengths: readonly number[];
  readonly count: number;
  readonly random: RandomSource;
  readonly families: readonly string[];
};

/** Conversations between two looks at progress and interruption. */
const demonstrationBatch = 200;

/** Demonstrates conversations of each length, in equal shares. */
async function demonstrate(plan: DemonstrationPlan, context: AppContext): Promise<Episode[]> {
  const { label, world, lengths, count, random, families } = plan;
  const { signal } = context;
  const episodes: Episode[] = [];
  for (const [index, turns] of lengths.entries()) {
    const share = Math.floor(((index + 1) * count) / lengths.length) - episodes.length;
    const plans = planEpisodes({
      world,
      random: random.fork(`turns ${turns}`),
      count: share,
      split: 'train',
      families,
      label: `demonstration-${turns}`,
    });
    for (let first = 0; first < plans.length; first += demonstrationBatch) {
      const part = plans.slice(first, first + demonstrationBatch);
      episodes.push(...(await runDemonstrations(part, { world, turns, signal })));
      // The loop above never waits for anything outside; let a Ctrl-C come in.
      await new Promise((resolve) => setImmediate(resolve));
      context.onProgress({ label, done: episodes.length, total: count, unit: 'conversations' });
    }
  }
  return episodes;
}

async function createTokenizerFiles(
  opened: OpenedWorld,
  settings: Settings,
  random: RandomSource,
): Promise<TokenizerFiles> {
  const stopToken = protocolTags[3];
  if (opened.kind === 'small-world') {
    const { words, specials } = opened.world.vocabulary();
    return createWordLevelTokenizer({
      stopToken,
      chatTemplate: smallChatTemplate,
      words,
      specials: [...smallChatTokens, ...specials],
    });
  }
  const texts = await opened.world.trainingTexts(random.fork('texts'));
  return trainByteLevelBpe(texts, {
    stopToken,
    chatTemplate: lineChatTemplate,
    vocabularySize: settings.warmStart.model.vocabularySize,
    specials: [...smallChatTokens, ...protocolTags],
  });
}

function createModelConfig(
  settings: Settings,
  vocabularySize: number,
  eosTokenIds: readonly number[],
): ModelConfig {
  const { model } = settings.warmStart;
  return {
    modelType: 'qwen2',
    vocabularySize,
    hiddenSize: model.hiddenSize,
    intermediateSize: model.intermediateSize,
    layerCount: model.layerCount,
    headCount: model.headCount,
    kvHeadCount: model.kvHeadCount,
    headDim: model.hiddenSize / model.headCount,
    ropeTheta: model.ropeTheta,
    rmsNormEpsilon: 1e-6,
    tieEmbeddings: true,
    attentionBias: true,
    outputBias: false,
    queryKeyNorm: false,
    contextTokens: model.contextTokens,
    initializerRange: model.initializerRange,
    eosTokenIds,
  };
}

function describeHeldOut(opened: OpenedWorld, families: readonly string[]): string {
  const strangers = opened.world.families.filter((family) => !families.includes(family));
  if (opened.kind === 'small-world') {
    return `Personas and (slot, phrasing, value) triples held out by hash, and the families ${strangers.join(', ')}, were never demonstrated.`;
  }
  const { train, test } = opened.world.people;
  return `${test.length} of ${train.length + test.length} personas, by hash of their items, and the phrasings of held-out users were never demonstrated.`;
}
