/** The saved conversations of a run, and whether a world may judge them. */
import * as path from 'node:path';
import { DataError, listFolder } from '../../base/index.ts';
import type { Episode, World } from '../../env/index.ts';
import { readEpisodesName } from '../../runlog/index.ts';
import type { WorldDefinition } from '../../worlds/index.ts';

/** Lists the files of conversations. Throws `DataError` where there are none. */
export function listEpisodeFiles(run: string): string[] {
  const folder = path.join(run, 'episodes');
  const names = listFolder(folder, 'folder of conversations').filter(
    (name) => readEpisodesName(name) !== null,
  );
  if (names.length > 0) return names.map((name) => path.join(folder, name));
  throw new DataError('episodes_missing', `${folder} holds no saved conversations.`, {
    details: { folder },
    hint: 'Name the directory of a training run.',
  });
}

/** Throws `DataError` for conversations of another world; an earlier version of the same may be judged. */
export function checkWorld(
  episodes: readonly Episode[],
  { earlierNames = [] }: WorldDefinition,
  world: Pick<World, 'name'>,
): void {
  const other = episodes.find((each) => ![world.name, ...earlierNames].includes(each.world));
  if (other === undefined) return;
  throw new DataError(
    'world_differs',
    `Expected conversations of ${world.name}, found ${other.world} in ${other.id}.`,
    { hint: 'The run has no config.json that names its world: give one with --config.' },
  );
}

/** Throws `DataError` where the conversations were paid otherwise and nobody asked for another reward. */
export function checkRewards(episodes: readonly Episode[], world: Pick<World, 'rewards'>): void {
  const other = episodes.find(({ rewards = world.rewards }) => rewards !== world.rewards);
  if (other === undefined) return;
  throw new DataError(
    'rewards_differ',
    `These conversations were paid by "${other.rewards}"; here they would be paid by "${world.rewards}".`,
    {
      details: { before: other.rewards, after: world.rewards },
      hint: 'Name the reward to pay (--profile-reward), or give the file that defines it (--plugin FILE).',
    },
  );
}
