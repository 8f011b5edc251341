/** Announced needs that are asked about in time, and questions about everything else. */
import { describe, expect, it } from 'vitest';
import type { DialogueAct } from '../users/index.ts';
import { summarizeNeeds } from './needs-figures.ts';
import { summarizeEpisodes, type Episode, type Turn } from './index.ts';

type Sketch = {
  readonly announces?: string;
  readonly asks?: string;
  readonly told?: readonly string[];
  readonly isMalformed?: boolean;
  readonly figures?: Readonly<Record<string, number>>;
};

/** Conversations of which only what the figures read is there. */
const hold = (...talks: readonly (readonly Sketch[])[]): Episode[] =>
  talks.map((sketches) => {
    const turns = sketches.map((sketch) => {
      const { announces, asks = null, told = [], isMalformed = false, figures } = sketch;
      const acts: DialogueAct[] =
        announces === undefined ? [] : [{ kind: 'remark', topic: announces }];
      return {
        user: { message: 'hi', disclosures: [], acts },
        question: asks,
        formatProblem: isMalformed ? 'no profile block' : null,
        output: '',
        response: '',
        profileBefore: [],
        profileAfter: [],
        trueProfile: [],
        disclosedProfile: told.map((slot) => ({ slot, value: 'oslo' })),
        rewards: { profile: 0, response: 0, parts: {} },
        verdict: figures === undefined ? null : { criteria: {}, reasons: [], figures },
      } as unknown as Turn;
    });
    return { turns, error: null } as unknown as Episode;
  });

const rate = (...talk: readonly Sketch[]): number | null =>
  summarizeNeeds(hold(talk)).needs_asked_rate;

const need = { announces: 'diet' };

describe('an announced need', () => {
  it('is asked about in the turn of the remark or the two after it, not later', () => {
    expect(rate({ ...need, asks: 'diet' }, {}, {}, {})).toBe(1);
    expect(rate(need, {}, { asks: 'diet' }, {})).toBe(1);
    expect(rate(need, {}, {}, { asks: 'diet' })).toBe(0);
    expect(rate(need, { asks: 'city' }, {}, {})).toBe(0);
  });

  it('is not asked about by an output that cannot be read', () => {
    expect(rate({ ...need, asks: 'diet', isMalformed: true }, {}, {}, {})).toBe(0);
  });

  it('does not count where the person has told it, before or unasked in that time', () => {
    expect(rate({ ...need, told: ['diet'] }, {}, {}, {})).toBeNull();
    expect(rate(need, { told: ['diet'] }, {}, {})).toBeNull();
    expect(rate(need, {}, { told: ['diet'], asks: 'diet' }, {})).toBeNull();
    expect(rate({ ...need, asks: 'diet' }, { told: ['diet'] }, {}, {})).toBe(1);
    expect(rate({ ...need, told: ['city'] }, {}, {}, {})).toBe(0);
  });

  it('does not count where fewer than three turns follow', () => {
    expect(rate({ ...need, asks: 'diet' }, {}, {})).toBeNull();
  });
});

describe('other questions', () => {
  const others = (...talks: readonly (readonly Sketch[])[]): number | null =>
    summarizeNeeds(hold(...talks)).other_questions;

  it('are those about slots that were not announced by then, a conversation', () => {
    expect(others([need, { asks: 'diet' }], [{ asks: 'city' }])).toBe(0.5);
    expect(others([{ asks: 'diet' }, need])).toBe(1);
    expect(others([need, { asks: 'city', isMalformed: true }])).toBe(0);
  });

  it('are none to speak of where nobody announces anything', () => {
    expect(others([{ asks: 'city' }])).toBeNull();
  });
});

describe("a judge's figures", () => {
  it('are means over the turns that have them, by name', () => {
    const { figures } = summarizeEpisodes(
      hold([{ figures: { current: 1, stale: 0 } }, { figures: { current: 0 } }, {}]),
    );
    expect(figures).toEqual({ current: 0.5, stale: 0 });
  });
});
