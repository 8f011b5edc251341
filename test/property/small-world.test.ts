import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { planEpisodes, runDemonstrations, summarizeEpisodes } from '../../src/env/index.ts';
import type { Demonstrator, Episode, Split } from '../../src/env/index.ts';
import { findAct, hasAct } from '../../src/users/index.ts';
import { createSmallWorld, heldOutFamilies } from '../../src/worlds/index.ts';
import { findFamily, smallWorldFamilies } from '../../src/worlds/small-world/families.ts';
import { sentencesOf, wordsOf } from '../../src/worlds/small-world/phrasing.ts';
import { phrasingA } from '../../src/worlds/small-world/templates-a.ts';
import { isHeldOutTriple } from '../../src/worlds/small-world/user.ts';
import {
  allValues,
  isHeldOutValue,
  slotNames,
  topicNames,
  valuesOf,
} from '../../src/worlds/small-world/values.ts';

const world = createSmallWorld();

type Options = { count?: number; script?: string; practice?: 'short' | 'whole' };

function demonstrate(family: string, split: Split, options: Options = {}): Promise<Episode[]> {
  const { count = 100, script, practice } = options;
  const own = practice === undefined ? world : createSmallWorld({ practice });
  const random = createRandom(3);
  const plans = planEpisodes({ world: own, random, count, split, families: [family] });
  const turns = practice === 'short' ? 3 : 12;
  if (script === undefined) return runDemonstrations(plans, { world: own, turns });
  const { create } = own.scripts.find(({ name }) => name === script)!;
  return runDemonstrations(plans, { world: own, turns, createWriter: create });
}

const meanScore = (episodes: readonly Episode[]): number => {
  const scores = episodes.flatMap(({ turns }) => turns.map(({ alignment }) => alignment ?? 0));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
};

describe('the small world', () => {
  const groups: Record<string, Episode[]> = {};
  beforeAll(async () => {
    groups['train'] = await demonstrate('direct', 'train');
    groups['practice'] = await demonstrate('direct', 'train', { practice: 'short' });
    groups['whole'] = await demonstrate('direct', 'train', { practice: 'whole' });
    for (const family of smallWorldFamilies) {
      groups[family] = await demonstrate(family, 'test', { count: 60 });
      groups[`asking ${family}`] = await demonstrate(family, 'test', {
        count: 60,
        script: 'right_question',
      });
      groups[`oracle ${family}`] = await demonstrate(family, 'test', {
        count: 60,
        script: 'oracle',
      });
    }
  });
  const everyEpisode = (): Episode[] => Object.values(groups).flat();

  it('runs without errors and always in the format', () => {
    const summary = summarizeEpisodes(everyEpisode());
    expect(summary).toMatchObject({ failed_episodes: 0, format_rate: 1, masked_verdicts: 0 });
  });

  it('grades its oracle 1 in every turn, whatever the family, and its demonstrator far below', () => {
    for (const family of smallWorldFamilies) {
      const scores = groups[`oracle ${family}`]!.flatMap(({ turns }) =>
        turns.map(({ alignment }) => alignment),
      );
      expect(Math.min(...(scores as number[]))).toBeCloseTo(1, 12);
      expect(meanScore(groups[family]!)).toBeLessThan(0.75);
    }
  });

  it('says no value of the person before it is disclosed', () => {
    for (const { persona, turns } of everyEpisode()) {
      const told = new Set<string>();
      for (const { user } of turns) {
        for (const { item } of user.disclosures) told.add(item.value);
        const said = new Set(user.message.split(' '));
        for (const { value } of persona.trueProfile) {
          if (said.has(value)) expect(told, user.message).toContain(value);
        }
      }
    }
  });

  it('gives a person 10 of 16 slots, sets of 1 to 3, tone and length', () => {
    expect(topicNames).toHaveLength(16);
    for (const { persona } of everyEpisode()) {
      const counts = new Map<string, number>();
      for (const { slot } of persona.trueProfile) counts.set(slot, (counts.get(slot) ?? 0) + 1);
      expect(counts.size).toBe(12);
      for (const [slot, count] of counts) {
        expect(count).toBeLessThanOrEqual(['hobby', 'goal', 'hate'].includes(slot) ? 3 : 1);
      }
    }
  });

  it('puts right what was got wrong, and nothing that was right', async () => {
    for (const { turns } of [...groups['asking direct']!, ...groups['oracle direct']!]) {
      expect(turns.filter(({ user }) => hasAct(user.acts, 'correction'))).toEqual([]);
    }
    const own = createSmallWorld({ behaviour: { volunteer: 0.5 } });
    const plans = planEpisodes({ world: own, random: createRandom(4), count: 60, split: 'test' });
    const write = (): string =>
      '<profile> </profile> <response> how about the jazz concert . </response>';
    const createWriter = (): Demonstrator => ({ name: 'jazz', write });
    const misled = await runDemonstrations(plans, { world: own, turns: 8, createWriter });
    const corrected = misled.flatMap(({ turns }) =>
      turns.flatMap(({ user }) => findAct(user.acts, 'correction') ?? []),
    );
    expect(corrected.length).toBeGreaterThan(0);
    for (const { item, wrong } of corrected) {
      expect(wrong).toBe('jazz');
      expect(item).toMatchObject({
        slot: 'music',
        value: expect.not.stringMatching(/^jazz$/u) as string,
      });
    }
  });

  it('announces needs before it asks for them, and mostly asks for what it announced', () => {
    let [onAgenda, all] = [0, 0];
    for (const { turns } of groups['asking direct']!) {
      const announced = new Map<string, number>();
      for (const [index, { user }] of turns.entries()) {
        const remark = findAct(user.acts, 'remark');
        if (remark?.topic !== undefined) announced.set(remark.topic, index);
        const request = findAct(user.acts, 'request');
        if (request === undefined) continue;
        if (![...announced.values()].some((turn) => index - turn >= 3)) continue;
        all += 1;
        if (announced.has(request.topic)) onAgenda += 1;
      }
    }
    expect(all).toBeGreaterThan(50);
    expect(onAgenda / all).toBeGreaterThan(0.8);
  });

  it('repeats an episode from its seed, whoever else is in the batch', async () => {
    const plans = planEpisodes({ world, random: createRandom(3), count: 4, split: 'test' });
    const together = await runDemonstrations(plans, { world, turns: 6 });
    const alone = await runDemonstrations(plans.slice(2, 3), { world, turns: 6 });
    expect(alone[0]).toEqual(together[2]);
  });

  it('writes episodes that survive JSON', () => {
    const episode = groups['direct']?.[0];
    expect(JSON.parse(JSON.stringify(episode))).toEqual(episode);
  });

  it('keeps people, values and phrasings of the test part away from training', () => {
    const ids = (split: Split): Set<string> => {
      const draw = (index: number): string => world.samplePersona(createRandom(index), split).id;
      return new Set(Array.from({ length: 200 }, (_, index) => draw(index)));
    };
    const [train, test] = [ids('train'), ids('test')];
    expect([...train].filter((id) => test.has(id))).toEqual([]);
    const trained = [...groups['train']!, ...groups['practice']!, ...groups['whole']!];
    for (const { persona, turns } of trained) {
      const told = turns.flatMap(({ user }) => user.disclosures.map(({ item }) => item));
      for (const { slot, value } of [...persona.trueProfile, ...told]) {
        expect(isHeldOutValue(slot, value)).toBe(false);
      }
    }
    const messages = trained.flatMap(({ turns }) => turns.map(({ user }) => ` ${user.message}`));
    const heldOut = slotNames.flatMap((slot) =>
      valuesOf(slot).flatMap((value) =>
        (phrasingA.statements[slot] ?? [])
          .filter((_, index, all) => isHeldOutTriple(slot, value, index, all.length))
          .map((template) => template.replace('{}', value)),
      ),
    );
    expect(heldOut.length).toBeGreaterThan(40);
    expect(heldOut.filter((text) => messages.some((each) => each.includes(` ${text}`)))).toEqual(
      [],
    );
  });

  it('builds every family from words of the trained one; the held-out ones in phrasings of their own', () => {
    const known = wordsOf([...sentencesOf(phrasingA), ...allValues]);
    const spoken = (family: string): Set<string> =>
      new Set(Object.values(findFamily(family).phrasing.statements).flat());
    for (const name of smallWorldFamilies) {
      const words = wordsOf(sentencesOf(findFamily(name).phrasing));
      expect([...words].filter((word) => !known.has(word))).toEqual([]);
    }
    const met = smallWorldFamilies.filter((name) => !heldOutFamilies.includes(name));
    for (const name of heldOutFamilies) {
      const shared = met.flatMap((other) =>
        [...spoken(other)].filter((text) => spoken(name).has(text)),
      );
      expect(shared).toEqual([]);
    }
  });

  it('gives each family its behaviour', () => {
    const count = (family: string, read: (turn: Episode['turns'][number]) => number): number =>
      groups[`asking ${family}`]!.flatMap(({ turns }) => turns).reduce(
        (sum, turn) => sum + read(turn),
        0,
      );
    const words = (family: string): number =>
      count(family, ({ user }) => user.message.split(' ').length);
    expect(words('terse')).toBeLessThan(0.9 * words('direct'));
    expect(words('chatty')).toBeGreaterThan(1.1 * words('direct'));
    const told = (family: string): number => count(family, ({ user }) => user.disclosures.length);
    expect(told('guarded')).toBeLessThan(0.95 * told('direct'));
    const doubts = (family: string): number =>
      count(family, ({ user }) => Number(hasAct(user.acts, 'doubt')));
    expect(doubts('moody')).toBeGreaterThan(2 * doubts('direct'));
  });

  it('tells changes at once or after a doubt, or merely acts on them', async () => {
    const changing = createSmallWorld({ behaviour: { change: 0.3 } });
    const plans = planEpisodes({
      world: changing,
      random: createRandom(5),
      count: 160,
      split: 'test',
    });
    const episodes = await runDemonstrations(plans, { world: changing, turns: 12 });
    const seen = { said: 0, silent: 0, doubted: 0, dropped: 0 };
    for (const { turns } of episodes) {
      for (const [index, turn] of turns.entries()) {
        seen.dropped += turn.user.dropped?.length ?? 0;
        for (const { item, replaces, form } of turn.user.disclosures) {
          if (replaces === undefined) continue;
          expect(item.slot).toBe(replaces.slot);
          expect(turn.trueProfile).toContainEqual(item);
          expect(turn.trueProfile).not.toContainEqual(replaces);
          expect(turn.supersededProfile).toContainEqual(replaces);
          if (form === 'implicit') seen.silent += 1;
          else seen.said += 1;
          const before = turns[index - 1]?.user.acts ?? [];
          if (findAct(before, 'doubt')?.item.value === replaces.value) seen.doubted += 1;
        }
      }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(8);
  });

  it('demonstrates whole profiles with the same profiles as changes give, in more tokens', async () => {
    const run = async (profileMode: 'changes' | 'whole'): Promise<Episode[]> => {
      const own = createSmallWorld({ profileMode });
      const plans = planEpisodes({ world: own, random: createRandom(3), count: 20, split: 'test' });
      const { create } = own.scripts.find(({ name }) => name === 'right_question')!;
      return runDemonstrations(plans, { world: own, turns: 8, createWriter: create });
    };
    const [changes, whole] = [await run('changes'), await run('whole')];
    const last = (episodes: Episode[]): unknown[] =>
      episodes.map(({ turns }) =>
        turns.map(({ profileAfter }) => profileAfter.map((item) => JSON.stringify(item)).sort()),
      );
    expect(last(whole)).toEqual(last(changes));
    expect(summarizeEpisodes(whole).format_rate).toBe(1);
  });

  it('lists every word that occurs in its vocabulary', () => {
    const { words, specials } = world.vocabulary();
    const known = new Set([...words, ...specials]);
    const texts = everyEpisode().flatMap((episode) =>
      episode.turns.flatMap((turn) => [turn.user.message, turn.note, turn.output]),
    );
    expect([...wordsOf(texts)].filter((word) => !known.has(word))).toEqual([]);
  });
});
