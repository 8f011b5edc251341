/**
 * What people say of each slot: what is so, what will be needed, what is wanted, what is not theirs.
 *
 * `{}` is a value, `{a}` the value with its article. Every fourth line is for the test part (`lines.ts`).
 */
import { lines } from './lines.ts';

export type SlotPhrases = {
  /** Says outright that the value is the person's. */
  readonly statements: readonly string[];
  /** Announces that something will be needed. */
  readonly remarks: readonly string[];
  /** Asks for something that the value decides. */
  readonly requests: readonly string[];
  /** Names a value that is somebody else's, former, wished for or denied. */
  readonly notMine: readonly string[];
  /** Lets the value be inferred. */
  readonly hints: readonly string[];
};

export const slotPhrases: Readonly<Record<string, SlotPhrases>> = {
  name: {
    statements: lines(`
      I'm {}, by the way.
      My name's {}.
      Everyone calls me {}.
      You can call me {}.
      The name is {}.
      I go by {}.
      It's {} here.
      My friends know me as {}.
      My parents named me {}.
      I was christened {}.
      Just call me {}, please.
      {}'s my name.
      Hi, I'm {}.
      I'm {}.
      Hello there, {} here.
      This is {} speaking.
      I'm {} and I'm new here.
      Hey, I'm {}, hello.
      They call me {}.
      Good to be here, I'm {}.
      Evening, {} here.
      Hey, it's {} speaking.
      {}, pleased to meet you.
      Oh, and my name is {}, in case you need it.
    `),
    remarks: lines(`
      I'm at a conference next week, with name tags and all.
      I'm having cards printed soon.
      On Friday there's a getting-to-know-you evening at the club.
      Somebody's making us personalised mugs at work.
      I'll have to introduce myself to the new team soon.
      There's a form to fill in for the course next week.
      I want to put a sign on my door one of these days.
      We're getting embroidered towels for the team.
    `),
    requests: lines(`
      How should I sign this card?
      What should it say on my name badge?
      Can you write the greeting for my voicemail?
      What do I put on my door sign?
      Start a letter in my name, would you?
      What should they engrave on my pen?
      How do I introduce myself in one line?
      Which name goes on my mug?
    `),
    notMine: lines(`
      My sister's called {}.
      My boss is named {}, like half the town.
      I was nearly called {}, but my mother said no.
      People sometimes think I'm called {}, which I'm not.
      The new neighbour introduced himself as {}.
      My cousin named the baby {}.
      I used to have a teacher named {}.
      I'd have loved to be called {}.
    `),
    hints: lines(`
      My mum still shouts "{}!" across the whole park.
      There was a parcel with "{}" on it, and it was for me.
      The coffee cup said "{}", spelt right for once.
      They announced "{} to the front desk" and I got up.
      "{}" was on the card that came with my flowers.
      The teacher read out "{}" and I put my hand up.
      My gran knitted me a jumper with "{}" on the front.
      They spelt me "{}" on the cake, and for once it was right.
      The barber shouted "{}, you're next!" and I sat down.
      My own mother calls me {} only when she's cross.
      I heard somebody say "{}" and turned round.
      My gym card says {} under the photo.
    `),
  },
  city: {
    statements: lines(`
      I live in {}.
      I'm based in {}.
      Home is {} for me.
      I've got a flat in {}.
      I've lived in {} for a few years.
      My place is in {}.
      {} is where I live.
      I'm writing from {}, that's home.
      We settled in {}.
      I've made {} my home.
      You'll find me in {}.
      My home town these days is {}.
      I moved to {} last spring and I'm staying.
      These days I live over in {}.
      My flat's in {}, on a noisy street.
      I've been living in {} since I got married.
      I was born in {} and I still live there.
      We bought a house in {} two years ago.
      I rent a room in {}.
      Home for us is {}, and it's not a bad place.
    `),
    remarks: lines(`
      I've got a free Sunday at home coming up.
      Friends are visiting me at home next week.
      I want to explore my own town more soon.
      I'll need a new doctor near home soon.
      My parents want to see where I live, they come next month.
      I'm off work next week and staying at home.
      I'm planning a walk around town for Saturday.
      Soon I have to show a colleague around where I live.
    `),
    requests: lines(`
      Where should I take visitors around here?
      What can I do in my town this weekend?
      Can you find me a good map for home?
      Which town's newspaper should I read?
      What's a nice local outing for me?
      Could you look up events where I live?
      Where would be a good place for a walk in my city?
      Which local team should I support?
    `),
    notMine: lines(`
      My brother lives in {}.
      My best friend has just moved to {}.
      I grew up in {}, but I left ages ago.
      I'd love to live in {} one day.
      I don't live in {}, whatever the map says.
      My parents used to have a house in {}.
      I was in {} for a wedding last summer.
      My boss commutes from {}.
    `),
    hints: lines(`
      My rent in {} has gone up again.
      The mayor of {} wants my vote next month.
      I walked home past the old station of {} last night.
      The {} library card is burning a hole in my pocket.
      I cycled home through half of {} in the rain.
      The bin men of {} are on strike and our street stinks.
      My landlord owns half of {}, and he won't fix my heating.
      I vote in {} on Sunday.
      From my kitchen I can see the whole of {}.
      My neighbours and I sweep our street in {} every spring.
      I got back to {} late last night and fell into my own bed.
      The council of {} wants to put a road through my garden.
    `),
  },
  job: {
    statements: lines(`
      I work as {a}.
      I'm {a} by trade.
      I'm {a}.
      I earn my living as {a}.
      I've been {a} for six years.
      My job? I'm {a}.
      They pay me to be {a}.
      I make a living as {a}.
      I trained as {a} and that's what I do.
      By day I'm {a}.
      I've got a job as {a}.
      {A}, that's what I am.
      I work in town as {a}.
      I've just started as {a}.
      Since last year I've been working as {a}.
      I'm {a} and I work a lot.
      I run my own business as {a}.
      I left school and became {a}, which I still am.
      For a living I'm {a}.
      I'm still {a}, twenty years on.
    `),
    remarks: lines(`
      There's a career day at my daughter's school soon.
      I want to learn something new for work.
      I've got a work anniversary coming up.
      My yearly review is next week.
      I'll have some money for training soon.
      I have to give a talk about my work next month.
      I need to update my CV soon.
      I want to go to a trade fair this spring.
    `),
    requests: lines(`
      Which course would help me at work?
      Can you suggest a trade magazine for me?
      What should I put under profession?
      How do I describe my work in a sentence?
      What tool would make my working day easier?
      Which professional association should I join?
      What sort of conference would be worth my time?
      Can you think of a headline for my CV?
    `),
    notMine: lines(`
      My mother was {a}.
      My neighbour works as {a}.
      I used to be {a}, years ago.
      I wanted to become {a} when I was little.
      I'm not {a}, though people often think so.
      My flatmate's training to be {a}.
      I dated {a} once.
      If I'd been braver I'd be {a} now.
    `),
    hints: lines(`
      My customers always say I'm the best {} in town.
      My {} apron needs washing again, or whatever you'd call it.
      It's the annual {} convention and they asked me to speak.
      Six other people at my place do the same, but I'm the senior {}.
      As a {} you never get a quiet Monday, I tell you.
      My first day as {a} was a disaster, and it's been fine ever since.
      The other {} is off sick, so I did the work of two.
      They've put my photo in the paper: "{} of the month".
      I've got my {} exam behind me and the licence on the wall.
      My hands look like a {}'s hands, my wife says, and no wonder.
      Being {a} is hard on the back, let me tell you.
      My boss says she's never had a better {} than me.
    `),
  },
  schedule: {
    statements: lines(`
      I work {}.
      My hours? I work {}.
      They've got me on {}.
      I do {} these days.
      I'm on {} at work.
      At work it's {} for me.
      I've signed up for {}.
      I always work {}.
      It's {} for me all year.
      My contract says {}.
      I'm working {} at the moment.
      I prefer {}, and that's what I work.
      I'm down for {} this year.
      My boss has me working {}.
      We all work {} at our place, me too.
      It's been {} for me since January.
      I took the job because I can work {}.
      As for hours, I'm on {}.
      I'm the one who does {} in our team.
      My working life is {}, more or less.
    `),
    remarks: lines(`
      I need to see a dentist soon and find a time.
      I want to start a class, if the time fits.
      I have to plan my month this week.
      My sister wants to call me regularly from now on.
      I'm getting a new sofa delivered soon.
      I want to sleep better, so I need a plan.
      I'd like to book a gym slot soon.
      We have to fix a weekly time for band practice.
    `),
    requests: lines(`
      When should I book my gym session?
      Can you find a good time for me to call my sister?
      When's a good time for me to sleep?
      What time should I let them deliver the sofa?
      Can you draft a weekly plan that fits my hours?
      When could I take an evening class?
      Which appointment should I take?
      When should I set my alarm?
    `),
    notMine: lines(`
      My husband works {}.
      My sister's always on {}.
      I used to work {}, and it nearly killed me.
      I'd love to work {} one day.
      I don't work {}, luckily.
      Half of my team does {}.
      My dad worked {} all his life.
      A friend of mine swears by {}.
    `),
    hints: lines(`
      The rota came out and it says {} again.
      My body clock has got used to {} by now.
      With {}, I never see my neighbours.
      The extra pay for {} comes in handy.
      After three years of {} I can sleep anywhere.
      My friends forget that I'm on {} and ring at the wrong time.
      Thanks to {} I get the whole park to myself.
      My plants suffer from my {}.
      My union got us more money for {}.
      Since I started {} I've forgotten what my kitchen looks like by daylight.
      I swapped with a colleague, but next week it's {} again.
      My children think {} is a disease their parent has.
    `),
  },
  transport: {
    statements: lines(`
      I go to work by {}.
      I get around by {}.
      I take the {} every day.
      The {} is how I get to work.
      I always use the {}.
      I commute by {}.
      My way to work? The {}.
      I rely on the {} to get into town.
      I travel by {}, rain or shine.
      It's the {} for me every morning.
      I never leave without my {}, so to speak: I go by {}.
      Going by {} is how I do it.
      I'm on the {} by seven every morning.
      I go everywhere by {}.
      I get to work on the {}, door to door in half an hour.
      For shopping and work I use the {}.
      We live far out, so I need the {} every day.
      I never drive anybody mad about parking, I take the {}.
      My daily way is by {}.
      I do all my errands by {}.
    `),
    remarks: lines(`
      I start at a new office on Monday.
      Next week I've got a long way to a customer.
      I have to be across town early on Thursday.
      The office is moving to the other side of the river.
      I need to get to the airport next week.
      From next month I'll commute a bit further.
      I've been invited to a house outside town.
      I've got three appointments in town on one day.
    `),
    requests: lines(`
      How should I get to the new office?
      What's the best way for me to get into town?
      Can you plan my route for tomorrow?
      How do I get to the party?
      Which way should I travel on Thursday?
      Can you work out how I'll get to the appointment?
      What do I need for my commute?
      How would I best get home tonight?
    `),
    notMine: lines(`
      My colleague always comes by {}.
      My brother goes everywhere by {}.
      I used to go by {}, but not anymore.
      I'd love to go by {} some day.
      I never take the {}.
      My neighbours all go by {}.
      My grandfather spent his life on the {}.
      I don't go by {}, it makes me nervous.
    `),
    hints: lines(`
      The {} was freezing this morning and my hands still hurt.
      My {} stood in the rain all night and now this.
      I read half a book on the {} today.
      I met my old teacher on the {} this morning, like every Tuesday.
      I left my umbrella on the {} this morning.
      My {} had a flat battery or something and I was late for work.
      The {} was so full that I couldn't move my arms.
      I know every stop and every corner of my way on the {}.
      I paid more for the {} this month than for food.
      I fell asleep on the {} and woke up at the far end of town.
      Somebody on the {} sneezed on me the whole way to work.
      My {} squeaks, and the whole street knows when I leave for work.
    `),
  },
  pet: {
    statements: lines(`
      I have {a}.
      I've got {a} at home.
      There's {a} living with me.
      I share my flat with {a}.
      I'm the proud owner of {a}.
      {A} lives with me.
      My pet is {a}.
      I look after {a}, my pet.
      I adopted {a} two years ago.
      I own {a}.
      My flatmate is {a}, if that counts.
      Home is where my {} is.
      I live alone with {a}.
      I've had {a} since I was ten.
      We've got {a}, and nobody else at home is ever awake before noon.
      I bought {a} last summer.
      I walk home at lunch to feed my {}.
      My wife and I have {a}.
      At home {a} is waiting for me.
      I was given {a} for my birthday, and I've kept it.
    `),
    remarks: lines(`
      The pet shop has a sale next week.
      I have to find somebody to help at home over the holidays.
      There's a fair for animal lovers on Saturday.
      I'm off to the vet soon.
      I want to spoil somebody with four legs or fewer soon.
      I'm going to build something for the animals at home.
      I need to stock up at the pet shop soon.
      We're moving the furniture, and not everybody at home will like it.
    `),
    requests: lines(`
      What should I get from the pet shop?
      What could I build for my little companion?
      Which toy should I order for the one at home?
      What should I tell the pet sitter to look out for?
      Can you suggest a treat for my animal?
      What food do I need to stock up on for my pet?
      Which vet is the right one for us?
      What would make my pet happy?
    `),
    notMine: lines(`
      My neighbour has {a}.
      My brother wants {a}.
      I used to have {a} as a child.
      I'd love to have {a} one day.
      I don't have {a}, I'm allergic.
      My aunt breeds every kind of {}.
      I looked after {a} for a friend once.
      A colleague brought {a} to the office today.
    `),
    hints: lines(`
      My {} woke me at five this morning.
      I had to take the {} to the vet again.
      The {} has been chewing on my slippers.
      Half of my wages go on food for the {}.
      My {} has gone to sleep on my keyboard.
      The {} is hiding because of the thunder, poor thing.
      I've got hairs or feathers all over my coat, that's my {} for you.
      My {} hates the postman.
      I need to be back by six to feed the {}.
      The neighbours complained about the noise my {} makes.
      My {} broke the vase my aunt gave me.
      I take more photos of my {} than of my family.
    `),
  },
  diet: {
    statements: lines(`
      I'm {}.
      I eat {}.
      I've been {} for years.
      I keep to a {} diet.
      My diet's {}.
      I only eat {}.
      I've gone {} and I'm staying that way.
      As for food, I'm strictly {}.
      I cook {} at home.
      I live {}.
      I'm {}, have been for a while.
      My meals are {}, all of them.
      I turned {} when I was twenty.
      I stay {}, even at Christmas.
      I eat strictly {}.
      At home we cook {}, because I am.
      I've been eating {} since my operation.
      My doctor wants me {}, and I stick to it.
      Everything I cook is {}.
      I've lived on {} food for ages.
    `),
    remarks: lines(`
      I'm doing the big weekly shop on Sunday.
      My fridge is empty, I'll have to shop soon.
      We're flying soon and I need to order a meal on board.
      There's a canteen at the new place, from next week.
      I'm going to a wedding and they want to know about meals.
      I want to plan my meals for the week.
      The caterer wants our details by Friday.
      I'm off to a hotel with full board next month.
    `),
    requests: lines(`
      Which menu should I tick for the wedding?
      Can you write my shopping list for the week?
      What do I tell the caterer?
      What sort of cookbook should I get?
      Which meal do I order on the plane?
      What should the canteen put on my plate?
      Can you plan my meals for the week?
      What do I tell the hotel about my meals?
    `),
    notMine: lines(`
      My sister is {}.
      My flatmate has gone {}.
      I used to be {}, but that's long ago.
      I'd like to be {} one day, if I had the discipline.
      I'm not {}, by the way.
      My new colleague is {}.
      My ex was {}, which made dinners tricky.
      Everyone thinks I'm {}, and I'm not.
    `),
    hints: lines(`
      The {} shelf in the shop was empty again, so no dinner for me.
      I had to send my plate back because it wasn't {}.
      The waiter knows me: he brings the {} menu without asking.
      My {} stew lasted me three days.
      I cried when they opened a {} bakery on my street.
      At the barbecue I brought my own {} things, as always.
      My mother still can't cook {} for me, bless her.
      I read every label twice to see if it's {}.
      On the plane they forgot my {} tray.
      I've got three {} cookbooks and use them all.
      My friends choose the restaurant by whether it has something {} for me.
      I swapped my sandwich because mine wasn't {}.
    `),
  },
  food: {
    statements: lines(`
      I love {}.
      My favourite food is {}.
      I could eat {} every day.
      Nothing beats {}.
      {} is my favourite dish.
      I'm crazy about {}.
      I'm a big fan of {}.
      If I could only eat one thing it'd be {}.
      {} always makes me happy.
      I adore {}.
      My comfort food is {}.
      For me there's nothing better than {}.
      I'd walk a mile for {}.
      On my birthday I always have {}.
      I never say no to {}.
      What I like best is {}.
      I cook {} every week.
      {} beats everything else on the menu.
      If there's {}, I'm happy.
      My favourite thing to eat has to be {}.
    `),
    remarks: lines(`
      Friends are coming for dinner on Saturday.
      I've got the kitchen to myself tomorrow.
      We all eat at my place on Sunday.
      My birthday dinner is coming up.
      I want to treat myself on Friday night.
      I've promised to cook for the family soon.
      I'm meeting a friend for lunch next week.
      We're having a feast at the office soon.
    `),
    requests: lines(`
      What should I eat tonight?
      What could I cook for myself?
      I'm hungry. Any ideas?
      What should I order in?
      What would be a good dinner for me?
      Pick something for my birthday dinner, please.
      I can't decide what to have for lunch. Help?
      What do I put on the table on Saturday?
    `),
    notMine: lines(`
      My brother loves {}.
      My flatmate cooks {} all the time.
      I used to love {} as a kid.
      I'd like to try {} some day.
      I'm not a fan of {}, honestly.
      My boss orders {} every single Friday.
      My grandmother's favourite was {}.
      My daughter asked for {} again.
    `),
    hints: lines(`
      I went back for a third plate of {} last night.
      The place round the corner knows me for ordering {} each week.
      I crossed the whole town for a plate of {}.
      My freezer's full of {} again, and it won't last.
      I've had {} three times this week and I'm not sorry.
      The cook winked at me and gave me extra {}.
      My shirt has {} on it again.
      I hid the last {} from my family.
      I dreamt of {} last night, honestly.
      My friends bet that I'd order {}, and they won.
      I learnt to make {} because the restaurant got too dear.
      There was {} at the buffet, and I didn't get any further.
    `),
  },
  drink: {
    statements: lines(`
      My favourite drink is {}.
      I love {}.
      I drink {} every day.
      A glass of {} and I'm happy.
      I'm a {} person.
      I always order {}.
      Nothing beats {}.
      {} is my drink.
      I couldn't live without {}.
      I've got a soft spot for {}.
      Give me {} and I'm content.
      When I'm thirsty it's {} for me.
      I start the day with {}.
      I'd choose {} over anything.
      What I like to drink is {}.
      After work I have {}.
      There's always {} in my fridge.
      If you're buying, I'll have {}.
      {} is the only thing I ever order.
      I never get tired of {}.
    `),
    remarks: lines(`
      There's a party on Friday.
      We're all meeting at a bar on Thursday.
      I'm stocking the fridge for the weekend.
      It's going to be hot next week.
      We've got a picnic on Sunday.
      A colleague's leaving do is coming up.
      I want to toast my new flat soon.
      I'm meeting an old friend in a café next week.
    `),
    requests: lines(`
      What should I drink tonight?
      I'm thirsty. What should I have?
      What do I order at the bar?
      Which drink should I bring to the party?
      What should I sip on the balcony?
      Can you pick a drink for me?
      What do I put in my glass to celebrate?
      Any idea what to order in the café?
    `),
    notMine: lines(`
      My sister drinks {} all day.
      My boss loves {}.
      I used to drink {}, but I stopped.
      I'd like to try {} one day.
      I don't drink {}.
      My grandpa swore by {}.
      My flatmate keeps buying {}.
      Everybody at work drinks {} except me.
    `),
    hints: lines(`
      I've run out of {} and it's only Wednesday.
      The barman starts pouring {} as soon as he sees me.
      I spent half an hour looking for {} in the shop.
      My desk smells of {} again.
      I've had so much {} today that I can't sit still.
      My friends gave me a crate of {} for my birthday.
      I spilt {} all over my keyboard.
      There's {} in my flask, as always.
      I walked out because they had no {}.
      My kitchen shelf is {} from left to right.
      I went to three shops for {} this morning.
      They know my order by now: {}, every time.
    `),
  },
  music: {
    statements: lines(`
      I love {}.
      I listen to {} all the time.
      {} is my kind of music.
      My favourite music is {}.
      I'm really into {}.
      I've got a whole shelf of {} records.
      Nothing lifts me like {}.
      I'm a {} fan through and through.
      I grew up on {} and still love it.
      When it comes to music, it's {} for me.
      I play {} at home every evening.
      I can't get enough of {}.
      I put on {} every morning.
      It's got to be {} for me.
      My headphones are full of {}.
      I go to {} concerts all the time.
      I dance to {} in the kitchen.
      What I love most is {}.
      I mainly listen to {}.
      If it's {}, I turn it up.
    `),
    remarks: lines(`
      I've got a free evening with live music coming up.
      I have a long drive on Monday.
      My headphones are back from repair tomorrow.
      There's a festival in town soon.
      I'm hosting a party and need a playlist.
      I'm getting a record voucher for my birthday.
      I'll be painting the flat all weekend and need a soundtrack.
      There's a concert season starting next month.
    `),
    requests: lines(`
      What should I listen to on the drive?
      Which concert should I go to?
      Can you make me a playlist?
      Put something on for me, will you?
      What record should I buy?
      I need some music for tonight. Ideas?
      What should I play at the party?
      Pick a gig for me, please.
    `),
    notMine: lines(`
      My brother listens to {} all day.
      My neighbour plays {} at night.
      I used to be into {}, in my teens.
      I wish I understood {}.
      I don't like {}, to be honest.
      My boss has {} on in the car.
      My son's band plays {}.
      My dad raised us on {}, I never got it.
    `),
    hints: lines(`
      I had {} on so loud that the neighbours knocked.
      My {} station was my alarm again today.
      I got tickets for a {} night before they sold out.
      My fingers were drumming {} on the desk all day.
      My ears still ring from the {} night on Saturday.
      I've worn out my {} records.
      The neighbours know all about {} by now, thanks to me.
      I cried at a {} concert last week, it was that good.
      My whole holiday money went on a {} festival.
      I hum {} at work and nobody can stop me.
      My kitchen radio only plays {}, because that's where I set it.
      I've got {} in my ears as I'm typing this.
    `),
  },
  film: {
    statements: lines(`
      I love {}.
      I mostly watch {}.
      {} are my favourite.
      I'm a sucker for {}.
      When I go to the cinema it's for {}.
      I can't resist {}.
      I've seen hundreds of {}.
      On Fridays I watch {}.
      My favourite films are {}.
      I'm into {}.
      If there are {} on, I'm watching.
      Give me {} and popcorn.
      My evenings are for {}.
      I'd rather watch {} than anything.
      What I like to see is {}.
      I never miss {} at our cinema.
      I've loved {} since I was little.
      It has to be {} for me.
      I could watch {} all weekend.
      I'm a great one for {}.
    `),
    remarks: lines(`
      I've got a film night coming up.
      The cinema's half price on Tuesday.
      I'm getting a free month of streaming.
      There's a film festival here soon.
      I've got a babysitter on Friday, so I can go out.
      My new television arrives next week.
      It'll be a long flight with a screen in the seat.
      We're taking turns choosing a film, and I'm next.
    `),
    requests: lines(`
      What should I watch tonight?
      Can you recommend a film?
      What do I pick for film night?
      Which film should I see on Tuesday?
      What do I stream this weekend?
      Choose something for me to watch.
      I'm at the cinema, which one do I take?
      What should I watch on the plane?
    `),
    notMine: lines(`
      My mother loves {}.
      My flatmate only watches {}.
      I used to watch {} with my ex.
      I'd like to get into {} some time.
      I can't bear {}, sorry.
      My boss goes on about {} all day.
      The kids always want {}.
      My neighbour collects {}.
    `),
    hints: lines(`
      I was up till two with {} and a blanket.
      The video shop gave me a card for all those {}.
      My watch list is nothing but {}.
      I cried through two {} this weekend.
      My sofa has a dent from all those {}.
      The cinema keeps a seat for me whenever they show {}.
      I quoted from {} all through dinner, sorry to my guests.
      My flatmates groan when I reach for {} again.
      I've got a wall full of posters of {}.
      I went to bed at three because of two {} in a row.
      My collection of {} needs a second shelf.
      I jumped off my seat in one of those {} last night.
    `),
  },
  book: {
    statements: lines(`
      I love reading {}.
      My favourite author is {}.
      I'm reading everything by {}.
      {} is my favourite writer.
      My shelf's full of {}.
      Nobody writes like {}.
      I never go anywhere without a book by {}.
      I'm a great admirer of {}.
      I always come back to {}.
      For me it's {} above all other writers.
      I've read {} since school and still do.
      I could read {} all day.
      I've got everything that {} ever wrote.
      The writer I love most is {}.
      I read {} every winter.
      I'm in the middle of {} again.
      {} is the only one I read twice.
      If it's by {}, I buy it.
      I wrote to {} once, I'm such a fan.
      My favourite books are by {}.
    `),
    remarks: lines(`
      I've got a week at the beach coming up.
      There's a book fair on Saturday.
      I'm getting a voucher from the bookshop.
      My reading group meets next week, and I choose.
      I have long train rides ahead.
      I'm in bed with a broken toe from Monday, sort of.
      The library's reopening soon.
      I want to read more this winter.
    `),
    requests: lines(`
      What should I read next?
      Which book do I take to the beach?
      What do I suggest to my reading group?
      Can you pick a book for me?
      What should I borrow from the library?
      I've finished my novel. What now?
      Which book should I ask for as a present?
      What do I read on the train?
    `),
    notMine: lines(`
      My sister reads {} all the time.
      My boss keeps quoting {}.
      I used to read {} as a student.
      I've always meant to try {}.
      I never got on with {}.
      My teacher made us read {}.
      My flatmate is writing a thesis on {}.
      My grandfather knew {} by heart.
    `),
    hints: lines(`
      I missed my stop because of {} again.
      My bedside table is {} from top to bottom.
      I queued for the new edition of {} this morning.
      I've underlined half of that {}.
      I was up all night with {}, and now I can't keep my eyes open.
      There's a signed copy by {} under glass on my wall.
      I cried over {} in the waiting room, people stared.
      If I had a daughter, she would be named after {}.
      I'm on the waiting list for the new {}.
      I've got jam stains on all my {}.
      The bookseller rings me when something by {} comes in.
      I've been through two copies of {}, they fell apart.
    `),
  },
  hobby: {
    statements: lines(`
      I love {}.
      My hobby is {}.
      I spend my weekends {}.
      I do a lot of {}.
      In my free time it's {} for me.
      I'm really into {}.
      After work I relax by {}.
      {} is what I do for fun.
      I've taken up {} and I'm hooked.
      I can't live without {}.
      My great passion is {}.
      You'll find me {} on Sundays.
      What I enjoy most is {}.
      I go in for {}.
      Most evenings I'm busy with {}.
      I've been into {} since school.
      {} keeps me sane.
      I belong to a club for {}.
      I could spend whole days {}.
      When I've got time off, I'm always {}.
    `),
    remarks: lines(`
      I've got a long weekend coming up.
      I'll have some evenings free next month.
      The community centre has new courses soon.
      I've got a bit of money for fun this month.
      I'm off for two weeks soon and staying home.
      I want to meet new people this autumn.
      The sports and leisure fair is on Saturday.
      My doctor says that I need more free time.
    `),
    requests: lines(`
      What should I do this weekend?
      Which club should I join?
      I'm bored. What could I do?
      What course should I take at the centre?
      How should I spend my free evening?
      What should I spend my fun money on?
      Give me something to do on Sunday.
      What do I look for at the leisure fair?
    `),
    notMine: lines(`
      My friend spends every weekend {}.
      My sister's mad about {}.
      I used to enjoy {}, before my knee.
      I'd like to take up {} some day.
      I'm no good at {}, so I don't.
      My dad's big thing was {}.
      Our neighbours are always {}.
      My flatmate tried to talk me into {}, no thanks.
    `),
    hints: lines(`
      My arms ache from {} all Sunday.
      I've spent far too much on gear for {}.
      I was late because I forgot the time while {}.
      There's {} at the club tonight and I've got my bag packed.
      My back hurts from too much {}.
      There's a medal for {} in my hall, only bronze though.
      I've cancelled dinner because of {} tonight.
      My partner calls {} my other half.
      I burnt the rice because my head was still at {}.
      The attic is full of my things for {}.
      I've got a blister from {}, the size of a coin.
      I was up at five on Sunday for {}.
    `),
  },
  trip: {
    statements: lines(`
      I dream of a trip to {}.
      I've always wanted to go to {}.
      My dream destination is {}.
      I'd go to {} tomorrow if I could.
      {} is where I want to travel.
      If I travel, it's to {}.
      I'm saving for a journey to {}.
      I want to see {}.
      Top of my travel list is {}.
      Nothing draws me like {}.
      My favourite country to travel to is {}.
      One day soon I'm off to {}, it's my big wish.
      My next big journey has to be {}.
      I'd love nothing more than to see {}.
      I've got my heart set on {}.
      The country I want to visit is {}.
      I'm planning to travel to {}.
      When I can, I'm going to {}.
      For my next holiday I want {}.
      It's been my dream to go to {} since I was a child.
    `),
    remarks: lines(`
      I can take three weeks off this summer.
      I've got air miles to spend.
      My holiday request is due on Friday.
      I've won a travel voucher.
      I have to book my summer holiday soon.
      We're planning the holidays next weekend.
      The travel fair is in town soon.
      My passport's just been renewed.
    `),
    requests: lines(`
      Where should I go on holiday?
      Which trip should I book?
      Where do I spend my air miles?
      What guidebook should I buy?
      Can you plan a journey for me?
      Where should I fly this summer?
      What do I write on my holiday request as destination?
      Pick a destination for me, please.
    `),
    notMine: lines(`
      My mother dreams of {}.
      My friend is off to {} next week.
      I was in {} once, never again.
      My ex moved to {}.
      I don't want to go to {}, too far.
      My boss just came back from {}.
      My cousin won a week in {}.
      My grandparents came from {}.
    `),
    hints: lines(`
      There's a poster of {} over my bed.
      I've been learning phrases for {} every night.
      My savings jar has "{}" written on it.
      I watched videos of {} until midnight again.
      I've got a map of {} on the fridge, with pins in it.
      I looked up flights to {} again in my lunch break.
      My guidebook for {} is falling apart, and I haven't even been.
      I can already say thank you in the language of {}.
      I talk of nothing but {}, my friends say.
      My screen shows a beach in {}, every day I stare at it.
      I put every coin I find into the {} jar.
      I've watched the same programme on {} four times.
    `),
  },
  goal: {
    statements: lines(`
      My goal this year is {}.
      I'm working towards {}.
      I've set my mind on {}.
      What I want most is {}.
      This year it's all about {}.
      I'm aiming at {}.
      My big aim is {}.
      I've promised myself {}.
      I'm determined about {}.
      My plan is {}.
      At the top of my list is {}.
      I've made {} my target.
      I've decided on {} this year.
      What I'm after is {}.
      Nothing will keep me from {}.
      My resolution is {}.
      The next big thing for me is {}.
      The plan for this year is {}.
      Right now I'm all about {}.
      It's time for {}, I've told everybody.
    `),
    remarks: lines(`
      I'm making a plan for the next months soon.
      I've got a coaching session next week.
      A new year's coming and I want to be organised.
      I've bought a big wall calendar.
      My friends and I share our plans on Sunday.
      I want to use my evenings better from Monday.
      I'm starting a diary next week.
      I've got a talk with a mentor soon.
    `),
    requests: lines(`
      What should I work on this week?
      Can you make a plan for me?
      What do I write at the top of my calendar?
      What's a good first step for me?
      What should I tell my mentor I'm after?
      How should I use my evenings?
      What should I put in my diary as my aim?
      Remind me what I'm doing all this for?
    `),
    notMine: lines(`
      My brother's dreaming of {}.
      My neighbour's goal is {}.
      I once thought about {}, but dropped it.
      I'd think about {} in another life.
      {} isn't for me.
      My flatmate is serious about {}.
      My sister has managed {}, hats off.
      Everybody talks about {}, I don't care for it.
    `),
    hints: lines(`
      I got up at six for {}, and I'll do so tomorrow.
      There's a sticker on my fridge that says "{}".
      I've put aside another fifty for {}.
      I read a whole book on {} this week.
      There's a note on my mirror that says "{}".
      I've told all my friends about {}, so now I have to.
      I lie awake thinking about {}.
      Half of my savings are put aside for {}.
      My diary has "{}" in red letters.
      I found a group online for {}.
      I took the first step towards {} yesterday.
      My mother laughed at {}, and I'll show her.
    `),
  },
  colour: {
    statements: lines(`
      My favourite colour is {}.
      I love {}, the colour.
      I wear {} a lot.
      Everything I own is {}.
      {} is my colour.
      I've painted my room {} because I love it.
      I can't resist anything {}.
      I like {} best of all colours.
      Half my wardrobe is {}.
      If it's {}, I buy it.
      I'm happiest in {}.
      Of all colours it's {} for me.
      I paint everything {}.
      {} has always been my colour.
      I look best in {}.
      What I like best is {}.
      I always choose {}.
      If it comes in {}, I'll take it.
      I'd have everything in {}.
      The colour I love is {}.
    `),
    remarks: lines(`
      I'm painting the hallway soon.
      I need something to wear for a wedding.
      I'm getting new curtains next week.
      I want a new coat for the winter.
      My new phone needs a case.
      I'm ordering a bike next month.
      I have to choose tiles for the bathroom soon.
      I'm knitting a scarf, or having one knitted.
    `),
    requests: lines(`
      Which colour should I paint the hallway?
      What colour should my coat be?
      Which curtains should I take?
      What do I wear to the wedding?
      Pick a colour for my bike.
      Which phone case should I get?
      What tiles do I choose?
      Which wool should I get for the scarf?
    `),
    notMine: lines(`
      My sister only wears {}.
      My boss painted the office {}.
      I used to wear {} all the time.
      I wish {} suited me.
      I don't like {} at all.
      My neighbour's house is {}, all of it.
      My daughter wants everything in {}.
      My gran always dressed in {}.
    `),
    hints: lines(`
      I came home with another {} jumper.
      My {} front door makes me smile each time.
      They know me at work by my {} bag.
      I dyed the tablecloth {} last night.
      I bought my third {} coat this week.
      My hat, my bag and my shoes are all {}, I can't help it.
      I've just had my nails done in {} again.
      The painter asked if I was sure about {} everywhere, and I was.
      I married in {}, and my mother fainted nearly.
      My kitchen is {} up to the ceiling now.
      I chose the {} one, as I always do.
      My whole wardrobe is {}.
    `),
  },
  hate: {
    statements: lines(`
      I can't stand {}.
      I hate {}.
      I really don't like {}.
      {} isn't for me.
      I never eat {}.
      Please keep {} away from me.
      I can't bear {}.
      There's one thing I won't eat: {}.
      The worst thing on a plate is {}.
      I've always disliked {}.
      Don't offer me {}.
      {} makes me shudder.
      You can chase me with {}.
      I never order anything with {}.
      I really dislike {}.
      Anything but {}, please.
      I've never liked {}.
      I leave {} on my plate.
      The taste of {} makes me ill.
      I won't have {} in my kitchen.
    `),
    remarks: lines(`
      I'm eating at a colleague's place on Sunday.
      I've ordered a vegetable box from a farm, it comes next week.
      The canteen takes requests from Monday.
      There's a surprise dinner planned for me.
      I'm getting a smoothie maker soon.
      My aunt wants to cook for me next week.
      We're ordering a big buffet for the office.
      I'm trying a new restaurant with a set menu soon.
    `),
    requests: lines(`
      What should I tell my aunt to leave out?
      What do I ask them not to put in the box?
      Make me a salad, but mind what I don't like.
      What should the kitchen leave off my plate?
      Put together a buffet that I'd survive, please.
      What do I tell the waiter I won't eat?
      Which ingredient should stay out of my smoothie?
      Suggest a soup and leave out what I can't stand.
    `),
    notMine: lines(`
      My brother can't stand {}.
      My boss hates {}.
      I used to hate {}, now it's fine.
      My daughter won't touch {}.
      I don't mind {} at all.
      My flatmate gets sick from {}.
      My husband really dislikes {}.
      Some people can't bear {}, I don't get it.
    `),
    hints: lines(`
      I picked the {} out of my lunch piece by piece.
      I saw {} on the menu and left.
      They served {} and I had bread for dinner.
      The smell of {} drove me out of the kitchen.
      I picked every bit of {} out of my salad.
      I smelt {} on the stairs and held my breath.
      My aunt served {}, and I fed it to the plant.
      There was {} in the soup, so I went to bed hungry.
      I gave my {} to my neighbour at the table.
      I nearly choked when I found {} in my sandwich.
      They put {} on my pizza, and I sent it back.
      I pulled a face at the {}, and the waiter saw it.
    `),
  },
  length: {
    statements: lines(`
      I like {} answers.
      Please give me {} answers.
      I'd like your answers {}.
      {} answers, please.
      Could you keep your answers {}?
      I prefer it {}.
      Make your replies {}, would you?
      With me, be {}.
    `),
    remarks: [],
    requests: [],
    notMine: [],
    hints: [],
  },
  tone: {
    statements: lines(`
      Please keep it {} with me.
      I like a {} tone.
      Be {} with me.
      A {} tone suits me best.
      Talk to me in a {} way.
      I prefer things {}.
      Let's keep this {}.
      I'm more of a {} person, so talk like that.
    `),
    remarks: [],
    requests: [],
    notMine: [],
    hints: [],
  },
};
