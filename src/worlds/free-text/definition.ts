/** Free text as one of the package's worlds: people from a file, their words and matching by program or model. */
import { z } from 'zod';
import { ConfigError } from '../../base/index.ts';
import { openSlotName } from '../../profile/index.ts';
import {
  createEmbeddingMatcher,
  createModelMatcher,
  type ItemMatcher,
} from '../../rewards/index.ts';
import type { Persona } from '../../users/index.ts';
import { defineWorld, type ModelNeed, type WorldModels } from '../definition.ts';
import type { ModelUserSettings } from './model-users/index.ts';
import { loadPersonas } from './users/index.ts';
import { createFreeTextDialect, createFreeTextWorld } from './world.ts';

const share = z.number().min(0).max(1);

const settings = {
  /** JSON Lines file of personas. */
  personas: z
    .string()
    .regex(/\S/u, 'must be the name of a file or folder')
    .nullable()
    .default(null),
  onBadRow: z.enum(['error', 'skip']).default('error'),
  /** Share of the file's personas that is held out. */
  testShare: share.default(0.2),
  /** Share of the file's personas that a policy is chosen on; taken from the training part. */
  validationShare: share.default(0),
  /** Share of training people invented from the items of the file's. */
  inventedShare: share.default(0),
  /** Who finds the users' words: the rules, or models.user. `retries`: messages asked for again. */
  users: z
    .strictObject({ kind: z.enum(['rule', 'model']), retries: z.int().min(0).max(10) })
    .default({ kind: 'rule', retries: 2 }),
  /**
   * Who says which items state the same: content words, models.judge, or models.embeddings by a
   * cosine of at least `threshold`.
   */
  matching: z
    .strictObject({
      kind: z.enum(['words', 'model', 'embeddings']),
      threshold: z.number().gt(0).max(1),
    })
    .default({ kind: 'words', threshold: 0.8 }),
};

type OwnSettings = z.output<z.ZodObject<typeof settings>>;

export const freeTextDefinition = defineWorld({
  kind: 'free-text',
  earlierNames: ['free-text-1'],
  summary: 'people from a file of free-text descriptions (--personas FILE)',
  settings,
  files: ['personas'],
  preset: 'free-text',
  measuresRuns: true,
  maxTokens: 96,
  createDialect: createFreeTextDialect,
  open: ({ settings: given, models, people, log }) => {
    const { profileMode, contextTurns, explainsProtocol, profileReward, penalties } = given;
    const { testShare, validationShare, inventedShare } = given;
    const { personas, skippedRows } =
      people === undefined ? readPeople(given, log) : { personas: people, skippedRows: 0 };
    const modelUsers = createModelUsers(given, models);
    const matcher = createMatcher(given, models);
    const world = createFreeTextWorld({
      personas,
      testShare,
      validationShare,
      inventedShare,
      profileMode,
      contextTurns,
      explainsProtocol,
      rewards: { profile: profileReward, penalties },
      ...(modelUsers === null ? {} : { modelUsers }),
      ...(matcher === null ? {} : { matcher }),
    });
    const { train, validation, test } = world.people;
    const practice = world.createPractice();
    return {
      world,
      people: { train, validation, test, skippedRows },
      practice: { dense: practice, dialogues: practice },
      placeFact: (sentence) => ({ slot: openSlotName, value: sentence.replace(/\.$/u, '') }),
      collectVocabulary: async (random) => ({
        kind: 'texts',
        texts: await world.trainingTexts(random),
      }),
      heldOut: `${test.length} of ${train.length + test.length} personas, by hash of their items, and the phrasings of held-out users were never demonstrated.`,
    };
  },
  listModels: ({ users, matching }) => {
    const needs: ModelNeed[] = [];
    if (users.kind === 'model') {
      needs.push({ model: 'user', because: 'world.users.kind is model', retries: users.retries });
    }
    const because = `world.matching.kind is ${matching.kind}`;
    if (matching.kind === 'model') needs.push({ model: 'matcher', because });
    if (matching.kind === 'embeddings') needs.push({ model: 'embeddings', because });
    return needs;
  },
});

function readPeople(
  { personas: file, onBadRow }: Pick<OwnSettings, 'personas' | 'onBadRow'>,
  log: (text: string) => void,
): { readonly personas: readonly Persona[]; readonly skippedRows: number } {
  if (file === null) {
    throw new ConfigError('personas_missing', 'The free-text world needs a file of personas.', {
      hint: 'Name it with --personas FILE: JSON Lines, one description a line.',
    });
  }
  const { personas, skipped } = loadPersonas(file, { onBadRow });
  if (skipped.length > 0) {
    const lines = skipped.map(({ line }) => line).join(', ');
    log(
      `${file}: ${skipped.length} unreadable row(s) skipped (line ${lines}); ${personas.length} personas read.`,
    );
  }
  return { personas, skippedRows: skipped.length };
}

function createModelUsers(
  { users }: Pick<OwnSettings, 'users'>,
  { user }: WorldModels,
): ModelUserSettings | null {
  return users.kind === 'rule' || user === undefined ? null : { ...user, retries: users.retries };
}

/** Who compares items; null for content words. */
function createMatcher(
  { matching }: Pick<OwnSettings, 'matching'>,
  { matcher, embeddings }: WorldModels,
): ItemMatcher | null {
  if (matching.kind === 'embeddings' && embeddings !== undefined) {
    return createEmbeddingMatcher({ embeddings, threshold: matching.threshold });
  }
  return matching.kind === 'model' && matcher !== undefined ? createModelMatcher(matcher) : null;
}
