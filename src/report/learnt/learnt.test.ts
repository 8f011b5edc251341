/** The conversation at the top of the page: who is chosen, what is shown, and what is said without one. */
import { describe, expect, it } from 'vitest';
import type { Episode } from '../../env/index.ts';
import { compareEnds } from '../evidence.ts';
import { createFakeEvaluation } from '../testing/fake-run.ts';
import {
  composeTalkPage,
  describeTalk,
  findTypical,
  pairTalks,
  renderLearnt,
  renderPairText,
  type TalkPair,
} from './index.ts';

const low = (await createFakeEvaluation(0)).episodes;
const high = (await createFakeEvaluation(1)).episodes;
const none: readonly Episode[] = [];

const withTurn = (episode: Episode, change: object): Episode => ({
  ...episode,
  turns: episode.turns.map((turn, index) => (index === 1 ? { ...turn, ...change } : turn)),
});

describe('the person that is shown', () => {
  it('is met twice: the same person from the same seed', () => {
    const other = { ...high[1]!, seed: high[1]!.seed + 1 };
    const pairs = pairTalks(low, [high[0]!, other, high[2]!]);
    expect(pairs.map(({ after }) => after.id)).toEqual([high[0]!.id, high[2]!.id]);
    expect(pairs.every(({ before, after }) => before.persona.id === after.persona.id)).toBe(true);
  });

  it('is the one whose gain is nearest to the mean gain, not the one with the greatest', () => {
    const steps = [0, 0.5, 0.5, 0.25, 1];
    const after = high.map((episode, index) => ({
      ...episode,
      turns: episode.turns.map((turn) => ({ ...turn, alignment: steps[index]! })),
    }));
    const before = low.map((episode) => ({
      ...episode,
      turns: episode.turns.map((turn) => ({ ...turn, alignment: 0 })),
    }));
    expect(findTypical(pairTalks(before, after))!.after.id).toBe(high[1]!.id);
    expect(findTypical([])).toBeNull();
  });
});

describe('a conversation as it is shown', () => {
  it('has the profile beside each turn, what is new in it, and what went wrong', () => {
    const { turns, end } = describeTalk(
      withTurn(high[0]!, {
        profileBefore: [{ slot: 'city', value: 'oslo' }],
        profileAfter: [
          { slot: 'city', value: 'oslo' },
          { slot: 'job', value: 'baker' },
        ],
        disclosedProfile: [
          { slot: 'city', value: 'oslo' },
          { slot: 'pet', value: 'cat' },
        ],
        trueProfile: [{ slot: 'city', value: 'oslo' }],
        supersededProfile: [],
        response: 'oslo is fine . really ?',
        alignment: 0,
        verdict: { criteria: {}, reasons: ['logic: job is not known'] },
      }),
    );
    expect(turns[1]).toMatchObject({
      number: 2,
      reply: 'oslo is fine. really?',
      fault: 'logic: job is not known',
      kept: [
        { text: 'city: oslo', mark: 'right', isNew: false },
        { text: 'job: baker', mark: 'wrong', isNew: true },
        { text: 'pet: cat', mark: 'missed', isNew: false },
      ],
    });
    expect(end.judged).toBe(4);
  });

  it('says so where an output could not be read', () => {
    const lost = withTurn(high[0]!, { formatProblem: 'no tags', response: '', alignment: 0 });
    expect(describeTalk(lost).turns[1]).toMatchObject({
      reply: '',
      fault: 'its output could not be read: no tags',
    });
  });
});

describe('the section', () => {
  const talks = {
    before: { trained: low, untrained: low },
    after: { trained: high, untrained: high },
    isMeasurement: true,
  };
  const windowOf = (iteration: number, episodes: readonly Episode[]) => [{ iteration, episodes }];

  it('shows one person before and after, further people folded away, every text escaped', () => {
    const hostile = high.map((episode) => withTurn(episode, { response: '<img src=x>' }));
    const html = renderLearnt({
      talks: { ...talks, after: { trained: hostile, untrained: hostile } },
      evidence: null,
    });
    expect(html).toContain('Chosen by rule: of 5 people');
    expect(html).toContain('More people (6)');
    expect(html).toContain('&lt;img src=x&gt;');
    expect(html).not.toContain('<img');
    expect(html.indexOf('Before training')).toBeLessThan(html.indexOf('After training'));
  });

  it('waits for the end of training where only the base was met', () => {
    const html = renderLearnt({ talks: { ...talks, after: null }, evidence: null });
    expect(html).toContain('Not yet: training goes on.');
  });

  it('shows two ends of training where nobody was met twice, and says that people differ', () => {
    const evidence = compareEnds(windowOf(1, low), windowOf(9, high));
    const html = renderLearnt({ talks: null, evidence });
    expect(html).toContain('The people differ');
    expect(html).toContain('Iteration 9');
    const single = compareEnds(windowOf(1, low), windowOf(1, low));
    expect(renderLearnt({ talks: null, evidence: single })).toContain(
      'No conversation is kept yet',
    );
  });

  it('names what is missing where no conversation is kept', () => {
    expect(renderLearnt({ talks: null, evidence: null })).toMatch(/evaluation\/.*episodes\//u);
    const strangers = { ...talks, before: { trained: none, untrained: none } };
    expect(renderLearnt({ talks: strangers, evidence: null })).toContain(
      'not with the same people',
    );
  });
});

describe('the page of a picture', () => {
  it('holds the turns asked for, each with its profile, and explains what is not right', () => {
    const html = composeTalkPage(withTurn(high[0]!, { response: '<b>bold</b>' }), {
      from: 2,
      to: 3,
    });
    expect(html.match(/class="bubble user"/gu)).toHaveLength(2);
    expect(html).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(html).toContain('The profile it keeps');
    expect(html).not.toContain('<script');
  });
});

describe('the same in a terminal', () => {
  const pair: TalkPair = { before: low[0]!, after: high[0]! };

  it('keeps to its width, speech on the left and the profile on the right', () => {
    const text = renderPairText(pair, { turns: 3, width: 80 });
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^BEFORE TRAINING +profile it keeps$/u);
    expect(text).toContain('AFTER TRAINING');
    expect(text).toMatch(/^user {4}\S.* {3,}[✓○] /mu);
    expect(text.match(/^user /gmu)).toHaveLength(6);
  });

  it('has no line break of a conversation in it', () => {
    const broken = withTurn(high[0]!, { response: 'one\r\n\ttwo' });
    const text = renderPairText({ before: low[0]!, after: broken }, { turns: 2, width: 80 });
    expect(text).toContain('policy  one two');
  });
});
