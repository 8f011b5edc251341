import { describe, expect, it } from 'vitest';
import { findDenial, findSupport, type Said } from './evidence.ts';
import { labelledClaims, type LabelledClaim } from './testing/labelled-claims.ts';

const say = (...texts: readonly string[]): Said[] =>
  texts.map((text, index) => ({ messageId: `m${index}`, text, saidAt: `2026-01-0${index + 1}` }));
const home = { slot: 'home', value: 'Oslo' };

describe('words that a value rests on', () => {
  it.each([
    ['I live in Oslo', 'home', 'Oslo', 'stated'],
    ['Oslo. I live there.', 'home', 'Oslo', 'stated'],
    ["I'm not tall, but I live in Oslo", 'home', 'Oslo', 'stated'],
    ['we enjoy hiking in the mountains', 'hobbies', 'hikes in mountains', 'stated'],
    ['I work in a hospital', 'work', 'hospital nurse', 'inferred'],
    ['我住在奥斯陆', 'home', '奥斯陆', 'stated'],
    ['my name is Will', 'name', 'Will', 'stated'],
    ['I am 42', 'age', '42', 'stated'],
    ["I can't stand mushrooms", 'dislikes', 'mushrooms', 'stated'],
    ['I never eat okra', 'hate', 'okra', 'stated'],
    ['I do not like loud music', 'dislikes', 'loud music', 'stated'],
    ['Crowds, I guess.', 'dislikes', 'crowds', 'stated'],
    ['There were crowds in Oslo yesterday', 'dislikes', 'crowds', 'inferred'],
    ['My favourite show is Cheers', 'show', 'Cheers', 'stated'],
  ])('%s: %s is %s, %s', (text, slot, value, status) => {
    expect(findSupport({ slot, value }, say(text))).toMatchObject({ status });
  });

  it.each([
    ['I do not live in Oslo', 'home', 'Oslo'],
    ["I don't live in Oslo anymore", 'home', 'Oslo'],
    ['I used to live in Oslo', 'home', 'Oslo'],
    ['hello', 'home', 'Oslo'],
    ['', 'home', 'Oslo'],
    ['I hate jazz', 'item', 'loves jazz'],
    ["I don't mind mushrooms", 'dislikes', 'mushrooms'],
    ['I no longer hate jazz', 'dislikes', 'jazz'],
    ["My sister can't stand mushrooms", 'dislikes', 'mushrooms'],
    ["I can't stand mushrooms", 'likes', 'mushrooms'],
    ["That's it, cheers.", 'hate', 'cheers'],
    ['Hello! Thanks!', 'name', 'Thanks'],
  ])('%s: nothing for %s %s', (text, slot, value) => {
    expect(findSupport({ slot, value }, say(text))).toBeNull();
  });

  it.each([
    ['My sister is vegan.', 'diet', 'vegan'],
    ["my old neighbour's training to be a cleaner", 'goal', 'cleaner'],
    ['I like tea, but my brother loves coffee', 'drink', 'coffee'],
    ['And our boss lives in Oslo', 'home', 'Oslo'],
    ['My mother-in-law has a parrot', 'pet', 'parrot'],
    ['My brother has a boat, he lives in Oslo.', 'home', 'Oslo'],
    ['My brother has a boat. He lives in Oslo.', 'home', 'Oslo'],
    ['My sister is a nurse and lives in Oslo', 'home', 'Oslo'],
    ['My brother and his wife live in Oslo', 'home', 'Oslo'],
    ['My friends are vegan and they love jazz', 'music', 'jazz'],
    ['I have a brother who lives in Oslo', 'home', 'Oslo'],
    ["My boss is nice. She's a vegan, her dog is called Rex.", 'pet', 'dog'],
    ['She lives in Oslo', 'home', 'Oslo'],
    ['My brother has a boat. It is blue. He lives in Oslo.', 'home', 'Oslo'],
  ])('%s: it is somebody else who has %s %s', (text, slot, value) => {
    expect(findSupport({ slot, value }, say(text))).toBeNull();
  });

  it.each([
    ['My sister is vegan.', 'family', 'vegan'],
    ['My sister is vegan.', 'item', 'has a sister who is vegan'],
    ['My wife and I live in Oslo', 'home', 'Oslo'],
    ['My brother gave me a parrot', 'pet', 'parrot'],
    ['My friends call me Will', 'name', 'Will'],
    ['My brother loves coffee, but I drink tea', 'drink', 'tea'],
    ['My mother-in-law has a parrot', 'item', 'mother-in-law has a parrot'],
    ['My brother has a boat, he lives in Oslo.', 'item', 'brother lives in Oslo'],
    ['My brother lives in Bergen. My home is Oslo.', 'home', 'Oslo'],
    ['My sister is vegan. Oslo is where I live.', 'home', 'Oslo'],
    ['I am the one who lives in Oslo', 'home', 'Oslo'],
    ["My sister is nice. My cat is Tom, she's a siamese", 'pet', 'siamese'],
    ["My cat is Tom, she's a siamese", 'pet', 'siamese'],
    ['I have friends who call me Will', 'name', 'Will'],
    ['My favourite drink is coffee', 'drink', 'coffee'],
    ['My partnership in Oslo pays well', 'work', 'partnership in Oslo'],
  ])('%s: it says %s %s of the person or of whom the note is about', (text, slot, value) => {
    expect(findSupport({ slot, value }, say(text))).not.toBeNull();
  });

  it.each([
    ["I can't live without coffee", 'drink', 'coffee'],
    ["My cat isn't eating", 'pet', 'cat'],
    ["I don't eat meat", 'diet', 'no meat'],
    ['I live in Lyon not Leeds', 'home', 'Lyon'],
    ['I left Oslo for Bergen', 'home', 'Bergen'],
    ["I didn't like jazz, now I love jazz", 'music', 'jazz'],
    ['I live in Zurich', 'home', 'Zürich'],
    ["Note: I'm vegan", 'diet', 'vegan'],
    ['My wife walks our dog', 'pet', 'dog'],
    ['How do I get my cat to eat?', 'pet', 'cat'],
    ['I want to learn Italian', 'goal', 'learn Italian'],
    ['Pizza is great, but no olives', 'dislikes', 'olives'],
  ])('%s: it says %s %s, whatever its "not" is for', (text, slot, value) => {
    expect(findSupport({ slot, value }, say(text))).not.toBeNull();
  });

  it.each([
    ["I've given up coffee", 'drink', 'coffee'],
    ['i dont drink coffee', 'drink', 'coffee'],
    ['I eat meat every day', 'diet', 'no meat'],
    ["A cat? No, I've got a dog", 'pet', 'cat'],
    ['I live in Leeds. Oops, not Leeds. I live in Lyon.', 'home', 'Leeds'],
    ['I moved from Oslo to Bergen', 'home', 'Oslo'],
    ['I prefer tea to coffee', 'drink', 'coffee'],
    ['No dog, just a cat', 'pet', 'dog'],
    ['Mushrooms are disgusting', 'likes', 'mushrooms'],
    ['I wish I had a dog', 'pet', 'dog'],
    ['Is jazz any good?', 'music', 'jazz'],
    ['Thanks Alex!', 'name', 'Alex'],
    ['Happy New Year!', 'home', 'New York'],
    ['My friend said "I live in Oslo"', 'home', 'Oslo'],
    ["Mum's a nurse", 'job', 'nurse'],
    ['I miss my sister, she lives in Oslo', 'home', 'Oslo'],
  ])('%s: nothing says that %s %s holds', (text, slot, value) => {
    expect(findSupport({ slot, value }, say(text))).toBeNull();
  });

  it('are the newest ones, and the sentence that says most', () => {
    const said = say('I live in Oslo', 'Nice. My home is Oslo, by the sea. Bye.', 'hello');
    expect(findSupport(home, said)).toEqual({
      messageId: 'm1',
      saidAt: '2026-01-02',
      quote: 'My home is Oslo, by the sea.',
      status: 'stated',
    });
  });

  it('are cut where they are long', () => {
    const quote = findSupport(home, say(`Oslo ${'and so on '.repeat(99)}`))?.quote ?? '';
    expect(quote.length).toBeLessThanOrEqual(300);
  });
});

describe('words that an entry ends by', () => {
  it.each([
    ['I no longer live in Oslo', 'stated'],
    ["Oslo isn't my home", 'stated'],
    ['I have moved', 'inferred'],
    ["Oslo? I don't live there", 'stated'],
    ["I've said goodbye to Oslo", 'stated'],
    ['I moved from Oslo to Bergen', 'stated'],
  ])('%s: %s', (text, status) => {
    expect(findDenial(home, say(text))).toMatchObject({ status });
  });

  it.each([
    'I live in Oslo',
    'hello',
    'I am not hungry',
    'My sister has moved from Oslo',
    'My sister has a dog. She moved from Oslo.',
    'I live in Oslo, but my sister has moved from there',
    'I moved to Oslo last year',
    'Can I use butter instead?',
    'I quit my job',
  ])('%s: none', (text) => {
    expect(findDenial(home, say(text))).toBeNull();
  });
});

describe('words about what is disliked', () => {
  const dislike = { slot: 'dislikes', value: 'mushrooms' };

  it.each([
    'I like mushrooms now',
    "I don't mind mushrooms any more",
    'I no longer hate mushrooms',
    "I've stopped avoiding mushrooms",
    'I used to hate mushrooms, now I eat them',
    "I can't stand okra, but I've come to love mushrooms",
    'Mushrooms are fine with me now',
    "You know, mushrooms aren't so bad after all",
    "I've made my peace with mushrooms",
    'I can live with mushrooms now',
    "I've got over my thing about mushrooms",
    'I got used to eating mushrooms',
    'These days I enjoy okra, aubergine and mushrooms',
    "It's wrong that I dislike mushrooms",
    'Please remove mushrooms from my dislikes',
    'Forget the mushrooms',
  ])('%s: the dislike ends, and nothing supports it', (text) => {
    expect(findDenial(dislike, say(text))).toMatchObject({ status: 'stated', quote: text });
    expect(findSupport(dislike, say(text))).toBeNull();
  });

  it.each([
    "I don't like mushrooms",
    "I can't stand mushrooms",
    'I cannot bear mushrooms',
    'I hate mushrooms',
    'I never eat mushrooms',
    "I don't like mushrooms any more",
    'I no longer like mushrooms',
    'I used to love mushrooms',
    'I stopped eating mushrooms',
    'I like okra, but I still dislike mushrooms',
    "There's one thing I won't eat: mushrooms",
    "Mushrooms aren't for me",
    "I'd like my pizza without mushrooms",
    'I have always avoided okra and mushrooms',
    'I am not a fan of mushrooms',
  ])('%s: the dislike is supported, and does not end', (text) => {
    expect(findDenial(dislike, say(text))).toBeNull();
    expect(findSupport(dislike, say(text))).toMatchObject({ status: 'stated' });
  });

  it.each(['hello', 'My sister likes mushrooms now', 'It looks like mushrooms', 'I like okra'])(
    '%s: nothing ends the dislike',
    (text) => {
      expect(findDenial(dislike, say(text))).toBeNull();
    },
  );

  it('may have changed where a change is told that names nothing', () => {
    expect(findDenial(dislike, say('My taste has changed'))).toMatchObject({ status: 'inferred' });
  });
});

describe('chat messages with labels', () => {
  const isRight = ({ label, slot, value, text }: LabelledClaim): boolean => {
    const find = label === 'S' || label === 'N' ? findSupport : findDenial;
    const isFound = find({ slot, value }, say(text)) !== null;
    return isFound === (label === 'S' || label === 'E');
  };

  it.each([
    ['S', 0.9],
    ['N', 0.68],
    ['E', 0.7],
    ['K', 0.68],
  ])('are read as a person would: %s in at least %d', (wanted, share) => {
    const cases = labelledClaims.filter(({ label }) => label === wanted);
    expect(cases.length).toBeGreaterThan(80);
    expect(cases.filter(isRight).length / cases.length).toBeGreaterThanOrEqual(share);
  });
});

describe('text that is made to take long', () => {
  const long = 100_000;

  it.each([
    'a'.repeat(long),
    ' '.repeat(long),
    '"'.repeat(long),
    `"${'i '.repeat(long / 2)}`,
    'not '.repeat(long / 4),
    'moved from '.repeat(long / 11),
    'left Oslo for '.repeat(long / 14),
    'than '.repeat(long / 5),
    'my sister '.repeat(long / 10),
    'why? no. '.repeat(long / 9),
    `${'('.repeat(long)}Oslo`,
    '{"a":'.repeat(long / 5),
    '[{"a" '.repeat(long / 6),
  ])('is read all the same: %#', (text) => {
    expect(findSupport(home, say(text))).toBeNull();
    findDenial(home, say(`${text} Oslo`));
  });
});
