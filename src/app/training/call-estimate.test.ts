import { describe, expect, it } from 'vitest';
import { countAuthorsCalls, countCalls, estimateConversationTokens } from './call-estimate.ts';

describe('the count of calls', () => {
  it("gives the figures of the authors' setting: 3,821 users, 10 turns, 4 samples", () => {
    const { rolloutSteps, updates, ...counts } = countAuthorsCalls(3821, 10, 4);
    expect(counts).toEqual({
      prompts: 38_210,
      samples: 152_840,
      userCalls: 34_389,
      judgeCalls: 305_680,
    });
    expect(Math.round(rolloutSteps)).toBe(149);
    expect(Math.round(updates)).toBe(1194);
  });

  it('judges every candidate, and lets the user answer the one that goes on', () => {
    const shape = { conversations: 5, turns: 3, candidates: 4, judgeCallsPerOutput: 1 };
    expect(countCalls(shape)).toMatchObject({ samples: 60, judgeCalls: 60, userCalls: 10 });
  });

  it('needs no user call for a conversation of one turn', () => {
    const { user, judge } = estimateConversationTokens(1, { user: 100, judge: 400 });
    expect(user).toEqual({ promptTokens: 0, completionTokens: 0 });
    expect(judge.promptTokens).toBeGreaterThan(100);
  });

  it('embeds the facts of a person once, and asks a matcher with all of them each time', () => {
    const most = { user: 100, judge: 400 };
    const [short, long] = [5, 10].map((turns) => estimateConversationTokens(turns, most));
    expect(long!.matcher.promptTokens).toBe(2 * short!.matcher.promptTokens);
    expect(long!.embeddings.promptTokens).toBeLessThan(2 * short!.embeddings.promptTokens);
    expect(long!.embeddings.completionTokens).toBe(0);
  });

  it('grows with the length of the conversation, faster than the number of turns', () => {
    const most = { user: 100, judge: 400 };
    const [short, long] = [5, 10].map((turns) => estimateConversationTokens(turns, most));
    expect(long!.user.promptTokens).toBeGreaterThan(2 * short!.user.promptTokens);
    expect(long!.judge.completionTokens).toBe(2 * short!.judge.completionTokens);
  });
});
