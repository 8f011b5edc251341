import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import type { SimulatedUser, UserTurn } from '../types.ts';
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
    expect(turns[2]?.intent['kind']).toBe('complaint');
    expect(turns[2]?.disclosures).toEqual([]);
    expect(turns[3]?.intent['kind']).toBe('puzzled');
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
    const others = turns.filter((turn) => turn.intent['kind'] === 'distractor');
    expect(others.length).toBeGreaterThan(0);
    for (const turn of others) {
      expect(turn.disclosures).toEqual([]);
      expect(turn.message).toMatch(/my (?:neighbour|friend|boss|cousin|colleague)/);
    }
  });
});
