/** The world a command talks in, from the configuration. */
import { createModelJudge } from '../rewards/index.ts';
import type { Persona } from '../users/index.ts';
import {
  applyParts,
  type AskedModel,
  type OpenedWorld,
  type WorldModels,
} from '../worlds/index.ts';
import type { OpenedModels } from './models/open-models.ts';
import type { ResolvedSettings } from './settings/resolve.ts';
import type { ModelsSettings } from './settings/schema.ts';

export type OpenOptions = {
  /** Remote models that the settings ask for; null where everything works by program. */
  readonly models: OpenedModels | null;
  /** People that stand in for the world's own. */
  readonly people?: readonly Persona[];
  readonly log: (text: string) => void;
};

/** Opens the world, with the parts of one's own in place. Throws `ConfigError` or `DataError` for people who cannot be read. */
export function openWorld(
  { definition, parts, settings }: Pick<ResolvedSettings, 'definition' | 'parts' | 'settings'>,
  { models, people, log }: OpenOptions,
): OpenedWorld {
  const asked = models === null ? {} : describeModels(models, settings.models);
  const opened = definition.open({
    settings: settings.world,
    models: asked,
    log,
    ...(people === undefined ? {} : { people }),
  });
  const { judge } = asked;
  const { selfInferred: judgesTwice } = settings.world.judge;
  const judged = judge === undefined ? {} : { judge: createModelJudge(judge), judgesTwice };
  return { ...opened, world: applyParts({ ...opened.world, ...judged }, parts) };
}

/** How each client is asked. */
function describeModels(
  { clients }: OpenedModels,
  settings: ModelsSettings,
): WorldModels & { readonly judge?: AskedModel } {
  const { user, judge, matcher, embeddings } = clients;
  const ask = (
    chat: AskedModel['chat'],
    { maxTokens, temperature }: Pick<AskedModel, 'maxTokens' | 'temperature'>,
  ): AskedModel => ({ chat, maxTokens, temperature });
  return {
    ...(user === undefined ? {} : { user: ask(user, settings.user) }),
    ...(judge === undefined ? {} : { judge: ask(judge, settings.judge) }),
    ...(matcher === undefined ? {} : { matcher: ask(matcher, settings.judge) }),
    ...(embeddings === undefined ? {} : { embeddings }),
  };
}
