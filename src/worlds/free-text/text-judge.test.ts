import { describe, expect, it } from 'vitest';
import type { Message } from '../../chat/index.ts';
import { judgeTextReply } from './text-judge.ts';
import type { CriterionName, JudgeCase } from '../../rewards/index.ts';

const user = (content: string): Message => ({ role: 'user', content });
const assistant = (content: string): Message => ({ role: 'assistant', content });

const base: JudgeCase = {
  history: [
    user('hello.'),
    assistant('hi there. what about music?'),
    user('well, i enjoy rowing.'),
  ],
  response: 'ah, rowing, how nice. what about your home?',
  profile: [{ slot: 'item', value: 'enjoys rowing' }],
  whole: [{ slot: 'item', value: 'enjoys rowing' }],
  superseded: [],
  acts: [{ kind: 'disclosure', item: { slot: 'item', value: 'enjoys rowing' } }],
};

const failed = (change: Partial<JudgeCase>): CriterionName[] => {
  const { criteria } = judgeTextReply({ ...base, ...change });
  return (Object.keys(criteria) as CriterionName[]).filter((name) => criteria[name] === 0);
};

describe('the program judge for free text', () => {
  it('finds nothing wrong with a reply that takes up what was said and asks something new', () => {
    expect(judgeTextReply(base)).toEqual({
      criteria: { naturalness: 1, relevance: 1, logic: 1, engagement: 1, informativeness: 1 },
      reasons: [],
    });
    expect(failed({ response: 'so you enjoy rowing, lovely. what about pets?' })).toEqual([]);
  });

  it.each<[string, CriterionName]>([
    ['rowing rowing, how nice. what about pets?', 'naturalness'],
    ['ah, rowing. ah, rowing. what about pets?', 'naturalness'],
    ['how nice that is. what about pets?', 'relevance'],
    ['rowing and golf, so you enjoy golf. what about pets?', 'logic'],
    ['ah, rowing, and your parrot is lovely. what about pets?', 'logic'],
    ['ah, rowing, how nice it is.', 'engagement'],
    ['ah, rowing. what about pets? what about food?', 'engagement'],
    ['ah, rowing, and a nurse would see that. what about pets?', 'logic'],
    ['ah, rowing, nice. can you tell me about music?', 'engagement'],
    ['what about your beautiful pets at home?', 'informativeness'],
  ])('fails "%s" on %s', (response, name) => {
    expect(failed({ response })).toContain(name);
  });

  it('wants each of two facts told at once taken up', () => {
    const two = {
      history: [user('well, i enjoy rowing. by the way, i have a pony.')],
      profile: ['enjoys rowing', 'has a pony'].map((value) => ({ slot: 'item', value })),
    };
    const reply = (words: string): Partial<JudgeCase> => ({
      ...two,
      response: `ah, ${words}, how nice. what about your home?`,
    });
    expect(failed(reply('rowing and pony'))).toEqual([]);
    expect(failed(reply('rowing'))).toEqual(['relevance']);
    expect(failed(reply('pony'))).toEqual(['relevance']);
  });

  it('fails a question about what is known, and takes a follow-up', () => {
    const profile = [{ slot: 'item', value: 'is a ferry engineer' }];
    const history = [user('i am a ferry engineer.')];
    expect(
      failed({ history, profile, response: 'ah, a ferry engineer. what about your work?' }),
    ).toEqual(['logic']);
    expect(
      failed({ history, profile, response: 'ah, a ferry engineer. how do you like that work?' }),
    ).toEqual([]);
  });

  it("does not take other people's tastes for the user's", () => {
    const history = [user('my neighbour loves golf.')];
    const about: Partial<JudgeCase> = {
      ...{ history, profile: [] },
      acts: [{ kind: 'distractor', item: { slot: 'item', value: 'loves golf' } }],
    };
    expect(failed({ ...about, response: 'so you love golf, nice. what about pets?' })).toEqual([
      'logic',
    ]);
    expect(failed({ ...about, response: 'golf, good for them. what about pets?' })).toEqual([]);
  });

  it('asks no more than courtesy of the answer to a greeting', () => {
    const greeting: Partial<JudgeCase> = {
      ...{ history: [user('hello.')], profile: [] },
      acts: [{ kind: 'greeting' }],
    };
    expect(failed({ ...greeting, response: 'hello, nice to meet you. what about food?' })).toEqual(
      [],
    );
    expect(failed({ ...greeting, response: '' }).length).toBeGreaterThan(0);
  });
});
