import { describe, expect, it } from 'vitest';
import { BudgetError, createRandom, JudgeError } from '../../base/index.ts';
import type { ItemMatcher } from '../../rewards/index.ts';
import { hasAct, type Disclosure } from '../../users/index.ts';
import { parsePersonas } from './users/load-personas.ts';
import { runDemonstrations, planEpisodes, summarizeEpisodes } from '../../env/index.ts';
import type { Episode, World } from '../../env/index.ts';
import { carefulSettings, createTextDemonstrator } from './demonstrator.ts';
import { freeTextSchema } from './schema.ts';
import { createFreeTextWorld } from './world.ts';

const jobs = ['welder', 'baker', 'ferry pilot', 'tailor', 'surveyor', 'beekeeper'];
const loves = ['chess', 'rowing', 'brass bands', 'tin toys', 'old radios', 'opera', 'camping'];
const pets = ['two goats', 'a tame crow', 'three hens', 'an old dog'];
const lines = Array.from({ length: 40 }, (_, index) => {
  const job = jobs[index % jobs.length];
  const love = loves[index % loves.length];
  const pet = pets[index % pets.length];
  return JSON.stringify(
    `She is a ${20 + index}-year-old ${job} who loves ${love} and baking. She has ${pet} and lives in a hut. She speaks Welsh.`,
  );
});
const { personas } = parsePersonas(lines.join('\n'), 'people.jsonl');
const world = createFreeTextWorld({ personas });

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const meanF1 = (episodes: readonly Episode[]): number =>
  mean(
    episodes.flatMap((episode) => episode.turns.slice(2).map((turn) => turn.scoreDisclosed!.f1)),
  );
const meanAlignment = (episodes: readonly Episode[]): number =>
  mean(episodes.flatMap((episode) => episode.turns.map((turn) => turn.alignment ?? 0)));

function demonstrate(
  settings: typeof carefulSettings | null,
  of: World = world,
): Promise<Episode[]> {
  const plans = planEpisodes({ world: of, random: createRandom(3), count: 60, split: 'train' });
  return runDemonstrations(plans, {
    world: of,
    turns: 6,
    ...(settings === null
      ? {}
      : { createWriter: (random) => createTextDemonstrator(freeTextSchema, random, settings) }),
  });
}

/** A few short conversations. */
function hold(of: World): Promise<Episode[]> {
  const plans = planEpisodes({ world: of, random: createRandom(5), count: 3, split: 'train' });
  return runDemonstrations(plans, { world: of, turns: 3 });
}

describe('the free-text world', () => {
  it('keeps held-out people apart from the training part', () => {
    const train = new Set(world.people.train.map((persona) => persona.id));
    expect(world.people.test.length).toBeGreaterThan(0);
    for (const persona of world.people.test) expect(train.has(persona.id)).toBe(false);
    const sampled = world.samplePersona(createRandom(1), 'test');
    expect(train.has(sampled.id)).toBe(false);
  });

  it('lets a careful assistant meet every criterion and keep a nearly perfect profile', async () => {
    const episodes = await demonstrate(carefulSettings);
    expect(episodes.map((episode) => episode.error)).toEqual(episodes.map(() => null));
    expect(meanAlignment(episodes)).toBeGreaterThan(0.97);
    expect(meanF1(episodes)).toBeGreaterThan(0.97);
  });

  it('has both of two facts that are told at once taken up by who is careful', () => {
    const tell = (value: string): Disclosure => ({
      ...{ turnIndex: 1, form: 'explicit' as const },
      item: { slot: 'item', value },
    });
    const { write } = createTextDemonstrator(freeTextSchema, createRandom(1), carefulSettings);
    const output = write({
      ...{ note: '', inferred: [], disclosedProfile: [], trueProfile: [], turns: [] },
      user: { message: '', disclosures: [tell('loves chess'), tell('has two goats')], acts: [] },
    });
    expect(output).toMatch(/<response>[^<]*chess[^<]*goats/u);
  });

  it('shows a demonstrator that is well formed and mediocre', async () => {
    const episodes = await demonstrate(null);
    const turns = episodes.flatMap((episode) => episode.turns);
    expect(turns.filter((turn) => turn.formatProblem !== null)).toEqual([]);
    expect(meanF1(episodes)).toBeGreaterThan(0.3);
    expect(meanF1(episodes)).toBeLessThan(0.7);
    expect(meanAlignment(episodes)).toBeGreaterThan(0.3);
    expect(meanAlignment(episodes)).toBeLessThan(0.75);
  });

  it('writes items down as they were said, so that they can be copied', async () => {
    const episodes = await demonstrate(null, world.createPractice());
    const turns = episodes.flatMap((episode) => episode.turns);
    const written = turns.flatMap((turn) => turn.changes.map((change) => ({ change, turn })));
    expect(written.length).toBeGreaterThan(20);
    for (const { change, turn } of written) expect(turn.user.message).toContain(change.item.value);
    expect(Math.max(...turns.map((turn) => turn.user.message.split(' ').length))).toBeLessThan(20);
  });

  it('pays for a right write, charges for a wrong one, and for rewording what is there', async () => {
    const item = (value: string) => ({ slot: 'item', value });
    const score = async (before: string[], after: string[]): Promise<number | undefined> => {
      const { rewards } = await world.scoreTurn({
        formatProblem: null,
        user: { message: 'i love chess', disclosures: [], acts: [] },
        response: 'chess, how nice.',
        changes: [],
        profileBefore: before.map(item),
        profileAfter: after.map(item),
        disclosedProfile: [item('loves chess')],
        trueProfile: [item('loves chess'), item('speaks welsh')],
        alignment: 1,
      } as unknown as Parameters<World['scoreTurn']>[0]);
      return rewards.parts['per_write'];
    };
    expect(await score([], ['love chess'])).toBe(0.5);
    expect(await score([], ['love golf'])).toBe(-0.5);
    expect(await score([], ['speak welsh'])).toBe(-0.5);
    expect(await score(['love chess'], ['love chess', 'like chess'])).toBe(-0.5);
    expect(await score(['love chess'], [])).toBe(-0.5);
  });

  it('takes what another matcher says for both scores and the reward, and names it', async () => {
    const matcher: ItemMatcher = {
      name: 'generous-1',
      compare: () => Promise.resolve(() => true),
    };
    const generous = createFreeTextWorld({ personas, matcher });
    const [episode] = await hold(generous);
    expect(episode?.matcher).toBe('generous-1');
    for (const { scoreDisclosed, profileAfter, disclosedProfile } of episode?.turns ?? []) {
      const pairs = Math.min(profileAfter.length, disclosedProfile.length);
      expect(scoreDisclosed?.matched).toBe(pairs);
    }
    expect((await hold(world))[0]).not.toHaveProperty('matcher');
  });

  it('masks scores and profile reward, never 0, where the matcher cannot tell', async () => {
    const matcher: ItemMatcher = {
      name: 'silent-1',
      compare: () => Promise.reject(new JudgeError('match_unreadable', 'no')),
    };
    const episodes = await hold(createFreeTextWorld({ personas, matcher }));
    const turns = episodes.flatMap((episode) => episode.turns);
    expect(turns.length).toBeGreaterThan(5);
    for (const turn of turns) {
      expect(turn).toMatchObject({ scoreDisclosed: null, scoreFull: null });
      expect(turn.rewards.profile).toBeNull();
      expect(turn.rewards.response).not.toBeNull();
      expect(turn.rewards.parts).not.toHaveProperty('f1_disclosed');
    }
    const summary = summarizeEpisodes(episodes);
    expect(summary).toMatchObject({ unmatched_turns: turns.length, profile_reward: null });
    expect(summary.profile_f1_disclosed).toEqual([null, null, null]);
  });

  it('lets a matcher end the work, as a spent budget does', async () => {
    const matcher: ItemMatcher = {
      name: 'spent-1',
      compare: () => Promise.reject(new BudgetError('budget_spent', 'no')),
    };
    await expect(hold(createFreeTextWorld({ personas, matcher }))).rejects.toThrow(BudgetError);
  });

  it('names open topics only, and none when told so', () => {
    const note = world.dialect.composeNote(
      [{ slot: 'item', value: 'have two goats' }],
      [],
      createRandom(2),
    );
    expect(note).toMatch(/^ask: \w+, \w+$/);
    expect(
      createFreeTextWorld({ personas, noteTopics: 0 }).dialect.composeNote([], [], createRandom(2)),
    ).toBe('');
  });

  it('writes training texts from the training part only', async () => {
    const texts = (await world.trainingTexts(createRandom(1), { conversations: 10 })).join('\n');
    expect(texts).toContain('<profile>');
    const ages = world.people.test.map(
      (persona) => persona.trueProfile[0]?.value.replace('is ', 'i am ') ?? '',
    );
    for (const age of ages) expect(texts).not.toContain(`${age}.`);
  });

  it('talks to the only person of a file, and refuses an empty one', () => {
    const single = createFreeTextWorld({ personas: personas.slice(0, 1) });
    expect(single.people.test).toHaveLength(1);
    expect(() => createFreeTextWorld({ personas: [] })).toThrow('at least one persona');
  });
});

describe('changes of mind in the free-text world', () => {
  const item = (value: string) => ({ slot: 'item', value });
  const row = {
    items: ['plays chess', 'has a dog'],
    changes: [
      { item: 'plays chess', to: 'grows roses', turn: [5, 7] },
      { item: 'has a dog', to: null, turn: 6 },
    ],
  };
  const changing = createFreeTextWorld({
    personas: parsePersonas(JSON.stringify(row), 'p.jsonl').personas,
  });
  const holdChanging = (settings: typeof carefulSettings): Promise<Episode[]> =>
    runDemonstrations(
      planEpisodes({ world: changing, random: createRandom(4), count: 6, split: 'train' }),
      {
        world: changing,
        turns: 16,
        createWriter: (random) => createTextDemonstrator(freeTextSchema, random, settings),
      },
    );

  it('moves the truth in the turn that tells it, and keeps what no longer holds as stale', async () => {
    for (const { turns, error } of await holdChanging(carefulSettings)) {
      expect(error).toBeNull();
      const at = turns.findIndex(({ user }) => hasAct(user.acts, 'change'));
      const values = (place: number): string[] =>
        turns[place]!.trueProfile.map(({ value }) => value);
      expect(values(at - 1)).toContain('plays chess');
      expect(values(at)).not.toContain('plays chess');
      expect(values(at)).toContain('grows roses');
      const last = turns.at(-1)!;
      expect(last.trueProfile).toEqual([item('grows roses')]);
      expect(last.disclosedProfile).toEqual([item('grows roses')]);
      expect(new Set(last.supersededProfile?.map(({ value }) => value))).toEqual(
        new Set(['plays chess', 'has a dog']),
      );
    }
  });

  it('counts changes as followed by one who goes along, and never by one who writes nothing', async () => {
    const careful = await holdChanging(carefulSettings);
    const last = careful.map(({ turns }) => turns.at(-1)!);
    expect(summarizeEpisodes(careful).change_followed_rate).toBe(1);
    for (const turn of last) expect(turn.rewards.parts['stale_items']).toBe(0);
    const idle = await holdChanging({ ...carefulSettings, recordsItem: 0 });
    expect(summarizeEpisodes(idle).change_followed_rate).toBe(0);
  });

  it('calls an old item stale, and not a new one that resembles it', async () => {
    const score = async (...kept: string[]): Promise<[number | undefined, unknown]> => {
      const disclosure = { item: item('loves red wine'), replaces: item('loves white wine') };
      const { rewards, changesFollowed } = await changing.scoreTurn({
        formatProblem: null,
        user: { message: 'i love red wine', disclosures: [disclosure], acts: [] },
        response: 'red wine, how nice.',
        changes: [],
        profileBefore: [item('love white wine')],
        profileAfter: kept.map(item),
        disclosedProfile: [item('loves red wine')],
        trueProfile: [item('loves red wine')],
        supersededProfile: [item('loves white wine')],
        alignment: 1,
      } as unknown as Parameters<World['scoreTurn']>[0]);
      return [rewards.parts['stale_items'], changesFollowed];
    };
    expect(await score('love red wine')).toEqual([0, [true]]);
    expect(await score('love red wine', 'love white wine')).toEqual([0.5, [false]]);
    expect(await score()).toEqual([0, [false]]);
  });
});
