/** Plans of episodes: who talks, from which family and split, under which seed. */
import type { RandomSource } from '../base/index.ts';
import type { EpisodePlan, Split } from './types.ts';
import type { World } from './world.ts';

export type PlanOptions = {
  readonly world: World;
  readonly random: RandomSource;
  readonly count: number;
  readonly split: Split;
  /** Families in turn; the world's first by default. */
  readonly families?: readonly string[];
  /** Begins each plan's id; "episode" by default. */
  readonly label?: string;
};

/** Draws `count` plans with fresh personas. Plan i depends on the random source and i alone. */
export function planEpisodes(options: PlanOptions): EpisodePlan[] {
  const { world, random, count, split, label = 'episode' } = options;
  const families = options.families ?? world.families.slice(0, 1);
  return Array.from({ length: count }, (_, index) => {
    const own = random.fork(`plan/${index}`);
    return {
      id: `${label}-${index}`,
      persona: world.samplePersona(own.fork('persona'), split),
      family: families[index % families.length] ?? '',
      split,
      seed: own.fork('seed').nextUint32(),
    };
  });
}
