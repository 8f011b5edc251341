import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../base/index.ts';
import { createScriptedChatModel, type ChatModel } from '../../chat/index.ts';
import { createSmallWorld } from '../../worlds/index.ts';
import { ChatSession } from './chat-session.ts';
import { createSpeller } from '../../worlds/index.ts';

const world = createSmallWorld({ namesOpenSlots: true });
const spell = createSpeller(world.vocabulary().words);
const open = (policy: ChatModel): ChatSession =>
  new ChatSession({
    dialect: world.dialect,
    policy,
    spell,
    sampling: { maxTokens: 8, temperature: 0 },
    seed: 1,
  });

const output = (entries: string): string =>
  `<profile> ${entries} </profile> <response> hello there . </response>`;

describe('a chat session', () => {
  it('keeps the profile by program over the turns', async () => {
    const policy = createScriptedChatModel([
      output('+ job_ nurse + city_ oslo'),
      output('- city_ oslo'),
    ]);
    const session = open(policy);
    await session.say("I'm a nurse and I live in Oslo");
    expect(session.profile.map(({ value }) => value)).toEqual(['nurse', 'oslo']);
    const answer = await session.say('I moved');
    expect(answer).toMatchObject({ kind: 'reply', response: 'hello there .', formatProblem: null });
    expect(session.profile.map(({ value }) => value)).toEqual(['nurse']);
  });

  it('sends the world spelling, the note, and its own outputs unchanged', async () => {
    const policy = createScriptedChatModel([output('+ job_ nurse'), output('')]);
    const session = open(policy);
    await session.say("I'm a nurse");
    await session.say('hi');
    const [first, second] = policy.calls.flat();
    expect(first?.messages[0]?.content).toBe('i am a nurse .');
    expect(first?.messages[1]?.role).toBe('system');
    expect(second?.messages.slice(0, 2)).toEqual(first?.messages);
    expect(second?.messages[2]?.content).toBe(output('+ job_ nurse'));
  });

  it('says what was wrong with a malformed output and changes nothing', async () => {
    const session = open(createScriptedChatModel(['+ job_ nurse']));
    expect(await session.say('hi')).toMatchObject({
      kind: 'reply',
      response: '',
      formatProblem: expect.stringMatching(/./u),
      profile: [],
    });
  });

  it('reads a reply that its model stopped without the last tag, as in training', async () => {
    const session = open(
      createScriptedChatModel(['<profile> + job_ nurse </profile> <response> hello']),
    );
    expect(await session.say('hi')).toMatchObject({ response: 'hello', formatProblem: null });
    expect(session.profile).toEqual([{ slot: 'job', value: 'nurse' }]);
  });

  it('shows what a person corrected in the very next prompt, and in that place from then on', async () => {
    const policy = createScriptedChatModel([output('+ city_ oslo'), output(''), output('')]);
    const session = open(policy);
    await session.say('hi');
    session.correct([
      { kind: 'retract', item: { slot: 'city', value: 'oslo' } },
      { kind: 'set', item: { slot: 'city', value: 'riga' } },
    ]);
    await session.say('hi');
    await session.say('hi');
    const [, second, third] = policy.calls.flat();
    expect(second?.messages.at(-1)?.content).toMatch(/^- city_ oslo \+ city_ riga\n/u);
    expect(third?.messages.slice(0, second?.messages.length)).toEqual(second?.messages);
    expect(third?.messages.at(-1)?.content).not.toContain('riga');
    expect(session.profile).toEqual([{ slot: 'city', value: 'riga' }]);
  });

  it('says so when the conversation no longer fits', async () => {
    const full = open({
      name: 'full',
      reply: () => Promise.reject(new ConfigError('context_overflow', 'too long')),
      forget: () => Promise.resolve(),
    });
    expect(await full.say('hi')).toEqual({ kind: 'full' });
  });

  it('starts over with an empty profile under a new id', async () => {
    const policy = createScriptedChatModel([output('+ job_ nurse'), output('')]);
    const session = open(policy);
    await session.say('hi');
    await session.restart();
    expect(session.profile).toEqual([]);
    await session.say('hi');
    const ids = policy.calls.flat().map(({ conversationId }) => conversationId);
    expect(new Set(ids).size).toBe(2);
    expect(policy.forgotten).toEqual([ids[0]]);
  });
});

describe('the words of the small world', () => {
  it('are spelt as its users write them', () => {
    expect(spell("I'm Anna, I can't stand Jazz!").message).toBe(
      'i am anna . i cannot stand jazz .',
    );
    expect(spell('hello').message).toBe('hello .');
    expect(spell('My name is Anna, I love jazz and I hate rock').message).toBe(
      'my name is anna . i love jazz . i hate rock .',
    );
    expect(spell('waves and sand, i miss that').message).toBe('waves and sand , i miss that .');
  });

  it('are written with the marks the world knows, whatever natural English ends a sentence with', () => {
    const { message, unknownWords } = spell('Hello!! My name is Anna; what is yours?! (Jazz) …');
    expect(message).toBe('hello . my name is anna . what is yours ? jazz .');
    expect(unknownWords.filter(({ word }) => !/[a-z]/u.test(word))).toEqual([]);
  });

  it('that are unknown are named with the nearest known one', () => {
    const { unknownWords } = spell('i love jaz and quantum');
    expect(unknownWords).toContainEqual({ word: 'jaz', nearest: 'jazz' });
    expect(unknownWords).toContainEqual({ word: 'quantum', nearest: null });
  });
});
