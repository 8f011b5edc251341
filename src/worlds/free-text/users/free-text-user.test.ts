import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/index.ts';
import { hasAct, listEnded } from '../../../users/index.ts';
import type { SimulatedUser, UserTurn } from '../../../users/index.ts';
import { createFreeTextUser } from './free-text-user.ts';
import { parsePersonas } from './load-personas.ts';
import { inventedPeople } from './testing/people.ts';
import { voiceClause } from './voice-item.ts';

const { personas } = parsePersonas(
  inventedPeople.map((text) => JSON.stringify(text)).join('\n'),
  'people.jsonl',
);

function createUser(seed: number, index = 0): SimulatedUser {
  const persona = personas[index];
  if (persona === undefined) throw new Error('no such persona');
  return createFreeTextUser({
    persona,
    family: 'plain',
    isHeldOut: false,
    random: createRandom(seed),
    otherItems: ['collects spoons', 'has a tame crow'],
  });
}

async function talk(
  user: SimulatedUser,
  replies: readonly string[],
  alignment: number,
): Promise<UserTurn[]> {
  const turns = [await user.open()];
  for (const response of replies) turns.push(await user.respond({ response, alignment }));
  return turns;
}

const topics = ['age', 'work', 'home', 'pets', 'games', 'music', 'food', 'books', 'art', 'films'];
const questions = topics.map((topic) => `i see. what about ${topic}?`);

const items = ['plays chess', 'has a dog', 'lives in hull', 'speaks welsh', 'is a tailor'];

function talkOfChanges(changes: readonly object[], seed: number): Promise<UserTurn[]> {
  const [persona] = parsePersonas(JSON.stringify({ items, changes }), 'p.jsonl').personas;
  const user = createFreeTextUser({
    persona: persona!,
    family: seed % 2 === 0 ? 'plain' : 'other',
    isHeldOut: seed % 3 === 0,
    random: createRandom(seed),
    otherItems: [],
  });
  return talk(user, [...questions, ...questions.map((text) => `${text} tell me.`)], 1);
}

/** Place of the turn that ends an item, or -1. */
const findChange = (turns: readonly UserTurn[]): number =>
  turns.findIndex((turn) => listEnded(turn).length > 0);

const findTold = (turns: readonly UserTurn[], value: string): number =>
  turns.findIndex(({ disclosures }) => disclosures.some(({ item }) => item.value === value));

describe('a free-text user who changes its mind', () => {
  const chess = { item: 'plays chess', to: 'plays go', turn: 4 };
  const seeds = Array.from({ length: 12 }, (_, seed) => seed);

  it('announces what was and what is, in the first turn it is due in once the old was told', async () => {
    for (const seed of seeds) {
      const turns = await talkOfChanges([chess], seed);
      const at = findChange(turns);
      const turn = turns[at]!;
      expect(at).toBe(Math.max(3, findTold(turns, 'plays chess') + 1));
      expect(turn.disclosures).toEqual([
        {
          turnIndex: at,
          item: { slot: 'item', value: 'plays go' },
          replaces: { slot: 'item', value: 'plays chess' },
          form: 'explicit',
        },
      ]);
      expect(turn.message).toContain('i play chess');
      expect(turn.message).toContain('i play go');
      expect(turn.acts.map(({ kind }) => kind)).toEqual(['change']);
    }
  });

  it('states a silent change as any other fact', async () => {
    for (const seed of seeds) {
      const turns = await talkOfChanges([{ ...chess, telling: 'silent' }], seed);
      const turn = turns[findChange(turns)]!;
      expect(turn.message).toContain('i play go');
      expect(turn.message).not.toContain('chess');
      expect(turn.acts.map(({ kind }) => kind)).toEqual(['disclosure']);
    }
  });

  it('doubts a turn before a gradual change, which moves nothing yet', async () => {
    for (const seed of seeds) {
      const turns = await talkOfChanges([{ ...chess, pace: 'gradual' }], seed);
      const doubt = turns[findChange(turns) - 1]!;
      expect(doubt.acts).toEqual([{ kind: 'doubt', item: { slot: 'item', value: 'plays chess' } }]);
      expect(doubt.message).toContain('i play chess');
      expect(doubt.disclosures).toEqual([]);
    }
  });

  it('drops an item with nothing in its place', async () => {
    for (const seed of seeds) {
      const turns = await talkOfChanges([{ ...chess, to: null }], seed);
      const turn = turns[findChange(turns)]!;
      expect(turn.dropped).toEqual([{ slot: 'item', value: 'plays chess' }]);
      expect(turn.disclosures).toEqual([]);
      expect(turn.message).toContain('i play chess');
    }
  });

  it('changes a changed item again', async () => {
    const turns = await talkOfChanges([chess, { item: 'plays go', to: null, turn: 6 }], 1);
    expect(turns.flatMap(listEnded).map(({ value }) => value)).toEqual(['plays chess', 'plays go']);
  });

  it('draws the turn from the range by its seed', async () => {
    const ranged = [{ ...chess, turn: [8, 12] }];
    const places = await Promise.all(
      seeds.map(async (seed) => findChange(await talkOfChanges(ranged, seed))),
    );
    expect(Math.min(...places)).toBeGreaterThanOrEqual(7);
    expect(Math.max(...places)).toBeLessThanOrEqual(11);
    expect(new Set(places).size).toBeGreaterThan(2);
    expect(await talkOfChanges(ranged, 7)).toEqual(await talkOfChanges(ranged, 7));
  });
});

describe('the free-text user', () => {
  it('greets first and tells at most its share, each item once and in its own words', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const user = createUser(seed, seed % personas.length);
      const turns = await talk(user, questions, 1);
      expect(turns[0]?.disclosures).toEqual([]);
      const told = turns.flatMap((turn) => turn.disclosures.map((one) => one.item.value));
      expect(new Set(told).size).toBe(told.length);
      for (const [index, turn] of turns.entries()) {
        const most = Math.max(1, Math.floor(0.15 * user.persona.trueProfile.length));
        expect(turn.disclosures.length).toBeLessThanOrEqual(most);
        for (const { item, turnIndex } of turn.disclosures) {
          expect(turnIndex).toBe(index);
          expect(turn.message).toContain(voiceClause(item.value));
          expect(user.persona.trueProfile).toContainEqual(item);
        }
      }
    }
  });

  it('repeats itself exactly under one seed', async () => {
    const first = await talk(createUser(4), questions, 1);
    expect(await talk(createUser(4), questions, 1)).toEqual(first);
  });

  it('tells more to one who asks than to one who does not', async () => {
    const count = async (replies: readonly string[]): Promise<number> => {
      let told = 0;
      for (let seed = 0; seed < 40; seed += 1) {
        const turns = await talk(createUser(seed), replies, 0);
        told += turns.flatMap((turn) => turn.disclosures).length;
      }
      return told;
    };
    expect(await count(questions)).toBeGreaterThan(
      (await count(questions.map(() => 'i see.'))) * 1.5,
    );
  });

  it('is blunt about a question it has heard, and puzzled by nothing at all', async () => {
    const turns = await talk(
      createUser(1),
      ['what about home?', 'tell me about your home?', ''],
      1,
    );
    expect(turns[2]?.acts).toEqual([{ kind: 'complaint' }]);
    expect(turns[2]?.disclosures).toEqual([]);
    expect(turns[3]?.acts).toEqual([{ kind: 'puzzled' }]);
  });

  it.each([
    [
      'a scene',
      'what do you do for a living?',
      'is somebody waiting at home?',
      'where do you live?',
    ],
    ['what follows from it', 'do you have any pets?', 'what is your dog called?'],
    ['a nearer look', 'do you like to travel?', 'do you read books about travel?'],
  ])('does not take %s for the question it heard before', async (_, ...asked) => {
    for (let seed = 0; seed < 20; seed += 1) {
      const turns = await talk(createUser(seed), asked, 1);
      for (const turn of turns) expect(hasAct(turn.acts, 'complaint')).toBe(false);
    }
  });

  it('mentions other people as theirs, never as its own items', async () => {
    const turns = (
      await Promise.all(
        Array.from({ length: 20 }, (_, seed) =>
          talk(
            createUser(seed),
            questions.map(() => 'i see.'),
            0,
          ),
        ),
      )
    ).flat();
    const others = turns.filter((turn) => hasAct(turn.acts, 'distractor'));
    expect(others.length).toBeGreaterThan(0);
    for (const turn of others) {
      expect(turn.disclosures).toEqual([]);
      expect(turn.message).toMatch(/my (?:neighbour|friend|boss|cousin|colleague)/);
    }
  });
});
