/** Conversations with a demonstrator that is told what each user meant; their turns carry no tokens. */
import type { RandomSource } from '../base/index.ts';
import { createDemonstratorAssistant, type Demonstrator } from './demonstrator.ts';
import { runEpisodes, type EpisodeOptions } from './run-episodes.ts';
import type { Episode, EpisodePlan } from './types.ts';

export type DemonstrationOptions = Pick<EpisodeOptions, 'world' | 'turns' | 'signal' | 'onTurn'> & {
  /** Who writes; the world's own demonstrator by default. */
  readonly createWriter?: (random: RandomSource) => Demonstrator;
};

/** Runs every plan with a demonstrator of its own. Throws as `runEpisodes`. */
export function runDemonstrations(
  plans: readonly EpisodePlan[],
  { createWriter, ...options }: DemonstrationOptions,
): Promise<Episode[]> {
  const create = createWriter ?? ((random) => options.world.createDemonstrator(random));
  return runEpisodes(plans, { ...options, assistant: createDemonstratorAssistant(create) });
}
