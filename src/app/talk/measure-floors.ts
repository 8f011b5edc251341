/** What scripts get in a world, from the people on whom a policy would be measured. */
import { ConfigError } from '../../base/index.ts';
import { createContext } from '../context.ts';
import { openWorld } from '../open-world.ts';
import type { GroupFamilies } from '../policies/met-families.ts';
import type { Settings } from '../settings/schema.ts';
import {
  checkTalkSettings,
  findTalkFamilies,
  openTalk,
  settleModels,
  type TalkOptions,
} from './talk.ts';
import { measureGroups, type GroupFloors } from '../floors/group-floors.ts';

export type MeasuredFloors = {
  readonly world: string;
  readonly settings: Settings['evaluation'];
  readonly families: GroupFamilies;
  readonly floors: GroupFloors;
};

/**
 * Measures every script of a world on the people whom `evaluate` meets with the same options: `policy`
 * says in which world and with which families, and is not opened itself.
 * Throws `ConfigError`, also where the world lists no scripts, `DataError`, `CheckpointError`, `AbortedError`.
 */
export async function measureFloors(options: TalkOptions = {}): Promise<MeasuredFloors> {
  const context = createContext(options);
  const used = ['users', 'turns', 'seed'].map((name) => `evaluation.${name}`);
  checkTalkSettings(options, used, 'Measuring scripts');
  const talk = await openTalk(options, context, { isScripted: true });
  try {
    const { definition, settings } = talk.resolved;
    const opened = openWorld(talk.resolved, { models: talk.models, log: context.log });
    const families = findTalkFamilies(talk, opened.world, context);
    const { evaluation } = settings;
    const floors = await measureGroups(opened, { families, evaluation }, context);
    if (floors === null) {
      throw new ConfigError(
        'scripts_missing',
        `Expected a world that lists scripts, found none in ${definition.kind}.`,
        {
          details: { world: definition.kind },
          hint: 'Choose another world (--set world.kind=NAME), or let open() of your own return `scripts`.',
        },
      );
    }
    return { world: opened.world.name, settings: evaluation, families, floors };
  } finally {
    await settleModels(talk, context);
  }
}
