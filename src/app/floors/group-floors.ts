/**
 * The scripts of a world, measured on the people of each group, and what is told of them.
 *
 * Scripts are measured beside every policy, unless remote models phrase or judge the conversations: nobody
 * asked for those calls. `rlpa floors` does it there too.
 */
import * as fs from 'node:fs';
import { z } from 'zod';
import { checkContent, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import {
  computeScale,
  floorSchema,
  measureScripts,
  renderFloors,
  type Floor,
  type WorldScores,
} from '../../eval/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import {
  listGroups,
  mapGroups,
  type ByGroup,
  type GroupFamilies,
} from '../policies/met-families.ts';
import type { Settings } from '../settings/schema.ts';

/** What scripts got, for each group of people; in the order of the world. */
export type GroupFloors = ByGroup<readonly Floor[]>;

/** Measures the scripts; null where the world has none. */
export async function measureGroups(
  { world, scripts = [] }: Pick<OpenedWorld, 'world' | 'scripts'>,
  of: { readonly families: GroupFamilies; readonly evaluation: Settings['evaluation'] },
  context: AppContext,
): Promise<GroupFloors | null> {
  if (scripts.length === 0) return null;
  const { users, turns, seed } = of.evaluation;
  return mapGroups(of.families, (families, group) => {
    const label = `measuring scripts, ${group} users`;
    const total = scripts.length;
    return measureScripts({
      ...{ world, scripts, families, users, turns, seed },
      signal: context.signal,
      onScript: (done) => context.onProgress({ label, done, total, unit: 'scripts' }),
    });
  });
}

const keptSchema = z.object({
  trained: z.array(floorSchema),
  untrained: z.array(floorSchema).exactOptional(),
}) as z.ZodType<GroupFloors>;

/** Reads what was measured before into the file, or measures it and keeps it there. Throws `DataError`. */
export async function keepFloors(
  file: string,
  make: () => Promise<GroupFloors | null>,
): Promise<GroupFloors | null> {
  if (fs.existsSync(file)) {
    const purpose = 'kept measurement of scripts';
    return checkContent(keptSchema, readJsonFile(file, purpose), {
      file,
      purpose,
      hint: 'Remove the file and run again: the scripts are measured anew.',
    });
  }
  const floors = await make();
  if (floors !== null) writeFileAtomic(file, `${JSON.stringify(floors)}\n`);
  return floors;
}

/** Places the scores of each group on the scale of its scripts. */
export function placeScores(
  scores: ByGroup<WorldScores>,
  floors: GroupFloors | null,
): ByGroup<WorldScores> {
  const place = (own: WorldScores, scripts: readonly Floor[] | undefined): WorldScores =>
    scripts === undefined
      ? own
      : { ...own, scale: computeScale(scripts, own.whole?.alignment.mean ?? null) };
  const { trained, untrained } = scores;
  return {
    trained: place(trained, floors?.trained),
    ...(untrained === undefined ? {} : { untrained: place(untrained, floors?.untrained) }),
  };
}

/** Floors as they stand in records. */
export type FloorsRecord = {
  /** Of the families trained on. */
  readonly floors?: readonly Floor[];
  /** Of the family never met. */
  readonly floors_untrained?: readonly Floor[];
};

/** Describes floors for a record; nothing where there are none. */
export function recordFloors(floors: GroupFloors | null): FloorsRecord {
  if (floors === null) return {};
  const { trained, untrained } = floors;
  return {
    floors: trained,
    ...(untrained === undefined ? {} : { floors_untrained: untrained }),
  };
}

/** A policy's scores, placed. */
export type PlacedScores = { readonly name: string; readonly scores: ByGroup<WorldScores> };

/** Renders a table for each group: scripts, and policies among them; nothing where there are no floors. */
export function renderGroupFloors(
  floors: GroupFloors | null,
  policies: readonly PlacedScores[] = [],
): string {
  if (floors === null) return '';
  return listGroups(floors)
    .map((group) => {
      const placed = policies.flatMap(({ name, scores }) => {
        const own = scores[group];
        return own === undefined ? [] : [{ name, scores: own }];
      });
      return `Users of the ${group} family. ${renderFloors(floors[group] ?? [], placed)}`;
    })
    .join('\n\n');
}
