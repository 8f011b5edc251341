/** The world a command talks in, from the configuration. */
import { ConfigError } from '../base/index.ts';
import {
  createFreeTextWorld,
  createSmallWorld,
  type FreeTextWorld,
  type SmallWorld,
} from '../worlds/index.ts';
import {
  createEmbeddingMatcher,
  createModelJudge,
  createModelMatcher,
  type ItemMatcher,
  type Judge,
} from '../rewards/index.ts';
import { loadPersonas, type ModelUserSettings } from '../worlds/index.ts';
import type { ModelsSettings, Settings } from './settings/schema.ts';
import type { OpenedModels } from './open-models.ts';

export type WorldSettings = Settings['world'];
export type WorldKind = WorldSettings['kind'];

export type OpenedWorld =
  | { readonly kind: 'small-world'; readonly world: SmallWorld }
  | { readonly kind: 'free-text'; readonly world: FreeTextWorld; readonly skippedRows: number };

/** Models that a world asks, and how. */
export type WorldModels = { readonly opened: OpenedModels; readonly settings: ModelsSettings };

/** Opens the world. Throws `ConfigError` without personas, `DataError` for a file that is wrong. */
export function openWorld(
  settings: WorldSettings,
  log: (text: string) => void,
  models: WorldModels | null = null,
): OpenedWorld {
  const { kind, personas: file, onBadRow, testShare, validationShare, inventedShare } = settings;
  const { profileMode, contextTurns, explainsProtocol, profileReward, penalties } = settings;
  const rewards = { profile: profileReward, penalties };
  const shape = { profileMode, contextTurns, explainsProtocol, rewards };
  if (kind === 'small-world') {
    if (file !== null) {
      throw new ConfigError('personas_unused', 'The small world makes its own personas.', {
        hint: 'Leave --personas away, or use --preset free-text with it.',
      });
    }
    const judge = createWorldJudge(settings, models);
    const world = createSmallWorld(shape);
    return { kind, world: judge === null ? world : { ...world, ...judge } };
  }
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
  const judge = createWorldJudge(settings, models);
  const modelUsers = createModelUsers(settings, models);
  const matcher = createWorldMatcher(settings, models);
  const world = createFreeTextWorld({
    personas,
    testShare,
    validationShare,
    inventedShare,
    ...shape,
    ...(judge ?? {}),
    ...(modelUsers === null ? {} : { modelUsers }),
    ...(matcher === null ? {} : { matcher }),
  });
  return { kind, world, skippedRows: skipped.length };
}

/** The model that the settings ask to judge, null for the program's own judge; and whether it judges against the inferred profile too. */
export function createWorldJudge(
  { judge }: WorldSettings,
  models: WorldModels | null,
): { readonly judge: Judge; readonly judgesTwice: boolean } | null {
  const chat = models?.opened.clients.judge;
  if (judge.kind === 'program' || models === null || chat === undefined) return null;
  const { maxTokens, temperature } = models.settings.judge;
  return {
    judge: createModelJudge({ chat, maxTokens, temperature }),
    judgesTwice: judge.selfInferred,
  };
}

/** Who the settings ask to compare free-text items; null for content words. */
export function createWorldMatcher(
  { matching }: WorldSettings,
  models: WorldModels | null,
): ItemMatcher | null {
  if (matching.kind === 'words' || models === null) return null;
  const { matcher: chat, embeddings } = models.opened.clients;
  if (embeddings !== undefined) {
    return createEmbeddingMatcher({ embeddings, threshold: matching.threshold });
  }
  if (chat === undefined) return null;
  const { maxTokens, temperature } = models.settings.judge;
  return createModelMatcher({ chat, maxTokens, temperature });
}

function createModelUsers(
  { users }: WorldSettings,
  models: WorldModels | null,
): ModelUserSettings | null {
  const chat = models?.opened.clients.user;
  if (users.kind === 'rule' || models === null || chat === undefined) return null;
  const { maxTokens, temperature } = models.settings.user;
  return { chat, maxTokens, temperature, retries: users.retries };
}
