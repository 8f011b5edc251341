/** `rlpa floors`: what the scripts of a world get, as a scale for policies. */
import { measureFloors, recordFloors, renderGroupFloors } from '../../app/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';

type FloorsFlags = SettingsFlags & {
  readonly policy?: string;
  readonly people?: number;
  readonly turns?: number;
  readonly json?: boolean;
};

export const runFloors = defineRunner<FloorsFlags>(async (options, context) => {
  const { policy, people, turns, seed } = options;
  const measured = {
    'evaluation.users': people,
    'evaluation.turns': turns,
    'evaluation.seed': seed,
  };
  const source = await readSource(options, measured, ['seed', 'preset']);
  const { world, settings, families, floors } = await measureFloors({
    ...context,
    ...source,
    policy,
  });
  if (options.json === true) {
    const { users, turns: length, seed: drawn } = settings;
    const head = { world, seed: drawn, turns: length, users, families };
    context.print(JSON.stringify({ ...head, ...recordFloors(floors) }));
    return;
  }
  context.print(renderGroupFloors(floors));
});
