/** Who talks in an iteration: everything that is drawn comes from (seed, iteration). */
import { createRandom, type RandomSource } from '../base/index.ts';
import type { EpisodePlan, World } from '../env/index.ts';
import type { TrainingSettings } from './settings.ts';

/** Creates the only source of randomness of one iteration. */
export function createIterationRandom(seed: number, iteration: number): RandomSource {
  return createRandom(`training ${seed} iteration ${iteration}`);
}

/** Families of users a run trains on: those named, or the world's first. */
export function listTrainedFamilies(
  world: Pick<World, 'families'>,
  { families }: Pick<TrainingSettings, 'families'>,
): readonly string[] {
  return families.length > 0 ? families : world.families.slice(0, 1);
}

/** Plans the conversations of one iteration; a group shares persona, family and situation. */
export function planIteration(
  world: World,
  settings: TrainingSettings,
  iteration: number,
  random: RandomSource,
): EpisodePlan[] {
  const families = listTrainedFamilies(world, settings);
  return Array.from({ length: settings.episodesPerIteration }, (_, index) => {
    const group = Math.floor(index / settings.groupSize);
    const groupRandom = random.fork(`persona ${group}`);
    return {
      id: `train-${String(iteration).padStart(5, '0')}-${String(index).padStart(4, '0')}`,
      persona: world.samplePersona(groupRandom, 'train'),
      family: families[group % families.length]!,
      split: 'train',
      seed: random.fork(`episode ${index}`).nextUint32(),
      ...(settings.groupSize === 1
        ? {}
        : { situationSeed: random.fork(`situation ${group}`).nextUint32() }),
    };
  });
}
