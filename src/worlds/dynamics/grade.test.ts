import { describe, expect, it } from 'vitest';
import type { ProfileItem } from '../../profile/index.ts';
import type { DialogueAct } from '../../users/index.ts';
import type { Domain } from './domain.ts';
import { gradeReply, type Standing } from './grade.ts';
import { summarizeReply, type Sentence } from './reply.ts';
import { defaultDynamics } from './settings.ts';

const slot = (
  name: string,
  values: readonly string[],
  multiple = false,
): Domain['slots'][number] => ({
  name,
  values,
  multiple,
  changes: true,
});

const domain: Domain = {
  name: 'toy',
  slots: [slot('music', ['jazz', 'rock', 'folk']), slot('hobby', ['chess', 'sailing'], true)],
  traits: [slot('tone', ['casual', 'formal']), slot('length', ['brief', 'long'])],
  manner: { tone: 'tone', length: 'length', detailed: 'long' },
  ties: [],
  isHeldOut: (_, value) => value === 'folk',
  hasHint: () => false,
  spokenOfOthers: ['music'],
  plainTopics: ['time'],
};

const item = (slot: string, value: string): ProfileItem => ({ slot, value });
const manner = [item('tone', 'casual'), item('length', 'brief')];
const jazz = item('music', 'jazz');
const offer = (value: string, of = 'music'): Sentence => ({ kind: 'offer', item: item(of, value) });
const ask = (slot: string): Sentence => ({ kind: 'question', slot });
const takeUp = (value: string, ...slots: string[]): Sentence => ({
  kind: 'takes_up',
  value,
  slots,
});
const request: DialogueAct = { kind: 'request', topic: 'music' };

function grade(
  acts: readonly DialogueAct[],
  sentences: readonly Sentence[],
  given: Partial<Standing> & { readonly tone?: string | null } = {},
): ReturnType<typeof gradeReply> {
  const texts = sentences.map((_, index) => String(index));
  const reply = summarizeReply(given.tone === undefined ? 'casual' : given.tone, sentences, texts);
  const whole = [...manner, jazz];
  const standing = { acts, whole, told: [jazz], former: [], asked: new Set<string>(), ...given };
  return gradeReply(reply, standing, defaultDynamics, domain);
}

const score = (...input: Parameters<typeof grade>): number => grade(...input).score;

describe('gradeReply', () => {
  it.each([
    ['current', offer('jazz'), 1],
    ['generic', { kind: 'generic' } as Sentence, 0],
    ['other', offer('folk'), -1],
  ])('grades the %s taste', (name, sentence, content) => {
    const { score, figures } = grade([request], [sentence]);
    expect(score).toBeCloseTo(0.88 * content + 0.12, 12);
    expect(figures[`request_${name}`]).toBe(1);
    expect(figures[`told_${name}`]).toBe(1);
  });

  it('grades the former taste by half of what a wrong one costs, and says so', () => {
    const given = { former: [item('music', 'rock')] };
    const { score, figures } = grade([request], [offer('rock')], given);
    expect(score).toBeCloseTo(0.88 * -0.5 + 0.12, 12);
    expect(figures).toMatchObject({ request_former: 1, changed_former: 1 });
  });

  it("counts a taste that was never told as current where it is the person's, and in no told class", () => {
    const { figures } = grade([request], [offer('jazz')], { told: [] });
    expect(figures['request_current']).toBe(1);
    expect(figures).not.toHaveProperty('told_current');
  });

  it('keeps values held out of training apart from those seen', () => {
    const whole = [...manner, item('music', 'folk')];
    const { figures } = grade([request], [offer('folk')], { whole, told: [item('music', 'folk')] });
    expect(figures).toMatchObject({ told_current_held_out: 1 });
    expect(figures).not.toHaveProperty('told_current_seen');
  });

  it("takes any of several values, and a thing of another topic for somebody else's", () => {
    const whole = [...manner, jazz, item('hobby', 'chess'), item('hobby', 'sailing')];
    const hobby: DialogueAct = { kind: 'request', topic: 'hobby' };
    expect(score([hobby], [offer('sailing', 'hobby')], { whole })).toBeCloseTo(1, 12);
    expect(score([hobby], [offer('sailing', 'hobby'), offer('jazz')], { whole })).toBeCloseTo(
      -0.76,
      12,
    );
  });

  it('wants both of two facts taken up', () => {
    const acts: DialogueAct[] = [jazz, item('hobby', 'chess')].map((each) => ({
      kind: 'disclosure',
      item: each,
    }));
    const both = [takeUp('jazz', 'music'), takeUp('chess', 'hobby')];
    expect(score(acts, both)).toBeCloseTo(1, 12);
    expect(score(acts, both.slice(1))).toBeCloseTo(0.88 * 0.5 + 0.12, 12);
  });

  it('answers greeting and small talk as such', () => {
    expect(score([{ kind: 'greeting' }], [{ kind: 'greeting' }])).toBeCloseTo(1, 12);
    expect(score([{ kind: 'greeting' }], [{ kind: 'small_talk' }])).toBeCloseTo(0.12, 12);
    expect(score([{ kind: 'remark', topic: 'music' }], [{ kind: 'small_talk' }])).toBeCloseTo(
      1,
      12,
    );
    expect(score([{ kind: 'small_talk' }], [{ kind: 'generic' }])).toBeCloseTo(0.12, 12);
  });

  it('lets a taste cost where nothing calls for it', () => {
    const plain: DialogueAct = { kind: 'plain_request', topic: 'time' };
    expect(score([plain], [{ kind: 'plain', topic: 'time' }])).toBeCloseTo(1, 12);
    const { score: brought, figures } = grade(
      [plain],
      [{ kind: 'plain', topic: 'time' }, offer('jazz')],
    );
    expect(brought).toBeCloseTo(0.88 * -0.5 + 0.12, 12);
    expect(figures).toMatchObject({ overuse: 1, plain_overuse: 1 });
    expect(score([{ kind: 'small_talk' }], [takeUp('jazz', 'music')])).toBeCloseTo(-0.32, 12);
  });

  it("tells what is said of somebody else from what is one's own", () => {
    const other: DialogueAct = { kind: 'distractor', item: item('music', 'rock') };
    expect(score([other], [{ kind: 'aside', value: 'rock' }])).toBeCloseTo(1, 12);
    expect(score([other], [takeUp('rock', 'music')])).toBeCloseTo(-0.32, 12);
  });

  it('charges questions, and more for one that was asked or answered before', () => {
    const talk: DialogueAct[] = [{ kind: 'small_talk' }];
    const reply: Sentence[] = [{ kind: 'small_talk' }];
    expect(score(talk, [...reply, ask('hobby')])).toBeCloseTo(0.8, 12);
    expect(score(talk, [...reply, ask('music')])).toBeCloseTo(0.5, 12);
    expect(score(talk, [...reply, ask('hobby')], { asked: new Set(['hobby']) })).toBeCloseTo(
      0.5,
      12,
    );
  });

  it('weighs tone and length at 0.12 together', () => {
    const talk: DialogueAct[] = [{ kind: 'small_talk' }];
    expect(score(talk, [{ kind: 'small_talk' }], { tone: 'formal' })).toBeCloseTo(0.94, 12);
    expect(score(talk, [{ kind: 'small_talk' }, { kind: 'detail' }], { tone: null })).toBeCloseTo(
      0.88,
      12,
    );
  });

  it('gives nothing for what is no natural reply', () => {
    expect(score([request], [{ kind: 'unknown' }])).toBe(0);
    expect(score([request], [])).toBe(0);
  });
});
