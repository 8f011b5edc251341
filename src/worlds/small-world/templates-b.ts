/**
 * How the family that is never trained on speaks: clipped, turned around, and coldly.
 *
 * Every word occurs in what the trained family says (a test holds that), so this measures unknown
 * phrasings, not unknown words.
 */
import { cuesB } from './cues.ts';
import type { Phrasing } from './phrasing.ts';

export const phrasingB: Phrasing = {
  statements: {
    name: ['{} is my name .', 'call me {} please .', 'they call me {} .'],
    city: ['{} is my home .', 'home ? that is {} .', 'i work and live in {} .'],
    job: ['my trade ? {} .', 'i am a {} .', 'my work is to be a {} .'],
    pet: ['at home there is a {} .', 'with me lives a {} .', 'i live with a {} .'],
    diet: ['{} is my diet .', 'only {} meals for me .', 'my meals are {} .'],
    food: ['my favourite food is {} .', 'every day i could eat {} .', '{} meals , i love that .'],
    drink: ['{} is my drink .', 'my day is good with a {} .', 'every morning i drink a {} .'],
    music: ['my favourite music is {} .', 'every day i listen to {} .', 'music ? {} please .'],
    film: ['my favourite films are {} .', 'a {} makes my night .', 'films ? {} is best .'],
    book: ['{} is on my desk to read .', 'i love {} books .', 'books ? only {} .'],
    hobby: ['my hobby is {} .', '{} makes my weekend .', 'after work i love {} .'],
    trip: ['a {} is my dream .', 'my next trip ? a {} .', 'to travel to a {} is my dream .'],
    goal: ['a {} is my goal .', 'soon a {} , i hope .', 'this year i want a {} .'],
    hate: [
      '{} ? cannot stand that .',
      'not {} please , i hate it .',
      'i would rather not have {} .',
    ],
    style: ['{} answers please .', 'your answers should be {} .', 'answers ? {} for me .'],
    tone: ['a {} tone please .', 'with me be {} .', 'your tone should be {} .'],
  },
  cues: cuesB,
  others: {
    food: ['{} is the favourite food of my mother .', 'my boss loves {} meals .'],
    drink: ['my friend could drink {} every day .', '{} is what my mother drinks .'],
    music: ['my sister likes {} .', '{} is the music of my neighbour .'],
    film: ['my brother wants to watch {} films .', '{} is what my friend likes .'],
    hobby: ['my brother loves {} after work .', '{} is the hobby of my boss .'],
    job: ['my sister works as a {} .', 'my friend wants to be a {} .'],
    city: ['my boss lives in {} .', 'my mother moved to {} last year .'],
    pet: ['my sister has a {} .', 'a {} lives with my friend .'],
  },
  requests: {
    food: ['i want to eat , any ideas ?', 'suggest a dinner for tonight .', 'ideas for food ?'],
    drink: ['i want to drink , any ideas ?', 'suggest a drink for tonight .', 'a drink for me ?'],
    music: ['i want to listen , any ideas ?', 'suggest music for tonight .', 'ideas for music ?'],
    film: ['i want to watch , any ideas ?', 'suggest a film for tonight .', 'a film for me ?'],
    hobby: ['i want fun , any ideas ?', 'suggest a hobby for me .', 'ideas for fun ?'],
    trip: ['i want to travel , any ideas ?', 'suggest a trip for me .', 'a trip for me ?'],
  },
  greetings: ['hi , here .', 'hello again .', 'morning .'],
  smallTalk: [
    'a long day today .',
    'nothing new .',
    'late train , late day .',
    'the weather again .',
  ],
  evasions: ['rather not .', 'not today .', 'private .'],
  nothing: ['none .', 'no , none .', 'nothing here .'],
  announcements: ['my mind changed .', 'new this year .', 'not as before .'],
  doubts: ['{} ? not as before .', 'not much {} any more .'],
  takenBack: ['no , as before .', 'not new , as before .'],
  repeated: ['already asked .', 'again that question ?'],
  puzzled: ['no sense .', 'you make no sense .'],
};
