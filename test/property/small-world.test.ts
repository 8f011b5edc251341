import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import {
  meanOverTurns,
  planEpisodes,
  runDemonstrations,
  summarizeEpisodes,
} from '../../src/env/index.ts';
import { createSmallWorld } from '../../src/worlds/index.ts';
import type { Episode, Split } from '../../src/env/index.ts';
import { findAct, hasAct } from '../../src/users/index.ts';
import { findFamily, smallWorldFamilies } from '../../src/worlds/small-world/families.ts';
import { isHeldOutTriple, personaSplit } from '../../src/worlds/small-world/persona.ts';
import { sentencesOf, wordsOf } from '../../src/worlds/small-world/phrasing.ts';
import { phrasingA } from '../../src/worlds/small-world/templates-a.ts';
import { allValues, slotNames, valuesOf } from '../../src/worlds/small-world/values.ts';

const world = createSmallWorld();

function demonstrate(
  family: string,
  split: Split,
  options: { count?: number; oracle?: boolean; isPractice?: boolean } = {},
): Promise<Episode[]> {
  const own = options.isPractice ? createSmallWorld({ isPractice: true }) : world;
  const count = options.count ?? 100;
  const plans = planEpisodes({
    world: own,
    random: createRandom(3),
    count,
    split,
    families: [family],
  });
  return runDemonstrations(plans, {
    world: own,
    turns: options.isPractice ? 3 : 10,
    ...(options.oracle ? { createWriter: (random) => world.createOracle(random) } : {}),
  });
}

describe('the small world', () => {
  const groups: Record<string, Episode[]> = {};
  beforeAll(async () => {
    groups['train'] = await demonstrate('warm', 'train');
    groups['practice'] = await demonstrate('warm', 'train', { isPractice: true });
    for (const family of smallWorldFamilies) {
      groups[family] = await demonstrate(family, 'test', { count: 60 });
      groups[`oracle ${family}`] = await demonstrate(family, 'test', { count: 60, oracle: true });
    }
  });
  const everyEpisode = (): Episode[] => Object.values(groups).flat();

  it('runs without errors and always in the format', () => {
    const summary = summarizeEpisodes(everyEpisode());
    expect(summary).toMatchObject({ failed_episodes: 0, format_rate: 1, masked_verdicts: 0 });
  });

  it('holds its oracle near the top and its demonstrator well below', () => {
    for (const family of smallWorldFamilies) {
      const oracle = summarizeEpisodes(groups[`oracle ${family}`] ?? []);
      expect(meanOverTurns(oracle.alignment, 3, 10)).toBeGreaterThan(0.97);
      expect(meanOverTurns(oracle.profile_f1_disclosed, 3, 10)).toBe(1);
      const mediocre = summarizeEpisodes(groups[family] ?? []);
      expect(meanOverTurns(mediocre.alignment, 3, 10)).toBeLessThan(0.45);
      expect(meanOverTurns(mediocre.profile_f1_disclosed, 3, 10)).toBeLessThan(0.75);
    }
  });

  it('says no value of the persona before it is disclosed', () => {
    for (const { persona, turns } of everyEpisode()) {
      const told = new Set<string>();
      for (const { user } of turns) {
        for (const { item } of user.disclosures) told.add(item.value);
        const said = new Set(user.message.split(' '));
        for (const { value } of persona.trueProfile) {
          if (said.has(value)) expect(told).toContain(value);
        }
      }
    }
  });

  it('discloses at most 15 % of the persona in a turn, changes of mind aside', () => {
    for (const { persona, turns } of everyEpisode()) {
      const limit = Math.max(1, 0.15 * persona.trueProfile.length);
      for (const { user } of turns) {
        const fresh = user.disclosures.filter((each) => each.replaces === undefined);
        expect(fresh.length).toBeLessThanOrEqual(limit);
        expect(user.disclosures.length).toBeLessThanOrEqual(2);
      }
    }
  });

  it('repeats an episode from its seed, whoever else is in the batch', async () => {
    const plans = planEpisodes({ world, random: createRandom(3), count: 4, split: 'test' });
    const together = await runDemonstrations(plans, { world, turns: 6 });
    const alone = await runDemonstrations(plans.slice(2, 3), { world, turns: 6 });
    expect(alone[0]).toEqual(together[2]);
  });

  it('writes episodes that survive JSON', () => {
    const episode = groups['warm']?.[0];
    expect(JSON.parse(JSON.stringify(episode))).toEqual(episode);
  });

  it('keeps rewards in their stated ranges', () => {
    for (const { rewards } of everyEpisode().flatMap((episode) => episode.turns)) {
      expect(Math.abs(rewards.profile ?? 0)).toBeLessThanOrEqual(1);
      expect([0, 1]).toContain(rewards.response);
      expect(rewards.parts['f1_disclosed']).toBeLessThanOrEqual(1);
    }
  });

  it('splits personas and phrasings by content', () => {
    const ids = (split: Split): string[] =>
      Array.from({ length: 60 }, (_, index) => world.samplePersona(createRandom(index), split).id);
    for (const id of ids('train')) expect(personaSplit(id.replace('small-', ''))).toBe('train');
    for (const id of ids('test')) expect(personaSplit(id.replace('small-', ''))).toBe('test');
    const messages = [...(groups['train'] ?? []), ...(groups['practice'] ?? [])].flatMap(
      (episode) => episode.turns.map((turn) => ` ${turn.user.message}`),
    );
    const heldOut = slotNames.flatMap((slot) =>
      valuesOf(slot).flatMap((value) =>
        (phrasingA.statements[slot] ?? [])
          .filter((_, index, all) => isHeldOutTriple(slot, value, index, all.length))
          .map((template) => template.replace('{}', value)),
      ),
    );
    expect(heldOut.length).toBeGreaterThan(40);
    const leaked = heldOut.filter((text) => messages.some((each) => each.includes(` ${text}`)));
    expect(leaked).toEqual([]);
  });

  it('builds every family from words of the trained one, each with statements of its own', () => {
    const known = wordsOf([...sentencesOf(phrasingA), ...allValues]);
    const seen = new Map<string, string>();
    for (const name of smallWorldFamilies) {
      const { phrasing } = findFamily(name)!;
      expect([...wordsOf(sentencesOf(phrasing))].filter((word) => !known.has(word))).toEqual([]);
      for (const statement of Object.values(phrasing.statements).flat()) {
        expect(seen.get(statement) ?? name, statement).toBe(name);
        seen.set(statement, name);
      }
    }
  });

  it('gives each family its temperament', () => {
    const countOf = (family: string, read: (turn: Episode['turns'][number]) => number): number =>
      (groups[`oracle ${family}`] ?? [])
        .flatMap(({ turns }) => turns)
        .reduce((sum, turn) => sum + read(turn), 0);
    const words = (family: string): number =>
      countOf(family, ({ user }) => user.message.split(' ').length);
    expect(words('terse')).toBeLessThan(words('warm'));
    expect(words('rambling')).toBeGreaterThan(1.4 * words('warm'));
    const told = (family: string): number => countOf(family, ({ user }) => user.disclosures.length);
    expect(told('evasive')).toBeLessThan(0.85 * told('warm'));
    const wavers = (family: string): number =>
      countOf(family, ({ user }) => Number(hasAct(user.acts, 'contradiction')));
    expect(wavers('contradictory')).toBeGreaterThan(40);
    expect(wavers('warm')).toBe(0);
  });

  it('keeps contradiction apart from change: what is wavered about stays true and is said again', () => {
    for (const { turns } of groups['oracle contradictory'] ?? []) {
      for (const [index, turn] of turns.entries()) {
        const wavered = findAct(turn.user.acts, 'contradiction')?.item;
        if (wavered === undefined) continue;
        expect(turn.disclosedProfile).not.toContainEqual(wavered);
        const next = turns[index + 1];
        if (next === undefined) continue;
        const restated = next.user.acts.filter(({ kind }) => kind === 'restatement');
        expect(restated[0]).toMatchObject({ item: { slot: wavered.slot } });
      }
    }
  });

  it('tells changes at once or after a doubt, announced or not, as the persona says', () => {
    const seen = new Set<string>();
    for (const { persona, turns } of everyEpisode()) {
      for (const [index, { user }] of turns.entries()) {
        const told = user.disclosures.find(({ replaces }) => replaces !== undefined);
        const change = persona.changes[0];
        if (told === undefined || change === undefined) continue;
        seen.add(
          `${change.announced ? 'announced' : 'silent'} ${change.gradual ? 'gradual' : 'abrupt'}`,
        );
        expect(index).toBeGreaterThanOrEqual(change.fromTurn);
        const doubts = turns.slice(0, index).filter(({ user: { acts } }) => hasAct(acts, 'doubt'));
        expect(doubts.length > 0).toBe(change.gradual);
      }
    }
    expect(seen.size).toBe(4);
  });

  it('demonstrates whole profiles with the same profiles as changes give, in more tokens', async () => {
    const run = async (profileMode: 'changes' | 'whole'): Promise<Episode[]> => {
      const own = createSmallWorld({ profileMode });
      const plans = planEpisodes({ world: own, random: createRandom(3), count: 20, split: 'test' });
      const createWriter = own.createOracle;
      return runDemonstrations(plans, { world: own, turns: 8, createWriter });
    };
    const [changes, whole] = [await run('changes'), await run('whole')];
    const last = (episodes: Episode[]): unknown[] =>
      episodes.map(({ turns }) =>
        turns.map(({ profileAfter }) => profileAfter.map((item) => JSON.stringify(item)).sort()),
      );
    expect(last(whole)).toEqual(last(changes));
    const length = (episodes: Episode[]): number =>
      episodes.flatMap(({ turns }) => turns).reduce((sum, { output }) => sum + output.length, 0);
    expect(length(whole)).toBeGreaterThan(length(changes));
    expect(summarizeEpisodes(whole).format_rate).toBe(1);
  });

  it('lists every word that occurs in its vocabulary', () => {
    const { words, specials } = world.vocabulary();
    const known = new Set([...words, ...specials]);
    const texts = everyEpisode().flatMap((episode) =>
      episode.turns.flatMap((turn) => [turn.user.message, turn.note, turn.output]),
    );
    const unknown = [...wordsOf(texts)].filter((word) => !known.has(word));
    expect(unknown).toEqual([]);
  });
});
