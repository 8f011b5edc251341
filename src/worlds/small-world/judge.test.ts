import { describe, expect, it } from 'vitest';
import type { Message } from '../../chat/index.ts';
import type { Profile } from '../../profile/index.ts';
import type { DialogueAct } from '../../users/index.ts';
import { judgeReply } from './judge.ts';

const item = (slot: string, value: string): Profile[number] => ({ slot, value });

const told = (slot: string, value: string): readonly DialogueAct[] => [
  { kind: 'disclosure', item: item(slot, value) },
];
const request = (topic: string): readonly DialogueAct[] => [{ kind: 'request', topic }];

function reasons(
  response: string,
  given: { profile?: Profile; acts?: readonly DialogueAct[]; history?: Message[] } = {},
): readonly string[] {
  const { profile = [], acts = [], history = [] } = given;
  return judgeReply({ response, profile, whole: profile, superseded: [], acts, history }).reasons;
}

describe('the judge of the small world', () => {
  it('passes a good reply', () => {
    const profile = [item('music', 'jazz'), item('tone', 'casual'), item('style', 'detailed')];
    const text = 'hey jazz is a great choice . i will keep that in mind . what is your job ?';
    expect(reasons(text, { profile, acts: told('music', 'jazz') })).toEqual([]);
  });

  it('finds what is not natural', () => {
    expect(reasons('jazz jazz . what is your job ?')).toEqual([
      'naturalness: "jazz jazz ." is no sentence',
    ]);
    const profile = [item('tone', 'formal')];
    expect(reasons('hey what is your job ?', { profile })).toEqual([
      'naturalness: the tone is not formal',
    ]);
    const history: Message[] = [{ role: 'assistant', content: 'let me think about that .' }];
    expect(reasons('let me think about that .', { history })).toContain(
      'naturalness: the same reply was given before',
    );
  });

  it('finds what is not relevant', () => {
    const acts = request('music');
    const profile = [item('music', 'jazz')];
    expect(reasons('what is your job ?', { acts, profile })).toEqual([
      'relevance: the request for music is not answered',
    ]);
    expect(reasons('how about the tea bar .', { acts, profile })).toContain(
      'relevance: another domain was asked for',
    );
    expect(reasons('which music do you love ?', { acts })).toEqual([]);
    expect(reasons('what is your job ?', { acts: told('city', 'oslo') })).toEqual([
      'relevance: "oslo" is not acknowledged',
    ]);
  });

  it('finds what contradicts the user', () => {
    const profile = [item('music', 'jazz'), item('diet', 'vegan'), item('hate', 'thai')];
    expect(reasons('rock is a great choice . what is your job ?', { profile })).toEqual([
      'logic: "rock" is not so',
    ]);
    expect(reasons('which music do you love ?', { profile })).toEqual([
      'logic: music is known already',
    ]);
    const suggest = (text: string): readonly string[] =>
      reasons(text, { profile, acts: request(text.includes('steak') ? 'food' : 'music') });
    expect(suggest('how about the rock concert .')).toEqual([
      'logic: music jazz is preferred to rock',
    ]);
    expect(suggest('how about the greek steak .')).toEqual(['logic: steak does not fit vegan']);
    const food = { profile, acts: request('food') };
    expect(reasons('how about the thai salad .', food)).toEqual(['logic: thai is disliked']);
    expect(reasons('how about the greek salad .', food)).toEqual([]);
  });

  it('finds what does not engage', () => {
    const history: Message[] = [{ role: 'assistant', content: 'what is your job ?' }];
    expect(reasons('what do you work as ?', { history })).toEqual([
      'engagement: job was asked before',
    ]);
    expect(reasons('nice to meet you .')).toEqual([
      'engagement: neither a question nor a suggestion',
    ]);
    expect(reasons('what is your job ? where do you live ?')).toEqual([
      'engagement: more than one question',
    ]);
  });

  it('finds what does not suit the wish for detail', () => {
    const text = 'i will keep that in mind . what is your job ?';
    expect(reasons(text, { profile: [item('style', 'brief')] })).toEqual([
      'informativeness: detail for a user who likes it brief',
    ]);
    expect(reasons('what is your job ?', { profile: [item('style', 'detailed')] })).toEqual([
      'informativeness: no detail for a user who likes it detailed',
    ]);
  });
});
