/** What a warm start learns from: names beside greetings, slips taken back, two facts in a sentence. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations, type Episode } from '../../env/index.ts';
import { joinFacts, pairAlike } from './about-facts.ts';
import { phraseMove } from './phrase-move.ts';
import { aboutSlot } from './values.ts';
import { createEverydayWorld } from './world.ts';

async function practise(): Promise<Episode['turns'][]> {
  const world = createEverydayWorld({ isPractice: true });
  const plans = planEpisodes({ world, random: createRandom(4), count: 120, split: 'train' });
  const episodes = await runDemonstrations(plans, { world, turns: 5 });
  return episodes.map(({ turns }) => turns);
}

describe('people in practice', () => {
  it('give their name beside a greeting', async () => {
    const openings = (await practise()).map(([first]) => first!);
    const introduced = openings.filter(
      ({ user }) =>
        user.acts[0]?.kind === 'greeting' &&
        user.disclosures.some(({ item }) => item.slot === 'name'),
    );
    expect(introduced.length).toBeGreaterThan(5);
    for (const { output } of introduced) expect(output).toContain('+ name_');
  });

  it('take back what slipped out, and only what is right is noted', async () => {
    const turns = (await practise()).flat();
    let slips = 0;
    for (const { user, output } of turns) {
      for (const [index, act] of user.acts.entries()) {
        const next = user.acts[index + 1];
        if (act.kind !== 'distractor' || next?.kind !== 'disclosure') continue;
        if (next.item.slot !== act.item.slot) continue;
        slips += 1;
        const [wrong, right] = [act.item.value, next.item.value].map((value) =>
          user.message.toLowerCase().lastIndexOf(value.toLowerCase()),
        );
        expect(wrong).toBeGreaterThanOrEqual(0);
        expect(right).toBeGreaterThan(wrong!);
        expect(output).not.toContain(`+ ${act.item.slot}_ ${act.item.value} `);
      }
    }
    expect(slips).toBeGreaterThan(10);
  });

  it('tell two facts in a sentence, each a note of its own', async () => {
    const turns = (await practise()).flat();
    const pairs = turns
      .map((turn) => turn.user.disclosures.filter(({ item }) => item.slot === aboutSlot))
      .filter(({ length }) => length === 2);
    expect(pairs.length).toBeGreaterThan(20);
    const alike = turns.filter(({ user }) =>
      / I (?:like|love) to [^.]+ and [a-z]/u.test(user.message),
    );
    expect(alike.length).toBeGreaterThan(3);
  });
});

it('two facts that begin alike say so once', () => {
  expect(joinFacts('I like to cook', 'I like to swim')).toBe('I like to cook and swim');
  expect(joinFacts('I have a dog', 'My car is red')).toBe('I have a dog, and my car is red');
  expect(joinFacts('My car is red', 'I like to cook')).toBe('My car is red, and I like to cook');
});

it('facts stand beside one that begins alike, where there is one', () => {
  const facts = ['I like to cook', 'My car is red', 'I like to swim', 'I have a dog'];
  expect(pairAlike(facts, 3)).toEqual(['I like to cook', 'I like to swim', 'My car is red']);
  expect(pairAlike(facts, 9)).toEqual([
    'I like to cook',
    'I like to swim',
    'My car is red',
    'I have a dog',
  ]);
});

it('there is more to say of a thing than what it is', () => {
  const item = { slot: 'pet', value: 'parrot' };
  const acts = [{ kind: 'disclosure' as const, item }];
  const manner = { chatter: 0, namesFormer: 0, trails: 1 };
  const said = Array.from({ length: 80 }, (_, seed) => {
    const random = createRandom(seed);
    const pieces = phraseMove({ acts, disclosures: [] }, { split: 'train', manner, random });
    return pieces.map(({ text }) => text).join(' ');
  });
  for (const message of said) expect(message).toMatch(/parrot.*\.$/iu);
  expect(said.filter((message) => /parrot called [A-Z]/u.test(message)).length).toBeGreaterThan(3);
  expect(said.filter((message) => message.endsWith('parrot.'))).toEqual([]);
});
