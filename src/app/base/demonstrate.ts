/** Conversations of the scripted assistant, for a new model to imitate: short dense ones, and whole ones. */
import { createRandom, type RandomSource } from '../../base/index.ts';
import { planEpisodes, runDemonstrations, type Episode, type World } from '../../env/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import type { Settings } from '../settings/schema.ts';

const shortestDialogue = 4;

export type Demonstrations = {
  readonly dense: readonly Episode[];
  readonly dialogues: readonly Episode[];
};

/** Demonstrates all that a warm start learns from. Throws `AbortedError`. */
export async function demonstrateAll(
  { world, practice = { dense: world, dialogues: world } }: OpenedWorld,
  { warmStart }: Pick<Settings, 'warmStart'>,
  context: AppContext,
): Promise<Demonstrations> {
  const random = createRandom(`warm start ${warmStart.seed}`);
  const dense = await demonstrate(
    {
      label: 'short demonstrations',
      world: practice.dense,
      lengths: warmStart.denseTurns,
      count: warmStart.denseEpisodes,
      random: random.fork('dense'),
    },
    context,
  );
  const dialogues = await demonstrate(
    {
      label: 'demonstrations',
      world: practice.dialogues,
      lengths: listDialogueTurns(warmStart.dialogueTurns),
      count: warmStart.dialogueEpisodes,
      random: random.fork('dialogues'),
    },
    context,
  );
  return { dense, dialogues };
}

function listDialogueTurns(longest: number): number[] {
  const shortest = Math.min(shortestDialogue, longest);
  return Array.from({ length: longest - shortest + 1 }, (_, index) => shortest + index);
}

type DemonstrationPlan = {
  readonly label: string;
  readonly world: World;
  readonly lengths: readonly number[];
  readonly count: number;
  readonly random: RandomSource;
};

/** Conversations between two looks at progress and interruption. */
const demonstrationBatch = 200;

/** Demonstrates conversations of each length, in equal shares. */
async function demonstrate(plan: DemonstrationPlan, context: AppContext): Promise<Episode[]> {
  const { label, world, lengths, count, random } = plan;
  const { signal } = context;
  const episodes: Episode[] = [];
  for (const [index, turns] of lengths.entries()) {
    const share = Math.floor(((index + 1) * count) / lengths.length) - episodes.length;
    const plans = planEpisodes({
      world,
      random: random.fork(`turns ${turns}`),
      count: share,
      split: 'train',
      label: `demonstration-${turns}`,
    });
    for (let first = 0; first < plans.length; first += demonstrationBatch) {
      const part = plans.slice(first, first + demonstrationBatch);
      episodes.push(...(await runDemonstrations(part, { world, turns, signal })));
      // The loop above never waits for anything outside; let a Ctrl-C come in.
      await new Promise((resolve) => setImmediate(resolve));
      context.onProgress({ label, done: episodes.length, total: count, unit: 'conversations' });
    }
  }
  return episodes;
}
