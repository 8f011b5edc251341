import { describe, expect, it } from 'vitest';
import { createRandom, JudgeError } from '../base/index.ts';
import { criterionNames, type Judge, type JudgeCase } from '../rewards/index.ts';
import { runDemonstrations } from './run-demonstrations.ts';
import { planEpisodes } from './plans.ts';
import { compareJudgements, rescoreEpisode, type Rescorer } from './rescore.ts';
import { createSmallWorld } from '../worlds/index.ts';
import type { Episode } from './types.ts';

/** A second judgement against the inferred profile is not repeated by rescoring. */
const world = { ...createSmallWorld(), judgesTwice: false };
const plans = planEpisodes({ world, random: createRandom(3), count: 4, split: 'test' });
const hold = (): Promise<Episode[]> => runDemonstrations(plans, { world, turns: 4 });

const judgeOf = (judge: Judge['judge']): Judge => ({ name: 'another', judge });
const verdict = (value: 0 | 1): Awaited<ReturnType<Judge['judge']>> => ({
  criteria: Object.fromEntries(criterionNames.map((name) => [name, value])) as never,
  reasons: [],
});

describe('rescoring', () => {
  it('with the same judge and rewards gives the same episode', async () => {
    for (const episode of await hold()) {
      expect(await rescoreEpisode(episode, world)).toEqual(episode);
    }
  });

  it('shows the judge what it was shown in the conversation', async () => {
    const seen: JudgeCase[] = [];
    const watching = judgeOf((testCase) => {
      seen.push(structuredClone(testCase));
      return world.judge.judge(testCase);
    });
    const first = await runDemonstrations(plans, {
      world: { ...world, judge: watching },
      turns: 4,
    });
    const then = seen.splice(0);
    for (const episode of first) await rescoreEpisode(episode, { ...world, judge: watching });
    const sort = (cases: readonly JudgeCase[]): string[] =>
      cases.map((each) => JSON.stringify(each)).sort();
    expect(sort(seen)).toEqual(sort(then));
  });

  it('takes new verdicts into alignment and reward, and leaves the given episode as it is', async () => {
    const [episode] = await hold();
    const before = structuredClone(episode!);
    const judge = judgeOf(() => Promise.resolve(verdict(1)));
    const rescored = await rescoreEpisode(episode!, { ...world, judge });
    expect(rescored.judge).toBe('another');
    expect(
      rescored.turns.every(({ alignment, rewards }) => alignment === 1 && rewards.response === 1),
    ).toBe(true);
    expect(episode).toEqual(before);
  });

  it('takes another matcher, names it, and counts what it could not tell', async () => {
    const [episode] = await hold();
    const scoreFull = { precision: 1, recall: 1, f1: 1, matched: 3 };
    const other: Rescorer = {
      ...world,
      matcher: 'other-1',
      scoreTurn: async (turn) => ({
        ...(await world.scoreTurn(turn)),
        scoreDisclosed: turn.turnIndex === 0 ? null : scoreFull,
        scoreFull,
      }),
    };
    const rescored = await rescoreEpisode(episode!, other);
    expect(rescored.matcher).toBe('other-1');
    expect(rescored.turns[1]).toMatchObject({ scoreDisclosed: scoreFull, scoreFull });
    expect(compareJudgements([episode!], [rescored]).unmatched).toEqual({ before: 0, after: 1 });
    expect(await rescoreEpisode(rescored, world)).toEqual(episode);
  });

  it('masks what the new judge does not decide, and counts it', async () => {
    const episodes = await hold();
    const judge = judgeOf(() => Promise.reject(new JudgeError('verdict_unreadable', 'no')));
    const after = await Promise.all(
      episodes.map((episode) => rescoreEpisode(episode, { ...world, judge })),
    );
    expect(after[0]!.turns[0]!.rewards.response).toBeNull();
    const comparison = compareJudgements(episodes, after);
    expect(comparison.missing).toEqual({ before: 0, after: comparison.turns });
    expect(comparison).toMatchObject({ agreement: null, kappa: null });
    expect(comparison.alignment.after).toBeNull();
  });

  it('measures agreement beyond chance', async () => {
    const episodes = await hold();
    const turnCase = compareJudgements(episodes, episodes);
    expect(turnCase.agreement).toBe(1);
    const opposite = await Promise.all(
      episodes.map((episode) =>
        rescoreEpisode(episode, {
          ...world,
          judge: judgeOf(async (testCase) => {
            const { criteria } = await world.judge.judge(testCase);
            return verdict(Object.values(criteria).every((value) => value === 1) ? 0 : 1);
          }),
        }),
      ),
    );
    expect(compareJudgements(episodes, opposite).agreement).toBe(0);
  });
});
