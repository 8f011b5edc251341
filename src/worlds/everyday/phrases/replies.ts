/**
 * How the scripted assistants say what they mean. `{}` is a value, `{a}` the value with its article.
 *
 * The judge does not look for these sentences: it reads any English (`reading/`). They are plain, without
 * contractions; a tone is put on by the writer.
 */
import { lines } from './lines.ts';

type BySlot = Readonly<Record<string, readonly string[]>>;

export const replyGreetings = lines(`
  Hello, it is nice to meet you.
  Hi there, good to see you.
  Welcome, I am glad you are here.
  Hello, how are you today?
`);

export const replySmallTalk = lines(`
  I see, that is how it goes.
  That sounds like quite a day.
  I hear you.
  Thank you for telling me.
  I hope it gets better soon.
  That can happen.
`);

/** Said of what is over. */
export const replyRegrets = lines(`
  I see, thank you for telling me that it is over.
  I understand, I will not bring it up again.
  All right, I have taken it off my notes.
  Understood, that is in the past then.
`);

/** Ways of putting a request off. */
export const replyGeneric = lines(`
  There are many options.
  Let me think about that.
  That depends on many things.
`);

/** Puts in words what who likes detail wants: sentences long enough to make a reply one. */
export const replyDetail = lines(`
  If you like, I can go into it in more depth and look at the details together with you.
  I will keep all of that in mind, so that I can help you better whenever you ask me something.
  Take your time with it, and do tell me afterwards how it went so that I learn what suits you.
  There is more to say about it, and we can go through all of it whenever you have a moment.
`);

/** Leaves a value to somebody else, or to the past. */
export const replyAsides = lines(`
  All right, nothing about {} in your notes then.
  I will not put {} down as yours.
  To each their own when it comes to {}.
  I understand, so no note about {}.
`);

export const replyOffers: BySlot = {
  name: lines(`
    Just write {} on it.
    I would simply put {}.
    Let it say {}.
  `),
  city: lines(`
    Have a look around the old centre of {}.
    There is always something on in {}.
    I would stay in {} and see the museum.
  `),
  job: lines(`
    Something made for {a} would be right.
    I would look for something for {a}.
    Put down {}, and find a course for {a}.
  `),
  schedule: lines(`
    Since you work {}, I would plan around that.
    Pick a time that goes with {}.
    With {}, plan it for your free hours.
  `),
  transport: lines(`
    Going by {} is best for you.
    I would take the {}.
    The {} will get you there.
  `),
  pet: lines(`
    Something for {a} would be right.
    I would get a treat made for {a}.
    Think of what {a} needs.
  `),
  diet: lines(`
    Make it {}.
    I would go for the {} menu.
    Ask for something {}.
  `),
  food: lines(`
    How about {}?
    I would go for {}.
    You might enjoy {}.
  `),
  drink: lines(`
    How about some {}?
    I would have some {}.
    You might enjoy {}.
  `),
  music: lines(`
    How about some {}?
    I would put on {}.
    You might enjoy {}.
  `),
  film: lines(`
    How about one of the {} you like?
    I would look through the {}.
    Go for one of the {}.
  `),
  book: lines(`
    How about something by {}?
    I would pick a book by {}.
    Take one by {}.
  `),
  hobby: lines(`
    How about {}?
    I would spend the time {}.
    Something to do with {} would be right.
  `),
  trip: lines(`
    How about {}?
    I would go to {}.
    Look for something in {}.
  `),
  goal: lines(`
    I would take a step towards {}.
    I would put {} first.
    Keep {} in view and start small.
  `),
  colour: lines(`
    I would take {}.
    How about {}?
    Go for {}.
  `),
  hate: lines(`
    Anything without {} will do.
    I would leave out the {}.
    Make sure that there is no {} in it.
  `),
};

export const replyQuestions: BySlot = {
  name: lines(`
    What is your name?
    What should I call you?
  `),
  city: lines(`
    Where do you live?
    Which town do you live in?
    What city are you in?
  `),
  job: lines(`
    What do you do for a living?
    What is your job?
    What kind of work do you do?
  `),
  schedule: lines(`
    What hours do you work?
    Which shifts do you work?
  `),
  transport: lines(`
    How do you get to work?
    How do you get around?
  `),
  pet: lines(`
    Do you have a pet?
    Do you have any animals at home?
  `),
  diet: lines(`
    Do you follow a diet?
    Are there any dietary rules you keep to?
  `),
  food: lines(`
    What is your favourite food?
    What do you like to eat?
    What kind of food do you love?
  `),
  drink: lines(`
    What is your favourite drink?
    What do you like to drink?
  `),
  music: lines(`
    What music do you like?
    What do you listen to?
    What kind of music do you enjoy?
  `),
  film: lines(`
    What kind of films do you like?
    What do you like to watch?
  `),
  book: lines(`
    Who is your favourite author?
    What do you like to read?
  `),
  hobby: lines(`
    What do you do for fun?
    Do you have a hobby?
    What do you do in your free time?
  `),
  trip: lines(`
    Where would you like to travel?
    What is your dream destination?
  `),
  goal: lines(`
    Do you have a goal for this year?
    What are you working towards?
  `),
  colour: lines(`
    What is your favourite colour?
    Which colours do you like?
  `),
  hate: lines(`
    Is there anything you do not like to eat?
    Which food can you not stand?
  `),
  length: lines(`
    How long should my answers be?
  `),
  tone: lines(`
    Should I be formal or casual?
  `),
};

const taste = lines(`
  {} is a good choice.
  I can see why you like {}.
  {} sounds good to me.
`);

export const replyAcknowledgements: BySlot = {
  name: lines(`
    Nice to meet you, {}.
    {} is a lovely name.
  `),
  city: lines(`
    {} must be a nice place to live.
    I would like to see {} one day.
  `),
  job: lines(`
    Being {a} must keep you busy.
    The world needs a good {}.
  `),
  schedule: lines(`
    I will keep in mind that you work {}.
    With {} you need a good rhythm.
  `),
  transport: lines(`
    Going by {} has its charm.
    The {} is a good way to travel.
  `),
  pet: lines(`
    Life with {a} is never dull.
    {A} is good company.
  `),
  diet: lines(`
    Good to know that you eat {}.
    There are many good {} dishes.
  `),
  food: taste,
  drink: taste,
  music: taste,
  film: lines(`
    I can see why you like {}.
    There are so many good {}.
  `),
  book: lines(`
    {} is always worth reading.
    I can see why you like {}.
  `),
  hobby: lines(`
    {} is a fine way to spend the time.
    I can see why you like {}.
  `),
  trip: lines(`
    {} would be a great trip.
    I can see why {} draws you.
  `),
  goal: lines(`
    {} is a fine goal.
    I wish you luck with {}.
  `),
  colour: lines(`
    {} suits you well.
    I can see why you like {}.
  `),
  hate: lines(`
    No {} for you then.
    I will keep {} off the table.
  `),
};

/** What opens a reply in a tone. */
export const toneOpenings: Readonly<Record<string, readonly string[]>> = {
  casual: ['Hey!', 'Cool!', 'Oh, nice!', 'Ha, okay!', 'Sure thing!'],
  formal: ['Certainly.', 'Indeed.', 'Of course.', 'With pleasure.', 'Very well.'],
};
