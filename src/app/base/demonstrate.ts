/** Conversations of the scripted assistant, for a new model to imitate: short dense ones, and whole ones. */
import { ConfigError, createRandom, findLikely, type RandomSource } from '../../base/index.ts';
import {
  planEpisodes,
  runDemonstrations,
  type DemonstrationOptions,
  type Episode,
  type World,
} from '../../env/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import type { Settings } from '../settings/schema.ts';

const shortestDialogue = 4;

export type Demonstrations = {
  readonly dense: readonly Episode[];
  readonly dialogues: readonly Episode[];
};

/** Demonstrates all that a warm start learns from. Throws `ConfigError` for an unknown script, `AbortedError`. */
export async function demonstrateAll(
  { world, scripts, practice = { dense: world, dialogues: world } }: OpenedWorld,
  { warmStart }: Pick<Settings, 'warmStart'>,
  context: AppContext,
): Promise<Demonstrations> {
  const random = createRandom(`warm start ${warmStart.seed}`);
  const families = listDemonstratedFamilies(world, warmStart);
  const writer = findWriter(scripts, warmStart.script);
  const dense = await demonstrate(
    {
      label: 'short demonstrations',
      world: practice.dense,
      lengths: warmStart.denseTurns,
      count: warmStart.denseEpisodes,
      random: random.fork('dense'),
      families,
      writer,
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
      families,
      writer,
    },
    context,
  );
  return { dense, dialogues };
}

/** Finds who writes in place of the world's demonstrator; nobody for null. Throws `ConfigError`. */
export function findWriter(
  scripts: OpenedWorld['scripts'] = [],
  name: string | null,
): Pick<DemonstrationOptions, 'createWriter'> {
  if (name === null) return {};
  const script = scripts.find((each) => each.name === name);
  if (script !== undefined) return { createWriter: (random) => script.create(random) };
  const known = scripts.map((each) => each.name);
  const nearest = findLikely(name, known);
  throw new ConfigError('unknown_script', `warmStart.script: the world has no script "${name}".`, {
    details: { script: name },
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}${known.length === 0 ? 'It has none: set null.' : `Its scripts: ${known.join(', ')}; null for its demonstrator.`}`,
  });
}

/** Families of users that a base is shown: those named, or the world's first. */
export function listDemonstratedFamilies(
  world: Pick<World, 'families'>,
  { families }: Pick<Settings['warmStart'], 'families'>,
): readonly string[] {
  return families.length > 0 ? families : world.families.slice(0, 1);
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
  readonly families: readonly string[];
  readonly writer: Pick<DemonstrationOptions, 'createWriter'>;
};

/** Conversations between two looks at progress and interruption. */
const demonstrationBatch = 200;

/** Demonstrates conversations of each length, in equal shares. */
async function demonstrate(plan: DemonstrationPlan, context: AppContext): Promise<Episode[]> {
  const { label, world, lengths, count, random, families, writer } = plan;
  const { signal } = context;
  const episodes: Episode[] = [];
  for (const [index, turns] of lengths.entries()) {
    const share = Math.floor(((index + 1) * count) / lengths.length) - episodes.length;
    const plans = planEpisodes({
      world,
      random: random.fork(`turns ${turns}`),
      count: share,
      split: 'train',
      families,
      label: `demonstration-${turns}`,
    });
    for (let first = 0; first < plans.length; first += demonstrationBatch) {
      const part = plans.slice(first, first + demonstrationBatch);
      episodes.push(...(await runDemonstrations(part, { world, turns, signal, ...writer })));
      // The loop above never waits for anything outside; let a Ctrl-C come in.
      await new Promise((resolve) => setImmediate(resolve));
      context.onProgress({ label, done: episodes.length, total: count, unit: 'conversations' });
    }
  }
  return episodes;
}
