/** Which messages are chosen, when a note states a fact, and what the scores are. */
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  copyFirstPerson,
  countFacts,
  readPersonaChat,
  scoreFacts,
  selectFactMessages,
  selectPracticeTalks,
} from './persona-chat.ts';

const fixtures = path.resolve(import.meta.dirname, '../../test/fixtures');
const conversations = readPersonaChat(path.join(fixtures, 'persona-chat', 'conversations.jsonl'));

const message = (facts: readonly string[]): Parameters<typeof countFacts>[0] => ({
  conversation: 'a',
  message: 'I am a nurse and I love baking cookies.',
  facts,
});

describe('messages', () => {
  it('are chosen with and without a fact, the same from the same seed', () => {
    const chosen = selectFactMessages(conversations, { count: 6, seed: 1 });
    expect(chosen.length).toBeGreaterThan(3);
    expect(chosen.filter(({ facts }) => facts.length === 0).length).toBeGreaterThan(0);
    expect(chosen.filter(({ facts }) => facts.length > 0).length).toBeGreaterThan(0);
    expect(selectFactMessages(conversations, { count: 6, seed: 1 })).toEqual(chosen);
  });

  it('say the facts they are chosen with', () => {
    for (const { message: text, facts } of selectFactMessages(conversations, {
      count: 50,
      seed: 2,
    })) {
      for (const fact of facts)
        expect(
          countFacts({ conversation: '', message: text, facts: [fact] }, [[fact]]).matched,
        ).toBe(1);
    }
  });

  it('to learn from are of other conversations than those measured on', () => {
    const measured = selectFactMessages(conversations, { count: 100, seed: 1 });
    const talks = selectPracticeTalks(conversations, { count: 30, seed: 1 });
    const learnt = talks.flat().map(({ conversation }) => conversation);
    expect(new Set(learnt).size).toBe(3);
    expect(new Set(measured.map(({ conversation }) => conversation)).size).toBe(3);
    expect(measured.filter(({ conversation }) => learnt.includes(conversation))).toEqual([]);
  });

  it('to learn from say a fact once, with half as many that say none', () => {
    const talks = selectPracticeTalks(conversations, { count: 30, seed: 1 });
    const messages = talks.flat();
    const saying = messages.filter(({ facts }) => facts.length > 0);
    expect(saying.length).toBeGreaterThan(2);
    expect(messages.length - saying.length).toBeLessThanOrEqual(saying.length / 2 + 3);
    expect(Math.max(...talks.map(({ length }) => length))).toBeLessThanOrEqual(4);
    const keys = messages.flatMap(({ conversation, facts }) =>
      facts.map((fact) => `${conversation} ${fact}`),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(selectPracticeTalks(conversations, { count: 2, seed: 1 }).flat()).toHaveLength(2);
  });

  it('of another form are refused by line', () => {
    const file = path.join(fixtures, 'preferences', 'items.jsonl');
    expect(() => readPersonaChat(file)).toThrow(/Line 1 .*persona_1/u);
  });
});

describe('a note', () => {
  const said = message(['I work as a nurse.', 'I love to bake cookies.']);

  it('states a fact in other words, and none that is only near', () => {
    expect(countFacts(said, [['bakes cookies']])).toMatchObject({ noted: 1, said: 2, matched: 1 });
    expect(countFacts(said, [['nurse', 'work nurse']])).toMatchObject({ matched: 1 });
    expect(countFacts(said, [['eats cookies in bed']])).toMatchObject({ matched: 0 });
  });

  it('counts once, however often it is written', () => {
    const twice = [['bakes cookies'], ['baking cookies']];
    expect(countFacts(said, twice)).toMatchObject({ noted: 2, matched: 1 });
  });
});

describe('scores', () => {
  it('are those of all messages together', () => {
    const { precision, recall, f1 } = scoreFacts([
      { conversation: 'a', noted: 2, said: 1, matched: 1 },
      { conversation: 'b', noted: 0, said: 1, matched: 0 },
    ]);
    expect({ precision, recall, f1 }).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
  });

  it('call silence right where nothing was said', () => {
    expect(scoreFacts([{ conversation: 'a', noted: 0, said: 0, matched: 0 }]).f1).toBe(1);
  });

  it('have a floor that copies', () => {
    expect(copyFirstPerson('I have a cat. Do you? My job is fun.')).toEqual([
      ['I have a cat.'],
      ['My job is fun.'],
    ]);
  });
});
