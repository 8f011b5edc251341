/**
 * What stands in for a masked reward in the returns of what came before it, where there is no critic.
 *
 * The mean of the same reward (on the block or on the turn's end) where it is known: of the same turn
 * in the same group; else of the same turn in the batch; else of any turn in the batch; else 0, which
 * then stands alike for all. A try is so compared as if its missing reward had been the usual one.
 */
import type { PlacedRewards, Trajectory } from './trajectory.ts';

type Place = keyof PlacedRewards;

/** A turn's rewards with nothing missing. */
export type FilledRewards = Readonly<Record<Place, number>>;

/** Fills every masked reward of every conversation, turn by turn. */
export function fillRewards(trajectories: readonly Trajectory[]): FilledRewards[][] {
  if (trajectories.every(isComplete)) return trajectories.map(copyRewards);
  const means = createMeans(trajectories);
  return trajectories.map(({ group, turnRewards }) =>
    turnRewards.map(({ block, end }, turn) => ({
      block: block ?? means.expect(group, turn, 'block'),
      end: end ?? means.expect(group, turn, 'end'),
    })),
  );
}

function isComplete({ turnRewards }: Trajectory): boolean {
  return turnRewards.every(({ block, end }) => block !== null && end !== null);
}

function copyRewards({ turnRewards }: Trajectory): FilledRewards[] {
  return turnRewards.map(({ block, end }) => ({ block: block ?? 0, end: end ?? 0 }));
}

type Means = { readonly expect: (group: string, turn: number, place: Place) => number };

function createMeans(trajectories: readonly Trajectory[]): Means {
  const sums = new Map<string, { total: number; count: number }>();
  const keysOf = (group: string, turn: number, place: Place): string[] => [
    JSON.stringify([place, turn, group]),
    JSON.stringify([place, turn]),
    place,
  ];
  for (const { group, turnRewards } of trajectories) {
    turnRewards.forEach((rewards, turn) => {
      for (const place of ['block', 'end'] as const) {
        const reward = rewards[place];
        if (reward !== null) for (const key of keysOf(group, turn, place)) add(sums, key, reward);
      }
    });
  }
  return {
    expect: (group, turn, place) => {
      const known = keysOf(group, turn, place).map((key) => sums.get(key));
      const found = known.find((each) => each !== undefined);
      return found === undefined ? 0 : found.total / found.count;
    },
  };
}

function add(
  sums: Map<string, { total: number; count: number }>,
  key: string,
  reward: number,
): void {
  const sum = sums.get(key) ?? { total: 0, count: 0 };
  sum.total += reward;
  sum.count += 1;
  sums.set(key, sum);
}
