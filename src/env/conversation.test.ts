import { describe, expect, it } from 'vitest';
import { JudgeError, createRandom } from '../base/index.ts';
import type { ChatModel, ChatRequest } from '../chat/index.ts';
import type { JudgeCase } from '../rewards/index.ts';
import type { PerceivedReply } from '../users/index.ts';
import { createModelAssistant, planEpisodes, runEpisodes, summarizeEpisodes } from './index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import type { Episode, World } from './index.ts';

const sampling = { maxTokens: 40, temperature: 1 };
const good = '<profile> + tone_ casual ? job_ </profile> <response> what is your job ? </response>';

type Fake = ChatModel & { readonly requests: ChatRequest[]; readonly forgotten: string[] };

function createFake(write: (request: ChatRequest) => string): Fake {
  const requests: ChatRequest[] = [];
  const forgotten: string[] = [];
  return {
    name: 'fake/1',
    requests,
    forgotten,
    reply: (batch) => {
      requests.push(...batch);
      return Promise.resolve(
        batch.map((request) => ({ text: write(request), finishReason: 'stop' as const })),
      );
    },
    forget: (ids) => {
      forgotten.push(...ids);
      return Promise.resolve();
    },
  };
}

/** A small world that records what its judge and its users are shown. */
function createSpyWorld(systemPrompt = ''): {
  world: World;
  cases: JudgeCase[];
  replies: PerceivedReply[];
} {
  const inner = createSmallWorld({ namesOpenSlots: true });
  const cases: JudgeCase[] = [];
  const replies: PerceivedReply[] = [];
  const world: World = {
    ...inner,
    judgesTwice: false,
    dialect: { ...inner.dialect, systemPrompt },
    judge: {
      name: 'spy',
      judge: (testCase) => {
        cases.push(testCase);
        return inner.judge.judge(testCase);
      },
    },
    createUser: (...parameters) => {
      const user = inner.createUser(...parameters);
      return {
        name: user.name,
        persona: user.persona,
        open: () => user.open(),
        respond: (reply) => {
          replies.push(reply);
          return user.respond(reply);
        },
      };
    },
  };
  return { world, cases, replies };
}

const run = (world: World, policy: ChatModel, count = 3, turns = 3): Promise<Episode[]> =>
  runEpisodes(planEpisodes({ world, random: createRandom(5), count, split: 'train' }), {
    world,
    assistant: createModelAssistant({ model: policy, sampling }),
    turns,
  });

describe('several outputs for a message', () => {
  const bad = '<profile> + city_ oslo </profile> <response> how are you ? </response>';
  const runWith = async (
    forks: boolean,
  ): Promise<{ episodes: Episode[]; fake: Fake; forked: string[]; replies: PerceivedReply[] }> => {
    const { world, replies } = createSpyWorld();
    const forked: string[] = [];
    // Only the second candidate of a turn is any good, so every turn is continued by a new copy.
    const fake = createFake(({ conversationId }) =>
      /\/\d\.2$/u.test(conversationId) ? good : bad,
    );
    const policy: ChatModel = forks
      ? {
          ...fake,
          fork: (from, copies) => void forked.push(...copies.map((to) => `${from}>${to}`)),
        }
      : fake;
    const plans = planEpisodes({ world, random: createRandom(5), count: 2, split: 'train' });
    const rankRewards = (rewards: { parts: Readonly<Record<string, number>> }): number =>
      rewards.parts['writes_wrong'] === 0 ? 1 : 0;
    const assistant = createModelAssistant({ model: policy, sampling });
    const options = { world, assistant, turns: 3, candidates: 3, rankRewards };
    return { episodes: await runEpisodes(plans, options), fake, forked, replies };
  };

  it('continues the best and keeps the others beside it', async () => {
    const { episodes, fake, replies } = await runWith(false);
    for (const turn of episodes.flatMap(({ turns }) => turns)) {
      const written = [turn, ...(turn.alternatives ?? [])].map(({ output }) => output).sort();
      expect(written).toHaveLength(3);
      expect(turn.alternatives).toHaveLength(2);
    }
    expect(replies.length).toBe(4);
    const contents = fake.requests.at(-1)!.messages.filter(({ role }) => role === 'assistant');
    expect(contents.map(({ content }) => content)).toEqual(
      episodes[1]!.turns.slice(0, 2).map(({ output }) => output),
    );
    expect(new Set(fake.requests.map(({ seed }) => seed)).size).toBe(fake.requests.length);
  });

  it('copies the conversation that was followed, and forgets every one', async () => {
    const { fake, forked, episodes } = await runWith(true);
    const [first] = episodes;
    const base = `${first!.id}#${first!.seed}`;
    expect(forked.slice(0, 2)).toEqual([`${base}>${base}/0.1`, `${base}>${base}/0.2`]);
    const opened = new Set(fake.requests.map(({ conversationId }) => conversationId));
    expect(new Set(fake.forgotten)).toEqual(opened);
  });
});

describe('runEpisodes', () => {
  it('shows the judge neither the system prompt nor notes nor profile blocks', async () => {
    const { world, cases } = createSpyWorld('You are kind.');
    await run(
      world,
      createFake(() => good),
    );
    expect(cases).toHaveLength(9);
    for (const { history, response } of cases) {
      expect(history.every((message) => message.role !== 'system')).toBe(true);
      const text = [...history.map((message) => message.content), response].join(' ');
      expect(text).not.toMatch(/You are kind|<profile>|tone_/u);
    }
  });

  it('keeps the roles: user messages are what the user said, assistant messages what it was told', async () => {
    const { world, cases } = createSpyWorld();
    const episodes = await run(
      world,
      createFake(() => good),
      1,
    );
    const said = episodes[0]?.turns.map((turn) => turn.user.message) ?? [];
    const history = cases.at(-1)?.history ?? [];
    expect(history.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
    expect(history.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual(
      said,
    );
    expect(history[1]?.content).toBe('what is your job ?');
  });

  it('tells the user the bare reply only', async () => {
    const { world, replies } = createSpyWorld('You are kind.');
    await run(
      world,
      createFake(() => good),
    );
    expect(replies).toHaveLength(6);
    for (const reply of replies) expect(reply.response).toBe('what is your job ?');
  });

  it('sends the policy one growing conversation with notes and its own raw outputs', async () => {
    const { world } = createSpyWorld('You are kind.');
    const policy = createFake(() => good);
    await run(world, policy, 1);
    const [first, second] = policy.requests;
    expect(first?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'system']);
    expect(second?.messages.slice(0, 4)).toEqual([
      ...(first?.messages ?? []).slice(0, 3),
      { role: 'assistant', content: good },
    ]);
    expect(policy.forgotten).toHaveLength(1);
  });

  it('gives a malformed output 0, counts it, and shows the user nothing', async () => {
    const { world, replies } = createSpyWorld();
    const episodes = await run(
      world,
      createFake(() => 'hello there'),
      2,
      2,
    );
    const summary = summarizeEpisodes(episodes);
    expect(summary.format_rate).toBe(0);
    expect(summary.alignment).toEqual([0, 0]);
    expect(replies.every((reply) => reply.response === '')).toBe(true);
  });

  it('masks a turn whose judge gave no readable verdict', async () => {
    const { world } = createSpyWorld();
    const judge = {
      name: 'mute',
      judge: () => Promise.reject(new JudgeError('unreadable_verdict', 'No verdict.')),
    };
    const episodes = await run(
      { ...world, judge },
      createFake(() => good),
      1,
      2,
    );
    expect(episodes[0]?.error).toBeNull();
    expect(episodes[0]?.turns.map((turn) => turn.rewards.response)).toEqual([null, null]);
    expect(summarizeEpisodes(episodes)).toMatchObject({
      masked_verdicts: 2,
      alignment: [null, null],
    });
  });

  it('records a failing episode and lets its siblings go on', async () => {
    const { world } = createSpyWorld();
    let judged = 0;
    const judge: World['judge'] = {
      name: 'faulty',
      judge: (testCase) => {
        judged += 1;
        if (judged === 2) throw new TypeError('broken');
        return world.judge.judge(testCase);
      },
    };
    const episodes = await run(
      { ...world, judge },
      createFake(() => good),
    );
    expect(episodes.map((episode) => episode.error)).toEqual([null, 'TypeError: broken', null]);
    expect(episodes.map((episode) => episode.turns.length)).toEqual([3, 0, 3]);
  });

  it('stops at an interruption', async () => {
    const { world } = createSpyWorld();
    const plans = planEpisodes({ world, random: createRandom(5), count: 1, split: 'train' });
    const signal = AbortSignal.abort();
    const policy = createFake(() => good);
    await expect(
      runEpisodes(plans, {
        world,
        assistant: createModelAssistant({ model: policy, sampling }),
        turns: 2,
        signal,
      }),
    ).rejects.toThrow(/interrupted/u);
  });

  it('accepts an output whose stop token was left off', async () => {
    const { world } = createSpyWorld();
    const episodes = await run(
      world,
      createFake(() => good.replace(' </response>', '')),
      1,
      2,
    );
    expect(summarizeEpisodes(episodes).format_rate).toBe(1);
  });
});
