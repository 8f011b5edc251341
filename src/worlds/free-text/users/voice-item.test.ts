import { describe, expect, it } from 'vitest';
import { splitItems } from './split-items.ts';
import { inventedPeople } from './testing/people.ts';
import { extractItem, voiceClause, voiceItem } from './voice-item.ts';

describe('voicing an item', () => {
  it.each([
    ['enjoys hiking', 'i enjoy hiking'],
    ['is a freelance tinsmith', 'i am a freelance tinsmith'],
    ['lives in her own tower', 'i live in my own tower'],
    ['has two goats named pepper and ada', 'i have two goats named pepper and ada'],
    ['teaches himself welsh', 'i teach myself welsh'],
    ["doesn't like crowds", "i don't like crowds"],
    ['studies rocks', 'i study rocks'],
    ['has visited eleven lighthouses', 'i have visited eleven lighthouses'],
    ['her favourite drink is cordial', 'my favourite drink is cordial'],
    ['dreams of a boat', 'i dream of a boat'],
    ['goes to the gym', 'i go to the gym'],
    ['works as a boat constructor', 'i work as a boat constructor'],
    ['34 years old', 'i am 34 years old'],
    ['vegan', 'i am vegan'],
    ['two goats', 'i have two goats'],
    ['hiking', 'i enjoy hiking'],
    ['welder in leeds', 'i am a welder in leeds'],
    ['diet is vegan', 'my diet is vegan'],
    ['jazz', 'my thing is jazz'],
  ])('says %s as %s', (item, clause) => {
    expect(voiceClause(item)).toBe(clause);
  });

  it('puts the clause into a phrasing as it stands', () => {
    expect(voiceItem('saves $& coins', 'well, {item}.')).toBe('well, i save $& coins.');
  });

  it('leaves what is written down a run of words of what was said', () => {
    for (const item of inventedPeople.flatMap(splitItems)) {
      const clause = voiceClause(item);
      expect(clause).toContain(extractItem(clause));
    }
    expect(extractItem('i am a nurse')).toBe('nurse');
    expect(extractItem('i enjoy tea')).toBe('enjoy tea');
  });
});
