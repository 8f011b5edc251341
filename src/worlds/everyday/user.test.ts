/** What people say: it holds what they tell, in whatever hand, and nothing of the other part. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations, type Episode } from '../../env/index.ts';
import { findAct } from '../../users/index.ts';
import { aboutSlot, listAboutFacts } from './values.ts';
import { createEverydayWorld } from './world.ts';

const world = createEverydayWorld({ behaviour: { change: 0.15, volunteer: 0.3 } });

const hold = (count: number, split: 'train' | 'test', family = 'mixed'): Promise<Episode[]> => {
  const plans = planEpisodes({ world, random: createRandom(2), count, split, families: [family] });
  return runDemonstrations(plans, { world, turns: 10 });
};

const listTurns = (episodes: readonly Episode[]): Episode['turns'] =>
  episodes.flatMap(({ turns }) => turns);

describe('people of everyday talk', () => {
  it.each(['mixed', 'terse', 'rambling', 'asking'])(
    'say what they tell, spelt right (%s)',
    async (family) => {
      const turns = listTurns(await hold(30, 'train', family));
      for (const { user } of turns) {
        for (const { item } of user.disclosures) {
          expect(user.message.toLowerCase().replaceAll("'", ''), JSON.stringify(item)).toContain(
            item.value.toLowerCase().replaceAll("'", ''),
          );
        }
      }
      expect(turns.flatMap(({ user }) => user.disclosures).length).toBeGreaterThan(60);
    },
  );

  it('speak of what is not theirs without telling it', async () => {
    const turns = listTurns(await hold(40, 'train'));
    const spoken = turns.filter(({ user }) => findAct(user.acts, 'distractor') !== undefined);
    expect(spoken.length).toBeGreaterThan(20);
    for (const { user, trueProfile } of spoken) {
      const { item } = findAct(user.acts, 'distractor')!;
      expect(trueProfile).not.toContainEqual(item);
      expect(user.disclosures.map((each) => each.item)).not.toContainEqual(item);
    }
  });

  it('ask for what they told where they are of the family that asks', async () => {
    const episodes = await hold(40, 'train', 'asking');
    const requests = listTurns(episodes).flatMap(({ user, disclosedProfile }) => {
      const request = findAct(user.acts, 'request');
      return request === undefined
        ? []
        : [disclosedProfile.some(({ slot }) => slot === request.topic)];
    });
    expect(requests.length).toBeGreaterThan(100);
    expect(requests.filter(Boolean).length / requests.length).toBeGreaterThan(0.6);
  });

  it('tell facts that have no slot, each once, in sentences of their own part', async () => {
    for (const split of ['train', 'test'] as const) {
      const told = (await hold(40, split)).flatMap(({ turns }) => {
        const facts = turns.flatMap(({ user }) =>
          user.disclosures.map(({ item }) => item).filter(({ slot }) => slot === aboutSlot),
        );
        expect(new Set(facts.map(({ value }) => value)).size).toBe(facts.length);
        for (const fact of facts) expect(turns.at(-1)!.disclosedProfile).toContainEqual(fact);
        return facts.map(({ value }) => value);
      });
      expect(told.length).toBeGreaterThan(20);
      expect(told.filter((fact) => !listAboutFacts(split).includes(fact))).toEqual([]);
    }
    const [train, test] = [listAboutFacts('train'), listAboutFacts('test')];
    expect(train.filter((fact) => test.includes(fact))).toEqual([]);
    expect(Math.min(train.length, test.length)).toBeGreaterThan(100);
  });

  it('say no sentence of the other part', async () => {
    const [train, test] = [await hold(40, 'train'), await hold(40, 'test')];
    const requestsOf = (episodes: readonly Episode[]): Set<string> =>
      new Set(
        listTurns(episodes)
          .filter(({ user }) => user.acts.every(({ kind }) => kind === 'request'))
          .map(({ user }) => user.message.toLowerCase().replace(/[^a-z ]/gu, '')),
      );
    const [first, second] = [requestsOf(train), requestsOf(test)];
    expect(first.size).toBeGreaterThan(30);
    expect([...second].filter((message) => first.has(message))).toEqual([]);
  });

  it('say the same again from the same seed', async () => {
    const messages = (episodes: readonly Episode[]): string[] =>
      listTurns(episodes).map(({ user }) => user.message);
    expect(messages(await hold(3, 'train'))).toEqual(messages(await hold(3, 'train')));
  });
});
