/** What stands beside a model and says where it comes from: a run's configuration, or a base's provenance. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, readJsonFile } from '../../base/index.ts';
import { lineChatTemplate, smallChatTemplate } from '../../chat/index.ts';
import { isGgufPath } from '../../gguf/index.ts';
import { renderGgufTokenizer } from '../../tokenizer/index.ts';
import {
  defaultWorld,
  findWorld,
  worldDefinitions,
  type WorldDefinition,
} from '../../worlds/index.ts';
import { readProvenance } from './provenance.ts';
import { createDefaultSettings } from '../settings/defaults.ts';
import { createWorldSchema, samplingPartSchema, type WorldSettings } from '../settings/schema.ts';
import { dropForeignKeys } from '../settings/world-kind.ts';

export type PolicyOrigin = {
  /** World settings it was made with; null where nothing says. */
  readonly world: WorldSettings | null;
  /** Its remote models as they stand there, unchecked; absent where nothing says. */
  readonly models?: unknown;
  /** Most tokens of an output it was trained with; absent where nothing says. */
  readonly maxTokens?: number;
};

const configSchema = z.looseObject({
  settings: z.looseObject({
    world: z.record(z.string(), z.unknown()).optional(),
    models: z.unknown().optional(),
    sampling: z.unknown().optional(),
  }),
});

/**
 * Reads the configuration of a run directory; null where the folder is none. A run of an earlier
 * version lacks newer settings, whose defaults are what it did; a run that a program made may say
 * nothing of its world. Throws `CheckpointError` for settings unknown here.
 */
export function readRunOrigin(
  folder: string,
  own: WorldDefinition | undefined,
): PolicyOrigin | null {
  const file = path.join(folder, 'config.json');
  if (!fs.existsSync(file)) return null;
  const { settings } = configSchema.safeParse(readJsonFile(file, 'configuration')).data ?? {};
  if (settings === undefined) return null;
  const maxTokens = samplingPartSchema.safeParse(settings.sampling).data?.maxTokens;
  return {
    world: settings.world === undefined ? null : readWorld(settings.world, file, own),
    ...(settings.models === undefined ? {} : { models: settings.models }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

function readWorld(
  values: Readonly<Record<string, unknown>>,
  file: string,
  own: WorldDefinition | undefined,
): WorldSettings {
  const definition = findWorld(String(values['kind'] ?? defaultWorld.kind).slice(0, 100), own);
  const parsed = createWorldSchema(definition).safeParse({
    ...createDefaultSettings(definition).world,
    ...dropForeignKeys(definition, values),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CheckpointError(
    'run_config_unknown',
    `${file} is the configuration of a run whose world this version does not know: world.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'it cannot be read'}.`,
    { details: { file }, hint: 'Use the version of rlpa that made the run (environment.json).' },
  );
}

/** Reads what a base was taught; null for a model that is none. */
export function readBaseOrigin(
  folder: string,
  own: WorldDefinition | undefined,
): PolicyOrigin | null {
  const provenance = readProvenance(folder);
  if (provenance === null) return null;
  const { worldSettings } = provenance;
  return { world: worldSettings === undefined ? null : readWorld(worldSettings, folder, own) };
}

/**
 * Finds the kind of world a model without settings learnt to speak in; null for a model from
 * elsewhere, which has to be told what to write. Our own small models are known by their chat template.
 */
export function guessWorldKind(folder: string): string | null {
  const provenance = readProvenance(folder);
  const known = worldDefinitions.find(({ kind }) => kind === provenance?.world);
  if (known !== undefined) return known.kind;
  const { chat_template: template } = readTokenizerConfig(folder);
  return template === smallChatTemplate || template === lineChatTemplate ? defaultWorld.kind : null;
}

function readTokenizerConfig(place: string): { readonly chat_template?: unknown } {
  if (isGgufPath(place)) return renderGgufTokenizer(place).config;
  const file = path.join(place, 'tokenizer_config.json');
  if (!fs.existsSync(file)) return {};
  return readJsonFile(file, 'tokenizer configuration') as { readonly chat_template?: unknown };
}
