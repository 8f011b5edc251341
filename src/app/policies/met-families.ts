/**
 * Which families of users a policy has met, and which it is measured on for that.
 *
 * A family is met in training (a run records its `families`) or in the demonstrations of the base (its
 * provenance records them). What carries over to people who talk in another way is only shown by a
 * family that was met in neither. What a run began with lies where its configuration says, and that may be
 * anybody's: outside of the run it is read only where the person allowed it.
 */
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, ConfigError, DataError } from '../../base/index.ts';
import type { World } from '../../env/index.ts';
import { isHubName } from '../../hub/index.ts';
import { isRunConfig, readRunConfig } from '../../runlog/index.ts';
import { findPolicy, type PolicyLocation } from './find-policy.ts';
import { askToRead, mayRead, type Consent } from '../settings/consent.ts';
import { readProvenance } from './provenance.ts';
import { defaultWorld, findWorld } from '../../worlds/index.ts';

/** Whether a group of users talks as those trained on do. */
export type Group = 'trained' | 'untrained';

/** Something of each group; there are no untrained users where every family was met. */
export type ByGroup<Value> = { readonly trained: Value; readonly untrained?: Value };

/** Families of each group. */
export type GroupFamilies = ByGroup<readonly string[]>;

/** What a model's folder says of the users it learnt from. */
export type MetFamilies = {
  /** In its last training, or of a base in its demonstrations. */
  readonly trained: readonly string[];
  /** Before that as well. */
  readonly met: readonly string[];
};

/** Of a model from elsewhere, or of a server. */
export const nobody: MetFamilies = { trained: [], met: [] };

/** Runs that began with the model of another run, at most. */
const longestLine = 16;

/** What may be read on the word of a run, and who is told of what was not. */
export type ReadAlong = {
  readonly consent: Pick<Consent, 'reads'>;
  readonly log: (text: string) => void;
};

/** Reads whom a model learnt from; nobody where nothing says, as of a model from elsewhere. */
export function readMetFamilies(
  location: Pick<PolicyLocation, 'folder' | 'adapter'>,
  along: ReadAlong,
  line = 0,
): MetFamilies {
  const folder = path.resolve(location.adapter ?? location.folder);
  const demonstrated = readProvenance(folder)?.families;
  if (demonstrated !== undefined) return { trained: demonstrated, met: demonstrated };
  const run = path.dirname(folder);
  const config = path.join(run, 'config.json');
  if (line >= longestLine || !isRunConfig(config)) return nobody;
  const { families, policy, world } = originSchema.parse(readRunConfig(config).settings);
  const start =
    policy.model === 'warm-start'
      ? { folder: path.join(run, 'base') }
      : locateStart(policy.model, world.kind, run, along);
  const before = start === null ? nobody : readMetFamilies(start, along, line + 1);
  return { trained: families, met: [...families, ...before.met] };
}

/** What a run began with; null where it is gone, may not be read, or was trained by nobody here. */
function locateStart(
  model: string,
  kind: string,
  run: string,
  { consent, log }: ReadAlong,
): PolicyLocation | null {
  if (isHubName(model)) return null;
  if (model !== 'base' && !mayRead(model, run, consent)) {
    log(
      `${run} began with a model outside of it, which is not read: whom that model met is not counted. To count them: ${askToRead(model)}`,
    );
    return null;
  }
  try {
    return findPolicy(model, { world: findWorld(kind) });
  } catch (error) {
    const isGone = [DataError, CheckpointError, ConfigError].some((each) => error instanceof each);
    if (isGone) return null;
    throw error;
  }
}

const originSchema = z.object({
  families: z.array(z.string()).catch([]),
  policy: z.object({ model: z.string() }).catch({ model: 'base' }),
  world: z.object({ kind: z.string() }).catch({ kind: defaultWorld.kind }),
});

/**
 * The families of a world that were trained on, by default its first, and one that was never met: the wanted
 * one, or the first. Those of another world, where the policy comes from one, count for nothing. Throws
 * `ConfigError` for a wanted one that is unknown, or was met.
 */
export function groupFamilies(
  { families }: Pick<World, 'families'>,
  { trained, met }: MetFamilies,
  wanted?: string,
): GroupFamilies {
  const own = trained.filter((each) => families.includes(each));
  const known = own.length > 0 ? own : families.slice(0, 1);
  const unmet = families.filter((each) => !known.includes(each) && !met.includes(each));
  if (wanted !== undefined && !unmet.includes(wanted)) throw describeUnfit(wanted, families, unmet);
  const untrained = wanted ?? unmet[0];
  return untrained === undefined ? { trained: known } : { trained: known, untrained: [untrained] };
}

function describeUnfit(
  wanted: string,
  families: readonly string[],
  unmet: readonly string[],
): ConfigError {
  const left = unmet.length === 0 ? 'None was never met.' : `Never met: ${unmet.join(', ')}.`;
  return families.includes(wanted)
    ? new ConfigError('family_met', `The policy met users of the family "${wanted}" in training.`, {
        hint: `Those trained on are measured anyway. ${left}`,
      })
    : new ConfigError('unknown_family', `There is no family of users "${wanted}".`, {
        hint: left,
      });
}

const groups: readonly Group[] = ['trained', 'untrained'];

/** The groups there are, in order. */
export function listGroups(of: ByGroup<unknown>): readonly Group[] {
  return groups.filter((group) => of[group] !== undefined);
}

/** Makes something of each group there is, one after the other. */
export async function mapGroups<From, To>(
  of: ByGroup<From>,
  make: (value: From, group: Group) => To | Promise<To>,
): Promise<ByGroup<To>> {
  const trained = await make(of.trained, 'trained');
  if (of.untrained === undefined) return { trained };
  return { trained, untrained: await make(of.untrained, 'untrained') };
}
