/** Playing a trick: a cheat takes what an honest writer writes and bends it; both meet the same people. */
import { createRandom } from '../../src/base/index.ts';
import { planEpisodes, runDemonstrations } from '../../src/env/index.ts';
import type { Demonstrator, Episode, World } from '../../src/env/index.ts';
import { parseOutput, renderOutput, type PolicyOutput } from '../../src/protocol/index.ts';

export type State = Parameters<Demonstrator['write']>[0];
export type Cheat = (honest: PolicyOutput, state: State, world: World) => PolicyOutput | string;

/** Mean of what whole conversations earn. */
export async function play(
  world: World,
  createWriter: (random: ReturnType<typeof createRandom>) => Demonstrator,
): Promise<number> {
  const plans = planEpisodes({ world, random: createRandom(11), count: 60, split: 'test' });
  const episodes = await runDemonstrations(plans, { world, turns: 12, createWriter });
  return episodes.reduce((sum, episode) => sum + totalOf(episode), 0) / episodes.length;
}

function totalOf({ turns }: Episode): number {
  return turns.reduce(
    (sum, { rewards }) => sum + (rewards.profile ?? 0) + (rewards.response ?? 0),
    0,
  );
}

/** Has a cheat bend what an honest writer writes. */
export function bend(
  world: World,
  createHonest: (random: ReturnType<typeof createRandom>) => Demonstrator,
  cheat: Cheat,
): (random: ReturnType<typeof createRandom>) => Demonstrator {
  return (random) => {
    const honest = createHonest(random);
    return {
      name: 'cheat',
      write: (state) => {
        const text = honest.write(state);
        const parsed = parseOutput(text, world.dialect.schema);
        if (!parsed.ok) return text;
        const bent = cheat(parsed, state, world);
        return typeof bent === 'string' ? bent : renderOutput(bent, world.dialect.schema);
      },
    };
  };
}
