/** Sentences of others find their slot, and notes become sentences. */
import { expect, it } from 'vitest';
import { placeFact, sayNote } from './place-fact.ts';

it.each([
  ['My name is Kari.', 'name', 'Kari'],
  ['I work as a nurse.', 'job', 'nurse'],
  ['I have a dog.', 'pet', 'dog'],
  ['I am a vegetarian.', 'diet', 'vegetarian'],
  ['My favorite food is pizza.', 'food', 'pizza'],
  ['I love hiking.', 'hobby', 'hiking'],
  ['I live in new york .', 'city', 'new york'],
])('%s is put into %s', (sentence, slot, value) => {
  expect(placeFact(sentence)).toEqual({ slot, value });
});

it.each(['I have two dogs', 'I love hiking in the mountains', 'I live in a house by the river'])(
  '%s is kept whole',
  (sentence) => {
    expect(placeFact(`${sentence}.`)).toEqual({ slot: 'about', value: sentence });
  },
);

it('a note says what its slot means', () => {
  expect(sayNote({ slot: 'city', value: 'Leeds' })).toEqual(['i live in Leeds']);
  expect(sayNote({ slot: 'job', value: 'actor' })).toContain('i work as an actor');
  expect(sayNote({ slot: 'about', value: 'I have two sisters' })).toEqual([]);
});
