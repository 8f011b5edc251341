/**
 * Twenty written conversations: what one person says in eight messages, and what is to be known at the end.
 *
 * Each tells name, town, job and pet; one thing changes, one is put right. The words are nobody's of
 * `phrases/`, and no training uses them. They are a test: whoever learns from them measures nothing.
 */
import type { WrittenTalk } from '../definition.ts';
import { lines } from './phrases/lines.ts';

const talk = (expected: WrittenTalk['expected'], messages: string): WrittenTalk => ({
  expected,
  messages: lines(messages),
});

export const writtenTalks: readonly WrittenTalk[] = [
  talk(
    { name: ['Maya'], city: ['York'], job: ['nurse'], pet: ['cat'], drink: ['green tea'] },
    `
    Hi there! I'm Maya and I just made myself a coffee, my favourite drink.
    I live in Leeds, in a small flat near the station.
    I work as a nurse at the children's hospital.
    My sister has a dog, but I have a cat at home.
    What could I do on a free afternoon?
    Oh sorry, I got that wrong: I don't live in Leeds any more, I live in York.
    By the way, I've gone off coffee. These days my favourite drink is green tea.
    Thanks, that was a nice chat.
    `,
  ),
  talk(
    { name: ['Omar'], city: ['Bristol'], job: ['plumber'], pet: ['parrot'], music: ['jazz'] },
    `
    Hello, my name is Omar.
    I'm a carpenter. No, wait, what am I typing, I'm a plumber.
    I live in Bristol with my wife.
    We have a parrot that talks all day.
    I mostly listen to blues when I work.
    Do you know a good way to spend a Sunday?
    Funny, I've changed my mind about music. I don't listen to blues now, I listen to jazz.
    I have to go, bye!
    `,
  ),
  talk(
    { name: ['Ingrid'], city: ['Oslo'], job: ['pilot'], pet: ['rabbit'], transport: ['tram'] },
    `
    Good morning! People call me Ingrid.
    I'm from Bergen but I live in Oslo.
    I go to the airport by car every day.
    I'm a pilot, so I'm away a lot.
    My pet is a hamster. Sorry, a rabbit! My nephew has the hamster.
    What should I cook tonight?
    I sold my car last week, so now I go by tram.
    That's all from me today.
    `,
  ),
  talk(
    { name: ['Pedro'], city: ['Porto'], job: ['chef'], pet: ['dog'], hobby: ['fishing'] },
    `
    hey, pedro here
    i live in lisbon and i love fishing
    i'm a waiter in a hotel near the river
    my dog is lying on my feet, he's called bolt
    oops, not lisbon, i live in porto. long day
    what's the capital of spain again?
    good news, i'm not a waiter any longer, since monday i'm a chef
    see you
    `,
  ),
  talk(
    { name: ['Hannah'], city: ['Vienna'], job: ['dentist'], pet: ['horse'], diet: ['vegetarian'] },
    `
    Hi! It's Anna. Oh dear, I forgot the h's: my name is Hannah.
    I've got a horse called Storm.
    I live in Vienna now.
    I work as a dentist, and I like it.
    My brother is vegan. I still eat everything.
    Can you recommend a film?
    I've decided something: I'm vegetarian from today on.
    Goodbye for now!
    `,
  ),
  talk(
    { name: ['Tom'], city: ['Galway'], job: ['teacher'], pet: ['tortoise'], colour: ['blue'] },
    `
    Hello, I'm Tom.
    I'm a teacher at a primary school.
    We live in Cork, right by the harbour.
    My tortoise is older than I am.
    My favourite colour is green.
    Guess what, we moved! We live in Galway now.
    And I told you something silly, my favourite colour isn't green, it's blue.
    Talk to you soon.
    `,
  ),
  talk(
    { name: ['Aisha'], city: ['Toronto'], job: ['lawyer'], pet: ['goldfish'], food: ['sushi'] },
    `
    Hi, I'm Aisha, nice to meet you.
    I have two jobs to choose from, but right now I'm a lawyer.
    I live in Montreal. Ah no, that was last year, I live in Toronto.
    There's a goldfish on my desk, my only pet.
    My favourite food is pizza.
    Which season do you like best?
    I ate too much of it: pizza is out, my favourite food is sushi now.
    OK, back to work.
    `,
  ),
  talk(
    { name: ['Viktor'], city: ['Prague'], job: ['welder'], pet: ['snake'], film: ['westerns'] },
    `
    Good evening. My name is Viktor.
    I live in Prague, close to the old bridge.
    For a living I'm a baker.
    I keep a snake, which my neighbours don't like.
    At the cinema I love thrillers.
    I must correct myself, it's not thrillers, I love westerns.
    I've got a new job by the way: I quit the bakery and I'm a welder.
    Have a good night.
    `,
  ),
  talk(
    {
      name: ['Lucy'],
      city: ['Bath'],
      job: ['florist'],
      pet: ['hedgehog'],
      schedule: ['part time'],
    },
    `
    Hiya, Lucy here!
    I'm a florist, so my hands are always green.
    My friend Emma lives in London but I live in Bath.
    I have a guinea pig. Hang on, I mean a hedgehog, the guinea pig died years ago.
    I work weekends at the moment.
    Tell me something nice.
    They changed my hours. No more weekends, I work part time now.
    Lovely, thanks!
    `,
  ),
  talk(
    { name: ['Kenji'], city: ['Osaka'], job: ['engineer'], pet: ['cat'], hobby: ['climbing'] },
    `
    Hello. You can call me Kenji.
    I'm a software engineer in a big company.
    I live in Tokyo.
    My hobby is climbing.
    I have a dog. Sorry, that is my parents' dog, I have a cat.
    What is a good gift for a colleague?
    I moved away from Tokyo last weekend, so I live in Osaka now.
    Thank you, bye.
    `,
  ),
  talk(
    { name: ['Grace'], city: ['Nairobi'], job: ['journalist'], pet: ['goat'], trip: ['Peru'] },
    `
    Hi, my name's Grace!
    I work as a journalist for the radio.
    Home for me is Nairobi, I live in Nairobi with my two sons.
    We keep a hen in the yard. Correction, we keep a goat, the hen is next door.
    I dream of a trip to Chile.
    Is it far from here to the sea?
    I've changed my plans: no trip to Chile, I'd rather take a trip to Peru.
    Okay, I'll be back tomorrow.
    `,
  ),
  talk(
    { name: ['Felix'], city: ['Basel'], job: ['optician'], pet: ['ferret'], drink: ['cider'] },
    `
    Hey! I'm Felix.
    I used to be a barber, now I'm an optician.
    I live in Bern. Wrong, I live in Basel, Bern is where I work.
    I own a ferret.
    Nothing beats red wine for me, it's what I drink.
    Do you ever get tired?
    I stopped drinking red wine. My drink is cider now.
    That's it, cheers.
    `,
  ),
  talk(
    { name: ['Rosa'], city: ['Seville'], job: ['tailor'], pet: ['canary'], transport: ['bike'] },
    `
    Hello there, I'm Rosa and I'm bored.
    I live in Seville.
    I'm a tailor like my mother was.
    I've got a canary, he sings in the morning.
    I go to work by bus.
    My name is on the door as Rose, but it really is Rosa, don't note it wrong.
    The bus is too slow, so from now on I go by bike.
    Bye, and thanks for listening.
    `,
  ),
  talk(
    { name: ['Callum'], city: ['Perth'], job: ['firefighter'], pet: ['dog'], music: ['reggae'] },
    `
    Morning! Callum is my name.
    I'm a firefighter, twelve years now.
    I live in Dundee. Well no, I live in Perth, I only work in Dundee.
    We have a dog and he's huge.
    I'm into techno, I listen to it all day.
    What can I make with eggs?
    My taste changed: techno is over, I'm into reggae.
    Cheers mate.
    `,
  ),
  talk(
    { name: ['Nadia'], city: ['Tunis'], job: ['translator'], pet: ['hamster'], food: ['couscous'] },
    `
    Hi, this is Nadia.
    I'm an interpreter. Sorry, that's my cousin, I'm a translator.
    I live in Tunis with my grandmother.
    My hamster is asleep right now.
    My favourite dish is lasagne.
    How do you say thank you in Italian?
    I tried something new and now my favourite dish is couscous, not lasagne.
    I'm off to bed.
    `,
  ),
  talk(
    { name: ['Ben'], city: ['Denver'], job: ['mechanic'], pet: ['iguana'], hobby: ['chess'] },
    `
    yo, i'm ben
    i'm a mechanic, cars mostly
    i live in austin, texas
    my iguana eats better than i do
    in my free time i play darts
    made a mistake, it's chess that i play in my free time, not darts
    big change: i left austin, i live in denver now
    gotta run
    `,
  ),
  talk(
    { name: ['Elena'], city: ['Turin'], job: ['librarian'], pet: ['duck'], book: ['Jane Austen'] },
    `
    Good afternoon, my name is Elena.
    I'm a librarian, as you may guess.
    I live in Milan. Excuse me, I live in Turin, I was thinking of my son.
    I have a duck in the garden, believe it or not.
    I love reading Agatha Christie.
    Could you suggest something for a rainy day?
    I've had enough of Agatha Christie, I love reading Jane Austen now.
    Thank you so much.
    `,
  ),
  talk(
    { name: ['Jonas'], city: ['Bonn'], job: ['surveyor'], pet: ['pony'], diet: ['vegan'] },
    `
    Hello, Jonas speaking.
    I live in Bonn.
    We got a donkey for the children. I mean a pony, we have a pony.
    I work as a surveyor, out in the rain.
    I'm pescatarian, so I do eat fish.
    Where do swans sleep?
    No more fish for me: I'm vegan now.
    Great, until next time.
    `,
  ),
  talk(
    {
      name: ['Priya'],
      city: ['Mumbai'],
      job: ['pharmacist'],
      pet: ['cat'],
      schedule: ['early shifts'],
    },
    `
    Hi! I'm Priya.
    I live in Delhi, where I grew up. No, what am I saying, I live in Mumbai, I only grew up in Delhi.
    I work as a pharmacist.
    My cat is called Pepper and she is spoilt.
    I work night shifts this year.
    My aunt is a doctor, she never sleeps.
    Finally! I'm off night shifts, I work early shifts now.
    Good talk, bye bye.
    `,
  ),
  talk(
    { name: ['Sam'], city: ['Hobart'], job: ['gardener'], pet: ['hen'], colour: ['yellow'] },
    `
    G'day, I'm Sam.
    I live in Hobart, at the end of the world.
    I was a postman for years, and I'm still a postman.
    I keep a goose. That's wrong, I keep a hen. The goose is only visiting.
    My favourite colour is yellow.
    What's two hundred minus fifty?
    I gave up the post: I'm a gardener from this month on.
    See you later.
    `,
  ),
];
