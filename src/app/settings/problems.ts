/**
 * Checks a configuration and says all that is wrong with it at once: keys, types, ranges, combinations.
 */
import type { z } from 'zod';
import { ConfigError, describeFound } from '../../base/index.ts';
import { resolveTrainingSettings, usesCritic } from '../../rl/index.ts';
import type { WorldDefinition } from '../../worlds/index.ts';
import { createDefaultSettings } from './defaults.ts';
import { listKnownKeys, suggestKey } from './known-keys.ts';
import { mergeLayers, nestSettings, type SourcedSettings } from './layers.ts';
import { listModelProblems, type Problem } from './model-problems.ts';
import { createSettingsSchema, trainingSchema, type Settings } from './schema.ts';
import type { StrayKey } from './stray-keys.ts';
import { describeForeignKey } from './world-kind.ts';

/** Checks the merged settings of one kind of world. Throws `ConfigError` listing every problem. */
export function checkSettings(
  sources: SourcedSettings,
  definition: WorldDefinition,
  listStrayKeys: () => readonly StrayKey[],
): Settings {
  const nested = nestSettings([...sources].map(([key, { value }]) => [key, value] as const));
  const parsed = createSettingsSchema(definition).safeParse(nested);
  const problems = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => describeIssue(issue, nested, definition));
  const wrongKeys = problems.map(({ key }) => key);
  problems.push(...listRangeProblems(sources, wrongKeys, definition));
  if (parsed.success) {
    problems.push(...listCombinationProblems(parsed.data));
    problems.push(...listModelProblems(parsed.data, definition, listStrayKeys()));
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map(({ key, text }) => `  ${key}: ${text}${originOf(key, sources)}`);
  throw new ConfigError(
    'config_invalid',
    `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`,
    {
      details: { problems: problems.map(({ key, text }) => ({ path: key, problem: text })) },
      hint: 'rlpa train --print-config shows every key with a value.',
    },
  );
}

function describeIssue(
  issue: z.core.$ZodIssue,
  nested: unknown,
  definition: WorldDefinition,
): Problem[] {
  const at = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    const key = at.join('.');
    const found = describeFound(nested, issue.path);
    return [{ key, text: `${issue.message}, found ${found}${suggestList(issue, key)}` }];
  }
  const known = listKnownKeys(definition);
  const problems = issue.keys.slice(0, mostUnknownKeys).map((name) => {
    const key = [...at, name].join('.').slice(0, longestKey);
    const foreign = at.join('.') === 'world' ? describeForeignKey(definition, name) : null;
    return {
      key,
      text: foreign ?? `unknown key, the nearest known one is ${suggestKey(key, known)}`,
    };
  });
  const more = issue.keys.length - problems.length;
  if (more > 0)
    problems.push({ key: at.join('.') || 'settings', text: `${more} more unknown keys` });
  return problems;
}

/** A list that was typed as words: how it is written. */
function suggestList(issue: z.core.$ZodIssue, key: string): string {
  const isList = issue.code === 'invalid_type' && issue.expected === 'array';
  return isList ? `; a list is written as JSON, '${key}=["one","two"]'` : '';
}

/** Unknown keys that are told one by one, and how much of each. */
const mostUnknownKeys = 20;
const longestKey = 100;

/** Checks ranges of everything whose type is right, so that both kinds of problem come at once. */
function listRangeProblems(
  sources: SourcedSettings,
  wrongKeys: readonly string[],
  definition: WorldDefinition,
): Problem[] {
  const usable = [...sources]
    .filter(([key]) => !wrongKeys.some((wrong) => key === wrong || key.startsWith(`${wrong}.`)))
    .map(([key, { value }]) => [key, value] as const);
  const merged = mergeLayers([
    { origin: '', values: createDefaultSettings(definition) },
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
  const { hiddenSize, headCount, kvHeadCount, headDim } = warmStart.model;
  const problems: Problem[] = [];
  if (usesCritic(algorithm) && policy.valueHead === 'none') {
    const text = `none does not go with ${algorithm}, which needs value estimates`;
    problems.push({ key: 'policy.valueHead', text });
  }
  const isShipped = policy.model === 'base' || policy.model === 'trained';
  if ((world.profileMode === 'whole' || world.contextTurns > 0) && isShipped) {
    const text = `${policy.model} writes changes and reads whole conversations, anything else needs 'warm-start'`;
    problems.push({ key: 'policy.model', text });
  }
  if (world.explainsProtocol && (isShipped || policy.model === 'warm-start')) {
    const text = `true needs a model that follows instructions; ${policy.model} learns from demonstrations: name the folder of a chat model with policy.model`;
    problems.push({ key: 'world.explainsProtocol', text });
  }
  if (world.judge.kind === 'model' && world.parts.judge !== null) {
    const text = `model does not go with ${world.parts.judge}, a judge of one's own`;
    problems.push({ key: 'world.judge.kind', text });
  }
  if (headDim !== null && headDim % 2 !== 0) {
    problems.push({ key: 'warmStart.model.headDim', text: `${headDim} is not even` });
  }
  if (headDim === null && hiddenSize % (2 * headCount) !== 0) {
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
