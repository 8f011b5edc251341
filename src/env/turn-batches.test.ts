/** Conversations do not wait for each other: whatever is ready is answered together. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import type { ChatModel } from '../chat/index.ts';
import type { SimulatedUser, UserTurn } from '../users/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import type { Assistant, AssistantTurn } from './assistant.ts';
import { createModelAssistant } from './model-assistant.ts';
import { planEpisodes } from './plans.ts';
import { runEpisodes } from './run-episodes.ts';
import type { Episode } from './types.ts';
import type { World } from './world.ts';

const inner = createSmallWorld();
const output = '<profile> </profile> <response> i see . </response>';

/** An assistant that records which conversations, and which of their turns, came in one batch. */
function createRecorder(): Assistant & { readonly batches: string[][] } {
  const batches: string[][] = [];
  const name = ({ conversationId, turnIndex }: AssistantTurn): string =>
    `${conversationId.replace(/#.*/u, '')}.${turnIndex}`;
  return {
    name: 'recorder',
    batches,
    answer: (turns) => {
      batches.push(turns.map(name));
      return Promise.resolve(turns.map(() => [{ text: output, finishReason: 'stop' as const }]));
    },
  };
}

/** A world in which a person's every word waits for `delay` to resolve. */
function createSlowWorld(delay: (persona: string, turn: number) => Promise<void>): World {
  return {
    ...inner,
    createUser: (persona, ...rest) => {
      const user = inner.createUser(persona, ...rest);
      let turn = 0;
      const wait = async (): Promise<void> => delay(persona.id, turn++);
      const slow: SimulatedUser = {
        ...{ name: user.name, persona: user.persona },
        open: async () => (await wait(), user.open()),
        respond: async (reply) => (await wait(), user.respond(reply)),
      };
      return slow;
    },
  };
}

const plans = planEpisodes({ world: inner, random: createRandom(3), count: 3, split: 'train' });
const hold = (world: World, assistant: Assistant, signal?: AbortSignal): Promise<Episode[]> =>
  runEpisodes(plans, { world, assistant, turns: 3, signal });

describe('people who answer at once', () => {
  it('are answered together, turn by turn, in the order of the plans', async () => {
    const recorder = createRecorder();
    await hold(inner, recorder);
    expect(recorder.batches).toEqual(
      [0, 1, 2].map((turn) => [0, 1, 2].map((index) => `episode-${index}.${turn}`)),
    );
  });
});

describe('a model that takes its time to forget', () => {
  it.each([
    { contextTurns: 0, candidates: 1 },
    { contextTurns: 0, candidates: 2 },
    { contextTurns: 2, candidates: 1 },
    { contextTurns: 2, candidates: 2 },
  ])('splits no batch: $contextTurns turns shown, $candidates candidates', async (given) => {
    const sizes: number[] = [];
    const known = new Set<string>();
    let isSlow = false;
    const model: ChatModel = {
      name: 'forgetful',
      reply: (requests) => {
        sizes.push(requests.length);
        for (const { conversationId } of requests) known.add(conversationId);
        return Promise.resolve(requests.map(() => ({ text: output, finishReason: 'stop' })));
      },
      forget: async (ids) => {
        // Every second call takes longer.
        isSlow = !isSlow;
        for (let wait = 0; isSlow && wait < 5; wait += 1) await setImmediate();
        for (const id of ids) known.delete(id);
      },
    };
    const world = createSmallWorld(given);
    const assistant = createModelAssistant({ model, sampling: { maxTokens: 1, temperature: 1 } });
    await runEpisodes(plans, { world, assistant, turns: 3, candidates: given.candidates });
    expect(sizes).toEqual([1, 2, 3].map(() => plans.length * given.candidates));
    expect([...known]).toEqual([]);
  });
});

describe('a person who takes their time', () => {
  it('holds up nobody else, and talks as ever', async () => {
    const slow = plans[1]!.persona.id;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const recorder = createRecorder();
    const waiting = createSlowWorld((persona, turn) =>
      persona === slow && turn === 1 ? released : Promise.resolve(),
    );
    const held = hold(waiting, {
      ...recorder,
      answer: async (turns, signal) => {
        const replies = await recorder.answer(turns, signal);
        // The others have said all they had to say: now the slow one may go on.
        if (recorder.batches.flat().filter((name) => name.endsWith('.2')).length === 2) release();
        return replies;
      },
    });
    const episodes = await held;
    expect(recorder.batches).toEqual([
      ['episode-0.0', 'episode-1.0', 'episode-2.0'],
      ['episode-0.1', 'episode-2.1'],
      ['episode-0.2', 'episode-2.2'],
      ['episode-1.1'],
      ['episode-1.2'],
    ]);
    expect(episodes).toEqual(await hold(inner, createRecorder()));
  });

  it('is given up when the assistant fails', async () => {
    const never = new Promise<void>(() => undefined);
    const world = createSlowWorld((persona) =>
      persona === plans[0]!.persona.id ? never : Promise.resolve(),
    );
    const assistant: Assistant = {
      name: 'broken',
      answer: () => Promise.reject(new Error('no engine')),
    };
    await expect(hold(world, assistant)).rejects.toThrow('no engine');
  });

  it('is not spoken to any more once the work has failed', async () => {
    let judged = (): void => undefined;
    const judging = new Promise<void>((resolve) => (judged = resolve));
    const slow = plans[0]!.persona.id;
    const heard: string[] = [];
    const waits = new Set<UserTurn>();
    const talking = createSlowWorld((persona, turn) => {
      heard.push(`${persona}.${turn}`);
      return Promise.resolve();
    });
    const world: World = {
      ...talking,
      createUser: (persona, ...rest) => {
        const user = talking.createUser(persona, ...rest);
        if (persona.id !== slow) return user;
        const open = async (): Promise<UserTurn> => {
          const turn = await user.open();
          waits.add(turn);
          return turn;
        };
        return { name: user.name, persona, open, respond: (reply) => user.respond(reply) };
      },
      scoreTurn: async (turn) => {
        if (waits.has(turn.user)) await judging;
        return talking.scoreTurn(turn);
      },
    };
    const recorder = createRecorder();
    const assistant: Assistant = {
      ...recorder,
      answer: (turns) =>
        turns[0]!.turnIndex === 0 ? recorder.answer(turns) : Promise.reject(new Error('no engine')),
    };
    await expect(hold(world, assistant)).rejects.toThrow('no engine');
    judged();
    await setImmediate();
    expect(heard.filter((name) => name.startsWith(slow))).toEqual([`${slow}.0`]);
  });

  it('is given up when the work is interrupted', async () => {
    const controller = new AbortController();
    const world = createSlowWorld((_, turn) => {
      if (turn === 1) controller.abort();
      return Promise.resolve();
    });
    await expect(hold(world, createRecorder(), controller.signal)).rejects.toThrow(/interrupt/iu);
  });
});
