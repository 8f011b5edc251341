/**
 * What people say further of a thing they have just told: where, with whom, since when, what it is called.
 *
 * Each goes on behind the value it is about, in the same sentence. None of it is to be noted: "a dog called
 * Rex" is a dog. `{called}` is a pet's name.
 */
import { lines } from './lines.ts';

/** Names that people give to animals. */
export const petNames = lines(`
  Rex
  Luna
  Biscuit
  Pepper
  Milo
  Bella
  Ziggy
  Nacho
  Mimi
  Captain
  Shadow
  Pickle
  Waffles
  Simba
  Toffee
  Socks
  Loki
  Rocky
  Duchess
  Noodle
  Peanut
  Bandit
  Mabel
  Gizmo
  Hazel
  Button
  Dizzy
  Sunny
  Storm
  Bruno
`);

/** By slot; each begins with what joins it. */
export const tails: Readonly<Record<string, readonly string[]>> = {
  name: lines(`
    , nice to meet you
    , pleased to meet you
    and this is all new to me
    , and I could do with some company
    , if you were wondering
    , but my friends shorten it
    and I've got a question or two
    , spelt just as it sounds
  `),
  city: lines(`
    , up on the third floor
    with two friends
    , close to the river
    , right by the park
    with my parents for now
    , above a shop
    , in a house with a blue door
    , and I like it here
    with my girlfriend
    , though I wasn't born here
    , next to a school
    , not far from the market
  `),
  job: lines(`
    in a small firm
    for a family business
    at a place by the harbour
    , and I like it most days
    , self-employed these days
    with five colleagues
    for the council
    , have been since school
    in the centre of town
    at the hospital down the road
    in a big hotel
    and so was my father
  `),
  schedule: lines(`
    and it suits me
    , and have for years
    with a nice team
    , so I nap a lot
    like everybody at our place
    and I'm always tired
    , not that I mind
    , which my friends don't get
  `),
  transport: lines(`
    because parking is hopeless
    , even when it rains
    , twenty minutes each way
    with my headphones on
    since they closed the road
    , half asleep
    like everyone on my street
    because I like to look out
  `),
  pet: lines(`
    called {called}
    named {called}
    and his name is {called}
    and her name is {called}
    , and I call him {called}
    , {called}, who sleeps all day
    that eats more than I do
    that wakes me at six
    from the shelter
    with one white ear
    , three years old by now
    who thinks the sofa is hers
    , the love of my life
    called {called}, like my grandfather
    , {called} is the name
    that my children feed
  `),
  diet: lines(`
    for my health
    and I feel better for it
    for the animals
    because of my stomach
    , on doctor's orders
    and it was easier than I thought
    , mostly out of habit
    since a film I saw
  `),
  food: lines(`
    with lots of pepper
    the way my grandmother made it
    on a rainy day
    from the place on the corner
    after a long day
    , the hotter the better
    with my fingers
    , any time of day
  `),
  drink: lines(`
    with a bit of ice
    first thing in the morning
    when I get home
    , and plenty of it
    on the balcony
    , just before bed
    out of my big blue mug
    when I meet friends
  `),
  music: lines(`
    when I'm cooking
    on long drives
    , played loud
    while I clean the house
    on old records
    , and I sing along
    since I was sixteen
    at parties
  `),
  film: lines(`
    on a Friday night
    under a blanket
    with my brother
    , the older the better
    with a big bowl of popcorn
    when I can't sleep
    in the original language
    , ideally at the cinema
  `),
  book: lines(`
    in the bath
    just before I fall asleep
    on holiday
    , over and over
    since a teacher told me to
    when it's quiet
    , though never to the end
    on my phone
  `),
  hobby: lines(`
    at the weekend
    with my cousins
    whenever I can
    after work
    , badly but happily
    since I was a child
    every other Tuesday
    with a club down the road
  `),
  trip: lines(`
    for two weeks
    with a backpack
    in the spring
    with my best friend
    , all on my own
    as soon as I can afford it
    for the mountains
    , and not for the food
  `),
  goal: lines(`
    this year
    before I turn fifty
    , one step at a time
    and I mean it
    with a friend
    , whatever it takes
    by the summer
    , at long last
  `),
  colour: lines(`
    for my walls
    and always was
    from head to toe
    , like the sea in winter
    , though not on me
    because it calms me down
    for nearly everything
    , ask my wardrobe
  `),
  hate: lines(`
    in any form
    however it's cooked
    on my plate
    , not even in soup
    since I was a child
    , the smell alone
    in a salad
    , raw or cooked
  `),
};
