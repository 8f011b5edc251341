/**
 * From defaults, preset, saved run, file and flags to one checked configuration.
 *
 * Later layers win: defaults, preset, what the run to resume was started with, --config file, --set,
 * convenience flags. Every problem is reported at once, with its key, where the value came from, and
 * for an unknown key the nearest known one.
 */
import type { z } from 'zod';
import {
  ConfigError,
  countEdits,
  DataError,
  describeFound,
  findLikely,
  findNearest,
  readJsonFile,
} from '../../base/index.ts';
import { resolveTrainingSettings, usesCritic } from '../../rl/index.ts';
import { parseConsent, type Consent, type ConsentFlags } from './consent.ts';
import { createDefaultSettings } from './defaults.ts';
import { flattenSettings, mergeLayers, nestSettings, type Layer } from './layers.ts';
import type { SourcedSettings } from './layers.ts';
import { listModelProblems, type Problem } from './model-problems.ts';
import { listPresetLayers } from './read-preset.ts';
import { settingsSchema, trainingSchema, type Settings } from './schema.ts';
import { findStrayKeys, type StrayKey } from './stray-keys.ts';

/** Settings as flags name them. */
export type ConfigFlags = {
  readonly config?: string;
  readonly preset?: string;
  /** `key=value` each. */
  readonly set?: readonly string[];
  readonly iterations?: number;
  readonly checkpointEvery?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly personas?: string;
  readonly onBadRow?: string;
  readonly users?: string;
  readonly judge?: string;
} & ConsentFlags;

export type ResolvedSettings = {
  readonly preset: string;
  readonly settings: Settings;
  /** Every dotted key with its value and origin. */
  readonly sources: SourcedSettings;
  /** The run folder that settings came from; null where none did. */
  readonly folder: string | null;
  readonly consent: Consent;
};

export type ResolveOptions = {
  /** Preset where no flag names one. */
  readonly preset: string;
  /** Settings between the preset and what the flags say. */
  readonly between?: { readonly origin: string; readonly values: unknown };
  /** Settings of the run to resume. */
  readonly saved?: SavedSettings;
};

export type SavedSettings = {
  readonly directory: string;
  /** The preset it names; absent where the flags, or the command, name one. */
  readonly preset?: string;
  readonly values: unknown;
};

const flagKeys = {
  iterations: 'iterations',
  checkpointEvery: 'checkpointEvery',
  seed: 'seed',
  threads: 'engine.threads',
  personas: 'world.personas',
  onBadRow: 'world.onBadRow',
  users: 'world.users.kind',
  judge: 'world.judge.kind',
} as const satisfies Partial<Record<keyof ConfigFlags, string>>;

const flagNames: Readonly<Record<keyof typeof flagKeys, string>> = {
  iterations: '--iterations',
  checkpointEvery: '--checkpoint-every',
  seed: '--seed',
  threads: '--threads',
  personas: '--personas',
  onBadRow: '--on-bad-row',
  users: '--users',
  judge: '--judge',
};

/** Resolves the configuration of a command. Throws `ConfigError` listing every problem. */
export function resolveSettings(flags: ConfigFlags, options: ResolveOptions): ResolvedSettings {
  const { saved, between } = options;
  const preset = flags.preset ?? saved?.preset ?? options.preset;
  // A preset that the folder names says what the folder says.
  const foreign = { isForeign: true } as const;
  const isPresetForeign = flags.preset === undefined && saved?.preset !== undefined;
  const layers: Layer[] = [
    { origin: 'default', values: createDefaultSettings() },
    ...listPresetLayers(preset).map((layer) => ({ ...layer, ...(isPresetForeign && foreign) })),
  ];
  if (between !== undefined) layers.push(between);
  if (saved !== undefined) {
    layers.push({ origin: `run ${saved.directory}`, values: saved.values, ...foreign });
  }
  if (flags.config !== undefined) {
    layers.push({ origin: flags.config, values: readConfigFile(flags.config) });
  }
  const together = layers.length;
  for (const assignment of flags.set ?? []) layers.push(parseAssignment(assignment));
  for (const name of Object.keys(flagKeys) as (keyof typeof flagKeys)[]) {
    if (flags[name] === undefined) continue;
    const values = nestSettings([[flagKeys[name], flags[name]]]);
    layers.push({ origin: flagNames[name], values });
  }
  const sources = mergeLayers(layers);
  const settings = checkSettings(sources, () => findStrayKeys(layers, together));
  const folder = saved?.directory ?? null;
  return { preset, settings, sources, folder, consent: parseConsent(flags) };
}

/** Largest configuration file in bytes; all settings together take some 5,000. */
const largestConfig = 2 ** 20;

/** A configuration that cannot be read is a wrong configuration, not wrong data. */
function readConfigFile(file: string): unknown {
  try {
    return readJsonFile(file, 'configuration', { maxBytes: largestConfig });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new ConfigError('config_unreadable', error.message, {
      details: { file },
      hint: 'Check --config: it names a JSON file.',
      cause: error,
    });
  }
}

function parseAssignment(text: string): Layer {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new ConfigError('assignment_malformed', `--set ${text}: expected KEY=VALUE.`, {
      hint: 'For example --set ppo.clipEpsilon=0.1',
    });
  }
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return { origin: `--set ${key}`, values: nestSettings([[key, parseValue(value)]]) };
}

/** JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function checkSettings(
  sources: SourcedSettings,
  listStrayKeys: () => readonly StrayKey[],
): Settings {
  const nested = nestSettings([...sources].map(([key, { value }]) => [key, value] as const));
  const parsed = settingsSchema.safeParse(nested);
  const problems = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => describeIssue(issue, nested));
  const wrongKeys = problems.map(({ key }) => key);
  problems.push(...listRangeProblems(sources, wrongKeys));
  if (parsed.success) {
    problems.push(...listCombinationProblems(parsed.data));
    problems.push(...listModelProblems(parsed.data, listStrayKeys()));
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map(({ key, text }) => `  ${key}: ${text}${originOf(key, sources)}`);
  throw new ConfigError(
    'config_invalid',
    `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`,
    {
      details: { problems: problems.map(({ key, text }) => ({ path: key, problem: text })) },
      hint: '--print-config shows every key, its value and where it came from.',
    },
  );
}

function describeIssue(issue: z.core.$ZodIssue, nested: unknown): Problem[] {
  const at = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    const text = `${issue.message}, found ${describeFound(nested, issue.path)}`;
    return [{ key: at.join('.'), text }];
  }
  const known = listKnownKeys();
  const keys = issue.keys.map((name) => [...at, name].join('.'));
  const problems = keys.slice(0, mostUnknownKeys).map((key) => ({
    key: key.slice(0, longestKey),
    text: `unknown key, the nearest known one is ${suggestKey(key.slice(0, longestKey), known)}`,
  }));
  const more = keys.length - problems.length;
  if (more > 0)
    problems.push({ key: at.join('.') || 'settings', text: `${more} more unknown keys` });
  return problems;
}

/** Unknown keys that are told one by one, and how much of each. */
const mostUnknownKeys = 20;
const longestKey = 100;

/** The nearest key, whole or, where only the section was left out, by its last part. */
function suggestKey(key: string, known: readonly string[]): string | null {
  const whole = findNearest(key, known);
  const lasts = known.map((name) => name.split('.').at(-1) ?? name);
  const last = findLikely(key, lasts);
  if (last === null || key.includes('.')) return whole;
  if (whole !== null && countEdits(key, whole) <= countEdits(key, last)) return whole;
  return known[lasts.indexOf(last)] ?? whole;
}

const optionalKeys = [
  'sampling.topK',
  'sampling.topP',
  'sampling.minP',
  'policy.lora.rank',
  'policy.lora.alpha',
  'policy.lora.targets',
];

function listKnownKeys(): string[] {
  const leaves = flattenSettings(createDefaultSettings()).map(([key]) => key);
  const sections = leaves.flatMap((key) =>
    key.includes('.') ? [key.slice(0, key.lastIndexOf('.'))] : [],
  );
  return [...new Set([...leaves, ...sections, ...optionalKeys])];
}

/** Checks ranges of everything whose type is right, so that both kinds of problem come at once. */
function listRangeProblems(sources: SourcedSettings, wrongKeys: readonly string[]): Problem[] {
  const usable = [...sources]
    .filter(([key]) => !wrongKeys.some((wrong) => key === wrong || key.startsWith(`${wrong}.`)))
    .map(([key, { value }]) => [key, value] as const);
  const merged = mergeLayers([
    { origin: '', values: createDefaultSettings() },
    { origin: '', values: nestSettings(usable) },
  ]);
  const nested = nestSettings([...merged].map(([key, { value }]) => [key, value] as const));
  const parsed = trainingSchema.safeParse(nested);
  if (!parsed.success) return [];
  try {
    resolveTrainingSettings(parsed.data);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const texts = error.details['problems'] as readonly string[];
    return texts.map((text) => {
      const key = /^[\w.]+/u.exec(text)?.[0] ?? '';
      return { key, text: text.slice(key.length).trim() };
    });
  }
}

/** Values that are right each by itself and wrong together. */
function listCombinationProblems(settings: Settings): Problem[] {
  const { algorithm, policy, warmStart, world } = settings;
  const { hiddenSize, headCount, kvHeadCount } = warmStart.model;
  const problems: Problem[] = [];
  if (usesCritic(algorithm) && policy.valueHead === 'none') {
    const text = `none does not go with ${algorithm}, which needs value estimates`;
    problems.push({ key: 'policy.valueHead', text });
  }
  if ((world.profileMode === 'whole' || world.contextTurns > 0) && policy.model === 'base') {
    const text =
      "base writes changes and reads whole conversations, anything else needs 'warm-start'";
    problems.push({ key: 'policy.model', text });
  }
  if (world.explainsProtocol && (policy.model === 'base' || policy.model === 'warm-start')) {
    const text = `true needs a model that follows instructions; ${policy.model} learns from demonstrations`;
    problems.push({ key: 'world.explainsProtocol', text });
  }
  if (hiddenSize % (2 * headCount) !== 0) {
    const text = `${headCount} heads do not divide a hidden size of ${hiddenSize} into even parts`;
    problems.push({ key: 'warmStart.model.headCount', text });
  }
  if (headCount % kvHeadCount !== 0) {
    const text = `${kvHeadCount} do not divide ${headCount} heads`;
    problems.push({ key: 'warmStart.model.kvHeadCount', text });
  }
  return problems;
}

function originOf(key: string, sources: SourcedSettings): string {
  const origin =
    sources.get(key)?.origin ??
    [...sources].find(([other]) => other.startsWith(`${key}.`))?.[1].origin;
  return origin === undefined || origin === 'default' ? '' : ` (from ${origin})`;
}
