/** People who put a note right by hand: it is true from then on, the policy is told, and nobody says a word. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations, type Episode, type Turn } from '../../env/index.ts';
import { hasItem } from '../../profile/index.ts';
import { createEverydayWorld } from '../everyday/index.ts';

const hold = (amends: number, erases: number): Promise<Episode[]> => {
  const world = createEverydayWorld({ behaviour: { amends, erases, volunteer: 0.5 } });
  const plans = planEpisodes({ world, random: createRandom(3), count: 40, split: 'test' });
  return runDemonstrations(plans, { world, turns: 10, createWriter: world.scripts.at(-3)!.create });
};

describe('a note put right by hand', () => {
  let amended: Turn[] = [];

  beforeAll(async () => {
    const turns = (await hold(0.4, 0)).flatMap((episode) => episode.turns);
    // A change that is told in the same breath ends what was just put right.
    const isAlone = ({ user }: Turn): boolean =>
      user.disclosures.every(({ replaces }) => replaces === undefined);
    amended = turns.filter((turn) => turn.user.amendments !== undefined && isAlone(turn));
  });

  it('holds in what is true, what was disclosed and what is kept', () => {
    expect(amended.length).toBeGreaterThan(40);
    for (const { user, trueProfile, disclosedProfile, profileBefore } of amended) {
      const { before, after } = user.amendments![0]!;
      for (const profile of [trueProfile, disclosedProfile, profileBefore]) {
        expect(hasItem(profile, after!)).toBe(true);
        expect(hasItem(profile, before)).toBe(false);
      }
    }
  });

  it('is shown to the policy and is no word of the message', () => {
    for (const { user, note } of amended) {
      const { after } = user.amendments![0]!;
      expect(note).toContain(`+ ${after!.slot}`);
      expect(note).toContain(after!.value);
      expect(user.message).not.toContain(after!.value);
    }
  });

  it('makes the former value a stale one for the judge', () => {
    const stale = amended.map(({ user, supersededProfile = [] }) =>
      hasItem(supersededProfile, user.amendments![0]!.before),
    );
    expect(stale.every(Boolean)).toBe(true);
  });

  it('can take an item out', async () => {
    const erased = (await hold(0.4, 1))
      .flatMap((episode) => episode.turns)
      .filter(({ user }) => user.amendments !== undefined);
    expect(erased.length).toBeGreaterThan(20);
    for (const { user, profileBefore, note } of erased) {
      const { before, after } = user.amendments![0]!;
      expect(after).toBeNull();
      expect(hasItem(profileBefore, before)).toBe(false);
      expect(note).toContain(`- ${before.slot}`);
      expect(note).toContain(before.value);
    }
  });

  it('is nothing anybody does by default', async () => {
    const world = createEverydayWorld();
    const plans = planEpisodes({ world, random: createRandom(3), count: 20, split: 'train' });
    const episodes = await runDemonstrations(plans, { world, turns: 12 });
    const users = episodes.flatMap((episode) => episode.turns.map(({ user }) => user));
    expect(users.filter(({ amendments }) => amendments !== undefined)).toEqual([]);
  });
});
