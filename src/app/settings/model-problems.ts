/** What is wrong with remote models. Nothing of a value is repeated: it may be a key in the wrong place. */
import { isPlainUrl } from '../../chat/index.ts';
import { modelSections, type ModelSection } from './consent.ts';
import type { WorldDefinition } from '../../worlds/index.ts';
import { clientTable, listModelNeeds } from './model-needs.ts';
import type { Settings } from './schema.ts';
import type { StrayKey } from './stray-keys.ts';

/** What is wrong with a setting. */
export type Problem = { readonly key: string; readonly text: string };

/** Lists the problems; keys that would stray only where their server is asked at all. */
export function listModelProblems(
  settings: Settings,
  definition: WorldDefinition,
  strayKeys: readonly StrayKey[],
): readonly Problem[] {
  const needed = listNeeded(settings, definition);
  const { cache } = settings.models;
  return [
    ...modelSections.flatMap((section) => listSectionProblems(section, needed, settings)),
    ...strayKeys
      .filter(({ section }) => needed[section] !== null)
      .map(({ section, givenFor, goesTo }) => ({
        key: `models.${section}.apiKeyEnv`,
        text: `was given for ${givenFor}, and baseUrl is now at ${goesTo}: give the variable anew beside it, or null`,
      })),
    ...(cache !== null && /\p{Cc}/u.test(cache)
      ? [{ key: 'models.cache', text: 'must be a path without control characters' }]
      : []),
  ];
}

/** Why a section is needed; null where it is not. */
function listNeeded(
  settings: Settings,
  definition: WorldDefinition,
): Readonly<Record<ModelSection, string | null>> {
  const needs = listModelNeeds(definition, settings);
  const findReason = (section: ModelSection): string | null =>
    needs.find(({ client }) => clientTable[client].section === section)?.because ?? null;
  return {
    policy: findReason('policy'),
    user: findReason('user'),
    judge: findReason('judge'),
    embeddings: findReason('embeddings'),
  };
}

function listSectionProblems(
  section: ModelSection,
  needed: Readonly<Record<ModelSection, string | null>>,
  { models }: Settings,
): readonly Problem[] {
  const { baseUrl, model, apiKeyEnv } = models[section];
  const problems: Problem[] = [];
  const add = (name: string, text: string): void => {
    problems.push({ key: `models.${section}.${name}`, text });
  };
  const because = `is needed, because ${needed[section]}`;
  if (needed[section] !== null && baseUrl === null) add('baseUrl', because);
  if (needed[section] !== null && model === null) add('model', because);
  if (baseUrl !== null && !isPlainUrl(baseUrl)) {
    add('baseUrl', 'must be an http or https address without user, password, ? and #');
  }
  if (apiKeyEnv !== null && !/^[A-Z][A-Z0-9_]*$/u.test(apiKeyEnv)) {
    add(
      'apiKeyEnv',
      'must be the name of an environment variable (capitals, digits and _), never a key itself',
    );
  }
  return problems;
}
