/** Shuffled minibatches, from a seed. */
import type { RandomSource } from '../base/index.ts';

/** Splits items into shuffled minibatches, epoch by epoch. */
export function planMinibatches<Item>(
  items: readonly Item[],
  size: number,
  epochs: number,
  random: RandomSource,
): Item[][] {
  return Array.from({ length: epochs }, (_, epoch) => {
    const order = random.fork(`epoch ${epoch}`).shuffle(items);
    return Array.from({ length: Math.ceil(order.length / size) }, (__, index) =>
      order.slice(index * size, (index + 1) * size),
    );
  }).flat();
}
