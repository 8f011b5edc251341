/**
 * Messages as people type them in chats, each with an entry that a model might note or take out, and what a
 * sensible person says: S it rests on the message, N it does not; E it has ended, K it is kept.
 *
 * Written to probe where words mislead, so agreement with them is no rate of what people really write; the
 * rules were mended with these cases in sight.
 */
export type LabelledClaim = {
  readonly label: 'S' | 'N' | 'E' | 'K';
  readonly slot: string;
  readonly value: string;
  readonly text: string;
};

const table = `
S|home|Bristol|I live in Bristol
S|home|Bristol|im based in bristol
S|home|Bristol|I'm in Bristol, what about you?
S|home|Bristol|Bristol born and bred!
S|home|Bristol|we just bought a house in Bristol
S|home|Bristol|here in Bristol it's pouring
S|home|Lisbon|Moved to Lisbon last year and loving it
S|home|Lisbon|I moved to Lisbon, never looked back
S|home|Lisbon|I've never been happier than since I moved to Lisbon
S|home|New York|I'm in New York
S|home|São Paulo|I live in São Paulo
S|home|Sao Paulo|I live in São Paulo
S|home|Zürich|I live in Zurich
S|home|Cologne|I live near Cologne, not far from the cathedral
S|home|Cologne|I live not far from Cologne
S|work|nurse|I'm a nurse
S|work|nurse|I work nights as a nurse
S|work|teacher|I teach maths at a secondary school
S|work|software engineer|I'm a software engineer
S|work|software engineer|I write software for a bank
S|work|electrician|been an electrician for 20 years now
S|work|plumber|I can't come, I'm a plumber and the phone never stops
S|work|nurse|Not to brag but I'm a nurse, I know what that rash is
S|job|baker|I don't get weekends off since I'm a baker
S|job|lawyer|I'm a lawyer, not a doctor
N|job|doctor|I'm a lawyer, not a doctor
S|job|lawyer|I'm a lawyer not a doctor
N|job|doctor|I'm a lawyer not a doctor
S|age|34|I'm 34
S|age|34|just turned 34 yesterday
S|age|34|34 and still single lol
S|age|42|I'm 42 years old
S|age|29|I'm turning 29 next month?
N|age|34|My flat is 34 square metres
N|age|34|I'm not 34 yet
S|age|40|I'm over 40
S|age|19|19, from Leeds, student
S|origin|Leeds|19, from Leeds, student
S|studies|physics|I'm studying physics at uni
S|studies|physics|doing a physics degree
S|studies|law|I dropped out of law school
S|languages|Spanish|I speak Spanish and a bit of French
S|languages|French|I speak Spanish and a bit of French
N|languages|French|I speak Spanish but no French
N|languages|German|I don't speak German
S|languages|German|I'm learning German
S|name|Lucy|it's Lucy by the way
S|name|Will|call me Will
S|name|Will|I'm Will
S|name|Mark|Mark here
S|name|Lucy|This is Lucy
S|name|Jo|everyone calls me Jo
S|name|Saoirse|My name's Saoirse
S|name|Siobhán|I'm Siobhán
S|name|O'Brien|name's O'Brien
S|name|O’Brien|My surname is O'Brien
S|name|Müller|Mein Name ist Müller
S|name|Nguyễn|I'm Nguyễn, nice to meet you
S|name|Kate|Katherine, but please call me Kate
S|name|Kate|don't call me Katherine, it's Kate
N|name|Katherine|don't call me Katherine, it's Kate
S|name|Sam|Sam, not Samantha
N|name|Samantha|Sam, not Samantha
S|name|Sam|it's Sam not Samantha
N|name|Will|I will be late tonight
N|name|Will|Will it rain tomorrow?
N|name|Mark|My brother's called Mark
N|name|Mark|can you mark this essay for me
N|name|Tom|my son Tom is three
N|name|Rex|my dog's name is Rex
N|name|Rex|I have a dog called Rex
N|name|Emma|Emma and I went to Paris
N|name|Emma|I'm meeting Emma at six
N|name|Alex|Thanks Alex!
S|name|Ann|Hi, I'm Ann
S|name|Ann|hey, Ann here
S|name|Lucy|Hi I'm Lucy
S|name|May|I'm May
N|name|Claude|Hi Claude, how are you?
N|name|Sorry|sorry, what?
S|name|李明|我叫李明
S|name|Олег|меня зовут Олег
S|name|Joy|my name is Joy
N|name|Joy|what a joy that was
S|name|Never|My name is Never
S|name|Zoë|I'm Zoë
S|pets|dog|I have a dog
S|pets|dog called Rex|I have a dog called Rex
S|pets|Rex|I have a dog called Rex
S|pets|cat|my cat's been sick all night
S|pets|cat|My cat doesn't like the vet
S|pets|cat|my cat isn't eating
S|pets|cat|I've got a cat and she never shuts up
S|pets|cat|my cat never sleeps
S|pets|dog|I can't go out tonight because my dog has been ill
S|pets|dog|My dog won't stop barking
S|pets|dog|my dog left muddy paws all over the sofa
S|pets|rabbit|we've two rabbits and a guinea pig
S|pets|guinea pig|we've two rabbits and a guinea pig
N|pets|dog|I wish I had a dog
N|pets|dog|I'd love to have a dog one day
N|pets|dog|If I had a dog I'd walk more
N|pets|dog|I want a dog so badly
N|pets|dog|should I get a dog?
N|pets|cat|I might get a cat
N|pets|cat|I'm thinking about getting a cat
N|pets|dog|I had a dog growing up
N|pets|dog|I used to have a dog
N|pets|dog|We don't have any pets, no dog, nothing
N|pets|dog|no dog, just a cat
S|pets|cat|no dog, just a cat
N|pets|dog|my neighbour's dog barks all day
N|pets|dog|our neighbours have a dog
N|pets|dog|the neighbour's dog barked all night
N|pets|dog|Sarah has a dog
N|pets|dog|I looked after a dog last week for a friend
N|pets|dog|My dog died last year
S|pets|parrot|my parrot can say my name
N|pets|cat|I'm allergic to cats so no pets for me
N|pets|cat|my ex took the cat
S|plans|get a cat|I might get a cat
S|plans|get a cat|I'm thinking about getting a cat
S|plans|get a dog|I want a dog so badly
S|pets|cat|I'm a cat owner
S|pets|cat|I'd be lost without my cat
S|pets|dog|wouldn't trade my dog for anything
S|home|Bergen|I moved from Oslo to Bergen
N|home|Oslo|I moved from Oslo to Bergen
S|home|Bergen|I left Oslo for Bergen
N|home|Oslo|I left Oslo for Bergen
S|home|Lyon|not Leeds, Lyon
N|home|Leeds|not Leeds, Lyon
S|home|Lyon|It's Lyon, not Leeds
N|home|Leeds|It's Lyon, not Leeds
S|home|Lyon|I live in Lyon not Leeds
N|home|Leeds|I live in Lyon not Leeds
S|home|Lyon|I meant Lyon, sorry
S|home|Lyon|no, Lyon
S|home|Lyon|No I live in Lyon
S|home|Lyon|No, that's wrong. I live in Lyon.
S|home|Lyon|that's wrong, it's Lyon
S|home|Lyon|You got that wrong, I live in Lyon now
S|home|Lyon|you got it wrong I live in Lyon
S|home|Lyon|I don't live in Leeds anymore, I'm in Lyon now
N|home|Leeds|I don't live in Leeds anymore, I'm in Lyon now
S|home|Lyon|I no longer live in Leeds but in Lyon
N|home|Leeds|I no longer live in Leeds but in Lyon
S|home|Lyon|I'm not in Leeds any more I'm in Lyon
S|home|Lyon|used to be Leeds, now Lyon
S|home|Lyon|used to live in Leeds but now I'm in Lyon
S|home|Lyon|I used to live in Leeds before I moved to Lyon
S|home|Lyon|Actually I live in Lyon these days instead of Leeds
N|home|Leeds|Actually I live in Lyon these days instead of Leeds
S|home|Lyon|I'm in Lyon rather than Leeds these days
N|home|Leeds|I'm in Lyon rather than Leeds these days
S|home|Lyon|since I quit my job I live in Lyon
S|home|Lyon|We sold the house in Leeds and moved to Lyon
N|home|Leeds|We sold the house in Leeds and moved to Lyon
S|home|Lyon|after I lost my job we moved to Lyon
N|home|Leeds|I grew up in Leeds
S|origin|Leeds|I grew up in Leeds
S|origin|Leeds|I'm originally from Leeds but live in Lyon
S|home|Lyon|I'm originally from Leeds but live in Lyon
N|home|Leeds|I'm originally from Leeds but live in Lyon
S|origin|Leeds|I left Leeds when I was ten
S|origin|Leeds|I was born in Leeds but never lived there
N|home|Leeds|I was born in Leeds but never lived there
N|home|Leeds|I lived in Leeds for ten years
N|home|Leeds|back when I lived in Leeds
N|home|Oslo|if I lived in Oslo I'd ski every day
N|home|Oslo|I'd love to live in Oslo one day
N|home|Oslo|I wish I lived in Oslo
N|home|Oslo|what's the weather like in Oslo?
N|home|Oslo|How do I get from Bergen to Oslo?
N|home|Oslo|I'm going to Oslo next week
N|home|Oslo|I'm moving to Oslo in June
S|plans|moving to Oslo|I'm moving to Oslo in June
N|home|Oslo|I was in Oslo for a wedding last summer
N|home|Oslo|I went to Oslo on holiday
N|home|Oslo|Have you been to Oslo?
N|home|Oslo|is Oslo expensive?
N|home|Oslo|My sister lives in Oslo
N|home|Oslo|A friend of mine lives in Oslo
N|home|Oslo|my best friend Anna lives in Oslo
N|home|Oslo|Anna lives in Oslo
N|home|Oslo|my mum's from Oslo
N|home|Oslo|Half my family is in Oslo
N|home|Oslo|one of my cousins lives in Oslo
N|home|Oslo|I have a cousin in Oslo
N|home|Oslo|I visited my sister in Oslo
N|home|Oslo|My girlfriend lives in Oslo and I'm in Bergen
S|home|Bergen|My girlfriend lives in Oslo and I'm in Bergen
S|home|Oslo|My wife is from Bergen but we live in Oslo
S|home|Oslo|My husband and I moved to Oslo
S|home|Oslo|me and my wife live in Oslo
S|home|Oslo|my parents live here in Oslo too
N|home|Oslo|They say Oslo is lovely
N|home|Oslo|my friend said "I live in Oslo"
N|home|Oslo|The character lives in Oslo
N|home|Oslo|Write a story about a man who lives in Oslo
N|home|Oslo|Translate: I live in Oslo
N|home|Oslo|how do you say "I live in Oslo" in French?
N|home|York|I'm in New York
N|home|New York|I just bought a new phone
N|home|New York|Happy New Year!
N|home|San Francisco|we watched San Andreas
S|home|Glasgow|I am not from Edinburgh but Glasgow
S|home|Glasgow|I'm from Glasgow, you know, not Edinburgh
N|music|jazz|is jazz any good?
N|music|jazz|Do you like jazz?
N|music|jazz|what is jazz?
N|music|jazz|can you recommend some jazz?
N|music|jazz|should I try jazz?
N|food|ramen|what's ramen?
N|food|ramen|do you know a good ramen recipe?
N|diet|vegan|is this vegan?
N|diet|vegan|What do vegans eat?
N|diet|vegan|am I vegan if I eat honey?
S|diet|vegan|I'm vegan, what can I cook tonight?
S|diet|vegan|what can I cook tonight, I'm vegan?
S|diet|vegan|can you suggest a vegan dinner? I don't eat meat or dairy
S|music|jazz|you know what I love? jazz
S|music|jazz|who doesn't love jazz?
N|work|nurse|how much does a nurse earn?
N|work|nurse|should I become a nurse?
N|hobbies|chess|how do you play chess?
N|pets|dog|what breed of dog is best for a flat?
S|home|Oslo|did I mention I live in Oslo?
S|pets|dog|did I tell you about my dog?
S|diet|vegetarian|Any tips for a vegetarian like me?
S|music|jazz|Isn't jazz just the best?
S|likes|tea|I'm more of a tea person than coffee
N|likes|coffee|I'm more of a tea person than coffee
S|drink|tea|I prefer tea to coffee
N|drink|coffee|I prefer tea to coffee
S|drink|tea|I'd rather have tea than coffee
N|drink|coffee|I'd rather have tea than coffee
S|drink|tea|tea over coffee any day
N|drink|coffee|tea over coffee any day
S|drink|coffee|can't live without coffee
S|drink|coffee|I can't start the day without coffee
S|drink|coffee|I can't get enough coffee
S|drink|coffee|I never say no to coffee
S|drink|coffee|nothing beats a good coffee
S|drink|coffee|I couldn't live without my morning coffee
N|drink|coffee|no coffee for me please
N|drink|coffee|I don't drink coffee
N|drink|coffee|I gave up coffee
N|drink|coffee|I've cut out coffee
N|drink|coffee|I'm off coffee at the moment
N|drink|coffee|coffee makes me jittery
N|drink|coffee|I hate coffee
N|drink|coffee|coffee is gross
N|drink|coffee|not a coffee person
N|drink|coffee|I'm no fan of coffee
N|drink|coffee|I'm not a coffee drinker
N|drink|coffee|I switched from coffee to tea
S|drink|tea|I switched from coffee to tea
S|drink|tea|I quit coffee, only tea now
S|drink|tea|instead of coffee I drink tea
N|drink|coffee|instead of coffee I drink tea
S|likes|hiking|I love hiking
S|likes|hiking|hiking is my thing
S|hobbies|hiking|go hiking whenever I can
S|hobbies|climbing|I'm obsessed with climbing
S|hobbies|chess|I play chess online
S|hobbies|chess|I'm not very good at chess but I play every day
S|hobbies|chess|I'm not bad at chess
S|hobbies|painting|I paint a bit, nothing serious
S|hobbies|running|I run every morning before work
S|hobbies|gardening|my garden keeps me sane
S|hobbies|guitar|I've been playing guitar since I was 12 and never stopped
S|hobbies|guitar|never stopped playing guitar
N|hobbies|guitar|I used to play guitar
N|hobbies|guitar|I stopped playing guitar
N|hobbies|guitar|I wish I could play guitar
N|hobbies|guitar|haven't played guitar in years
N|hobbies|guitar|I can't play guitar
N|hobbies|guitar|I'd like to learn guitar
S|plans|learn guitar|I'd like to learn guitar
N|hobbies|guitar|my flatmate plays guitar
N|hobbies|guitar|my flatmate Jake plays guitar
N|hobbies|skiing|my kids love skiing
N|hobbies|skiing|my kids love skiing but I don't
N|music|jazz|my husband is into jazz
N|music|jazz|he loves jazz
N|music|jazz|jazz isn't my thing
N|music|jazz|I hate jazz
N|music|jazz|can't stand jazz
N|music|jazz|I find jazz boring
N|likes|mushrooms|mushrooms are disgusting
N|likes|mushrooms|I'm allergic to mushrooms
N|food|peanuts|I'm allergic to peanuts
S|music|jazz|I don't just like jazz, I love it
S|music|jazz|there's nothing better than jazz
S|music|jazz|I've always had a soft spot for jazz
S|music|metal|not gonna lie I love metal
S|music|metal|I love metal, don't judge me
S|music|metal|Metal. Don't judge me.
S|music|techno|techno, mostly
S|music|jazz|I didn't use to like jazz but now I do
S|music|jazz|I never thought I'd like jazz but I do
S|food|sushi|I could eat sushi every day
S|food|sushi|can never have too much sushi
S|food|sushi|I don't know why but I love sushi
S|food|sushi|you can't go wrong with sushi
S|food|pizza|I haven't had pizza in ages and I'm craving it
S|food|sushi|My favourite food is sushi
S|food|lasagne|my mum makes the best lasagne
N|food|lasagne|my mum's favourite is lasagne
S|likes|cycling|I don't own a car, I cycle everywhere
S|likes|red wine|I like red wine, not white
N|likes|white wine|I like red wine, not white
N|likes|white wine|I only like red wine
N|likes|green tea|I only drink black tea
S|diet|vegan|I'm vegan
S|diet|vegetarian|I'm vegetarian, so no meat
S|diet|vegetarian|I don't eat meat, I'm vegetarian
S|diet|no meat|I don't eat meat
S|diet|doesn't eat meat|I don't eat meat
S|diet|does not eat pork|we don't eat pork at home
S|diet|gluten-free|I have to eat gluten-free
S|diet|gluten-free|I can't have gluten
S|diet|lactose intolerant|I'm lactose intolerant
S|diet|no dairy|I can't have dairy
S|diet|avoids dairy|I avoid dairy
S|diet|eats no fish|I never eat fish
N|diet|vegan|I'm not vegan
N|diet|vegan|I'm not vegan or anything but I like tofu
S|food|tofu|I'm not vegan or anything but I like tofu
N|diet|vegan|I tried being vegan once
N|diet|vegan|I'm thinking of going vegan
N|diet|vegan|my girlfriend is vegan so I cook vegan a lot
N|diet|vegan|I was vegan for a year
N|diet|vegan|I was vegan at uni
N|diet|vegan|people think I'm vegan
N|diet|vegan|we had a vegan guest yesterday
S|diet|vegan|been vegan since 2019
S|diet|halal|I only eat halal
S|diet|vegan|I'm vegan, not vegetarian
N|diet|vegetarian|I'm vegan, not vegetarian
S|dislikes|coriander|coriander tastes like soap to me
S|dislikes|coriander|ugh, coriander
S|dislikes|coriander|I'm not a fan of coriander
S|dislikes|coriander|not keen on coriander
S|dislikes|coriander|coriander isn't my thing
S|dislikes|coriander|I can't deal with coriander
S|dislikes|coriander|I really don't like coriander
S|dislikes|olives|olives make me gag
S|dislikes|olives|I'd rather not have olives
S|dislikes|olives|no olives please
S|dislikes|olives|hold the olives
S|dislikes|olives|pizza is great but no olives
S|dislikes|olives|I love pizza but hate olives
N|dislikes|pizza|I love pizza but hate olives
N|dislikes|olives|I love olives
N|dislikes|olives|olives are amazing
N|dislikes|olives|I could eat olives all day
N|dislikes|olives|can't get enough of olives
N|dislikes|olives|can't live without olives
N|dislikes|olives|nothing beats olives
N|dislikes|olives|I'm crazy about olives
N|dislikes|olives|I bought olives
N|dislikes|olives|do you like olives?
N|dislikes|olives|we had olives and bread
S|dislikes|small talk|I hate small talk
S|dislikes|being late|I hate being late
S|dislikes|crowds|crowds stress me out
S|dislikes|loud music|loud music drives me mad
S|dislikes|mornings|I'm not a morning person
S|dislikes|peanuts|I'm allergic to peanuts
N|dislikes|horror films|my wife hates horror films
S|dislikes|horror films|my wife loves horror films but I can't stand them
S|dislikes|horror films|I don't enjoy horror films as much as comedies
S|dislikes|beer|I don't drink beer
S|dislikes|tomatoes|tomatoes? no thanks
S|dislikes|tomatoes|tomatoes are the worst
S|dislikes|coffee|coffee isn't as good as tea
S|dislikes|spinach|why does everyone like spinach? I don't
S|dislikes|spinach|I never liked spinach
S|dislikes|spinach|nobody in my family likes spinach, me included
S|family|two kids|I have two kids
S|family|daughter|my daughter starts school tomorrow
S|family|married|I'm married
S|family|wife Anna|my wife Anna is a doctor
S|family|sister in Oslo|my sister lives in Oslo
S|family|brother called Mark|My brother's called Mark
N|family|kids|I don't have kids
N|family|kids|We'd like kids one day
N|family|married|I'm not married
N|family|wife|if I had a wife she'd kill me
S|family|divorced|I got divorced last year
S|family|no kids|I don't have kids
S|family|twins|we've got twins on the way
S|family|single mum|I'm a single mum
S|other|single|I'm single
S|family|lost father|I lost my father in spring
N|family|brother|I don't have a brother, only sisters
S|family|sisters|I don't have a brother, only sisters
S|family|sister|My sister can't stand mushrooms
S|family|son is 3|my son isn't sleeping, he's 3
S|goal|run a marathon|I'm training for a marathon
S|goal|run a marathon|want to run a marathon next year
S|goal|learning Spanish|I'm trying to learn Spanish
S|goal|quit smoking|I want to quit smoking
S|goal|quit smoking|I'm trying to stop smoking
S|goal|lose weight|I need to lose some weight
S|goal|stop biting nails|I want to stop biting my nails
S|goal|not be late|I want to stop being late all the time
S|goal|change jobs|I'm fed up with my job and want to change
N|goal|run a marathon|my colleague wants to run a marathon
N|goal|run a marathon|I ran a marathon once, never again
N|goal|learning Spanish|I'm learning a lot from you
S|plans|trip to Japan|we're going to Japan in spring
N|plans|trip to Japan|we went to Japan in spring
N|plans|trip to Japan|we're not going to Japan after all
S|plans|buy a house|we're hoping to buy a house
S|work|quit job|I quit my job
N|work|waiter|I quit my job as a waiter
N|work|waiter|I was a waiter back then
N|work|nurse|I'd like to become a nurse
N|work|nurse|I wanted to be a nurse as a kid
N|work|nurse|my mum was a nurse
N|work|nurse|the nurse was very kind
N|work|nurse|A nurse told me to rest
N|work|nurse|I dated a nurse once
N|work|teacher|my teacher was mean to me
N|work|teacher|my kid's teacher called
N|work|nurse|My mum worked as a nurse and I'm a baker
S|work|baker|My mum worked as a nurse and I'm a baker
S|work|retired|I'm retired
S|work|unemployed|I'm unemployed at the moment
S|work|unemployed|I lost my job
S|work|freelance designer|freelance designer, working from home
S|work|retired teacher|I'm a retired teacher
S|work|night shifts|I work night shifts, never see the sun
S|work|night shifts|can't sleep because of my night shifts
S|work|hospital|the hospital I work at never has enough staff
S|item|loves jazz|I love jazz
S|item|doesn't eat meat|I don't eat meat
S|item|hates mornings|I hate mornings
S|item|hates mornings|I'm not a morning person
S|item|hates mornings|I can't stand mornings
S|item|dislikes crowds|I'm not into crowds
S|item|has a dog called Rex|I have a dog called Rex
S|item|lives alone|I live alone
S|item|works from home|I work from home
S|item|never been abroad|I have never been abroad
S|item|has two kids|I've got two kids, they never sleep
S|item|afraid of heights|I'm scared of heights
S|item|can't swim|I can't swim
S|item|no driving licence|I don't have a driving licence
S|item|does not drink alcohol|I don't drink alcohol
S|item|does not drink alcohol|I don’t drink alcohol
S|item|doesn't drink alcohol|I haven't touched alcohol in years
S|item|loves coffee|I can't live without coffee
S|about|has never seen snow|I've never seen snow
S|about|I can't swim|I can't swim
S|about|left-handed|I'm left-handed
S|about|no car|I don't have a car
S|about|lost a bet|I once lost a bet
N|item|loves jazz|I don't love jazz
N|item|loves jazz|I'm not into jazz
N|item|loves jazz|my dad loves jazz
N|item|has a dog|I wish I had a dog
N|item|hates jazz|I love jazz
N|item|has a car|I don't have a car
N|item|has a car|I wouldn't buy a car
N|item|plays guitar|I wasn't allowed to play guitar
S|item|stopped smoking|I've stopped smoking
N|item|smokes|I've stopped smoking
N|item|smokes|I quit smoking
N|item|lives in Oslo|I used to live in Oslo
N|item|lives in Oslo|I no longer live in Oslo
N|drink|coffee|I don’t drink coffee
N|music|jazz|jazz isn’t my thing
S|name|Lucy|I’m Lucy
N|drink|coffee|i dont drink coffee
N|music|jazz|i cant stand jazz
N|music|jazz|not into jazz tbh
S|home|St Albans|I'm in St. Albans
S|home|Washington D.C.|I live in Washington D.C.
S|work|Ph.D. student|I'm a PhD student
S|studies|C++|I'm learning C++
S|likes|AC/DC|AC/DC all day
S|likes|R&B|I'm into R&B
S|other|6'2|I'm 6'2
S|home|Köln|ich wohne in Köln
S|home|Paris|J'habite à Paris
S|home|東京|東京に住んでいます
S|likes|Don't Stop Me Now|My favourite song is Don't Stop Me Now
S|likes|The Last of Us|I love The Last of Us
S|likes|Nothing Hill|I've watched Nothing Hill ten times
S|likes|Gone Girl|my favourite book is Gone Girl
S|likes|Lost|I'm rewatching Lost
S|likes|Never Let Me Go|I love Never Let Me Go
N|work|pilot|when I was little I wanted to be a pilot
N|likes|sailing|I've never been sailing
N|likes|opera|I've never been to the opera
S|likes|opera|I've never missed an opera in ten years
N|hobbies|yoga|maybe I should try yoga
N|hobbies|yoga|my doctor says I should do yoga
N|hobbies|yoga|everyone at work does yoga
N|hobbies|yoga|everyone at work does yoga except me
N|hobbies|yoga|imagine me doing yoga
S|hobbies|yoga|I do yoga twice a week
S|hobbies|yoga|my sister and I do yoga together
S|hobbies|yoga|my sister got me into yoga
S|hobbies|yoga|I go to yoga with my friend
S|hobbies|yoga|my friend and I go to yoga
S|pets|dog|my kids adore our dog
S|pets|dog|my wife walks our dog
S|home|Oslo|my brother visits me in Oslo a lot
S|home|Oslo|My company has its office in Oslo, that's where I live
N|home|Oslo|my company is based in Oslo
N|home|Oslo|My boss lives in Oslo
N|home|Oslo|His office is in Oslo
N|home|Oslo|He's from Oslo
N|home|Oslo|my new boyfriend Lars is from Oslo
N|home|Oslo|I'm seeing a guy from Oslo
N|home|Oslo|There's a guy at work who lives in Oslo
N|home|Oslo|my ex-wife lives in Oslo
N|home|Oslo|our daughter studies in Oslo
N|diet|vegan|my daughter's vegan
N|diet|vegan|both my sisters are vegan
N|diet|vegan|My two sisters are vegan
N|diet|vegan|My youngest and only sister is vegan
N|diet|vegan|a mate of mine is vegan
N|diet|vegan|Some friends are vegan
N|diet|vegan|I'm cooking for a vegan tonight
N|diet|vegan|I'm dating a vegan
N|diet|vegan|having vegans over for dinner, ideas?
N|drink|coffee|mum drinks too much coffee
N|drink|coffee|Mum loves coffee
N|work|nurse|dad's a nurse
N|drink|coffee|everybody at work drinks coffee except me
N|age|70|my dad turns 70 tomorrow
N|age|6|my son just turned 6
N|age|70|my dad's turning 70 so I need a gift
N|age|3|I have a daughter, she's 3
N|age|3|I've got a 3 year old
N|age|5|I've lived here for 5 years
N|age|20|been an electrician for 20 years
E|home|Oslo|I moved from Oslo to Bergen
E|home|Oslo|I left Oslo for Bergen
E|home|Oslo|I moved to Bergen
E|home|Oslo|I live in Bergen now, not Oslo
E|home|Oslo|not Oslo any more
E|home|Oslo|I don’t live in Oslo
E|home|Oslo|Oslo was years ago
E|home|Oslo|we've moved house
E|home|Oslo|I'm out of Oslo now
E|home|Oslo|goodbye Oslo, hello Bergen
K|home|Oslo|I don't like living in Oslo
K|home|Oslo|Oslo isn't cheap
K|home|Oslo|I never want to leave Oslo
K|home|Oslo|I've never left Oslo
K|home|Oslo|I lost my keys in Oslo
K|home|Oslo|I left my bag at a bar in Oslo
K|home|Oslo|I can't find a good dentist in Oslo
K|home|Oslo|it's not raining in Oslo
K|home|Oslo|the weather in Oslo isn't great
K|home|Oslo|Turn left in Oslo at the station
K|home|Oslo|I can't believe how cold Oslo is
K|home|Oslo|don't forget I live in Oslo
K|home|Oslo|I changed my shirt
K|home|Oslo|I changed my mind, let's do pasta
K|home|Oslo|let's do pasta instead
K|home|Oslo|can I use butter instead?
K|home|Oslo|I quit my job
K|home|Oslo|I retired last year
K|home|Oslo|it stopped raining
K|home|Oslo|I forget what it's called
K|home|Oslo|forget it
K|home|Oslo|I switched my phone off
K|home|Oslo|my car stopped working
K|home|Oslo|I used to have a dog
K|home|Oslo|I used to love that show
K|home|Oslo|I'm used to it
K|home|Oslo|I don't smoke any more
K|home|Oslo|do you want any more?
K|home|Oslo|that film really moved me
K|home|Oslo|the meeting got moved to Friday
K|home|Oslo|my neighbours moved out
K|home|Oslo|did you know my boss moved to Bergen?
K|home|Oslo|What would change if I moved?
K|home|Oslo|My street in Oslo has changed a lot
E|pets|cat|my cat died last week
E|pets|cat|we lost our cat in March
E|pets|cat|We had to put our cat down
E|pets|cat|I gave my cat to my sister
E|pets|cat|I don't have a cat any more
E|pets|cat|I don't have a cat
K|pets|cat|my cat isn't eating
K|pets|cat|my cat never sleeps
K|pets|cat|my cat stopped eating
K|pets|cat|I can't find my cat
K|pets|cat|My cat won't stop meowing
K|pets|cat|my cat lost a tooth
K|pets|cat|I left the cat with my mum for the weekend
K|pets|cat|the vet says there's nothing wrong with my cat
K|pets|cat|I don't like my cat sleeping on the bed
K|pets|cat|don't worry, my cat's fine
K|pets|cat|why won't my cat eat?
E|work|nurse|I quit nursing
E|work|nurse|I'm not a nurse
E|work|nurse|I'm no longer a nurse
E|work|nurse|I retired last year
E|work|nurse|I'm a teacher now
E|work|nurse|I got fired
E|work|nurse|I lost my job
K|work|nurse|as a nurse I can't ever relax
K|work|nurse|I don't earn much as a nurse
K|work|nurse|nurses never get enough sleep
K|work|nurse|I love being a nurse, wouldn't change it
K|work|nurse|I'm a nurse so I know you're wrong
E|diet|vegan|I'm not vegan any more
E|diet|vegan|I eat meat again
E|diet|vegan|I stopped being vegan
E|diet|vegan|no more vegan food for me
K|diet|vegan|I'm vegan, I don't eat honey
K|diet|vegan|as a vegan I can't eat that
K|diet|vegan|I can't find vegan cheese anywhere
K|diet|vegan|that's not vegan
K|diet|vegan|This recipe isn't vegan, I can't eat it
K|diet|vegan|vegan cheese is not great
E|music|jazz|I'm over jazz
E|music|jazz|jazz bores me these days
E|music|jazz|I don't like jazz any more
E|music|jazz|I never said I like jazz
E|music|jazz|please delete jazz
E|music|jazz|remove jazz from my profile
E|music|jazz|that's wrong, I never liked jazz
K|music|jazz|I can't stop listening to jazz
K|music|jazz|can't get enough jazz
K|music|jazz|my wife doesn't like jazz
K|music|jazz|there's not enough jazz on the radio
K|music|jazz|jazz never gets old
K|music|jazz|I don't know much about jazz but I like it
K|music|jazz|why don't you play some jazz?
K|music|jazz|don't you just love jazz?
K|drink|coffee|I can't live without coffee
K|drink|coffee|this coffee isn't hot
K|drink|coffee|I'm not having coffee this late
K|drink|coffee|I haven't had my coffee yet
K|drink|coffee|don't talk to me before my coffee
K|drink|coffee|I don't want coffee right now
E|drink|coffee|I gave up coffee
E|drink|coffee|I switched from coffee to tea
E|drink|coffee|I've cut out coffee
E|drink|coffee|no coffee for me these days, doctor's orders
E|drink|coffee|I can't drink coffee any more
E|hobbies|guitar|I sold my guitar
E|hobbies|guitar|I gave up the guitar
E|hobbies|guitar|haven't played guitar in years
K|hobbies|guitar|I can't play guitar as well as you'd think
K|hobbies|chess|I never win at chess
K|hobbies|chess|I lost at chess again
K|hobbies|chess|I lost three games of chess yesterday
K|hobbies|chess|I'm not very good at chess
K|hobbies|running|I'm not running today
K|hobbies|running|my nose won't stop running
E|family|wife Anna|Anna and I split up
E|family|married|I got divorced
E|family|partner|we broke up
E|name|Katherine|don't call me Katherine
E|name|Katherine|my name isn't Katherine
E|age|34|I'm 35 now
E|plans|trip to Japan|we're not going to Japan after all
E|plans|trip to Japan|the Japan trip is cancelled
E|plans|trip to Japan|we cancelled Japan
K|plans|trip to Japan|I can't wait for Japan
K|plans|trip to Japan|I've never been to Japan so I'm excited
E|dislikes|olives|I've grown to like olives
E|dislikes|olives|I changed my mind about olives
E|dislikes|olives|olives are growing on me
E|dislikes|olives|turns out I like olives
K|dislikes|olives|no olives please
K|dislikes|olives|I still hate olives
K|dislikes|olives|do you like olives?
K|dislikes|olives|I'd never want olives
K|dislikes|olives|my husband loves olives
K|dislikes|olives|everyone else loves olives
K|dislikes|olives|is it bad to eat olives?
K|dislikes|olives|I wish I liked olives
K|dislikes|olives|how do people eat olives
K|dislikes|olives|do people really like olives?
K|dislikes|olives|pizza is good without olives
K|dislikes|olives|I changed jobs
K|dislikes|olives|can I use capers instead?
K|diet|vegan|can I use tofu instead?
K|name|Lucy|can I use tofu instead?
K|age|34|I quit my job
K|name|Lucy|I moved to Bergen
K|pets|cat|I moved to Bergen
K|languages|Spanish|I quit smoking
K|likes|jazz|I changed my flight
N|diet|doesn't eat meat|I eat meat every day
N|diet|doesn't eat meat|I love meat
N|diet|does not eat pork|pork is my favourite
N|about|no car|I just bought a car
N|diet|no dairy|I love dairy
S|about|doesn't drive|I don't drive
N|about|doesn't drive|I drive to work every day
S|home|Lyon|I live in Lyon (not Leeds)
S|home|Lyon|Lyon - not Leeds
S|home|Lyon|I live in Lyon – not Leeds!
S|home|Lyon|I'm from Lyon — never been to Leeds
S|diet|vegan|I'm vegan - don't worry though
S|diet|vegan|Note: I'm vegan
S|diet|vegan|note: i'm vegan, so no cheese
S|name|Lucy|Name: Lucy
S|age|34|Name: Lucy, age: 34
S|pets|dog|I have a dog!! he's the best
S|likes|jazz|I <3 jazz
S|home|Lyon|No... I live in Lyon
S|home|Lyon|nope I live in Lyon
S|home|Lyon|Nah, Lyon
K|home|Oslo|I moved to Oslo last year
K|home|Oslo|we moved here to Oslo for work
K|home|Oslo|since I moved to Oslo I ski a lot
K|music|jazz|I've switched to jazz lately
K|work|teacher|I changed careers and I'm a teacher now
K|diet|vegan|I changed to a vegan diet
K|drink|tea|I drink tea instead of coffee
K|drink|tea|I switched from coffee to tea
K|home|Bergen|I moved from Oslo to Bergen
K|home|Lyon|I live in Lyon not Leeds
K|home|Lyon|It's Lyon, not Leeds
K|home|Lyon|I no longer live in Leeds but in Lyon
K|home|Lyon|I used to live in Leeds, now I'm in Lyon
K|work|lawyer|I'm a lawyer, not a doctor
K|dislikes|olives|pizza is great but no olives
K|dislikes|olives|I like pizza, just no olives
K|dislikes|olives|I love cheese, olives not so much
S|dislikes|olives|I love cheese, olives not so much
S|dislikes|olives|love pizza, olives less so
S|dislikes|olives|pineapple is fine but olives never
S|dislikes|olives|I eat everything except olives
S|dislikes|olives|I eat anything but olives
K|dislikes|olives|I eat everything except olives
K|dislikes|olives|I eat anything but olives
S|dislikes|olives|I like everything apart from olives
S|dislikes|olives|I want a pizza with no olives
S|dislikes|olives|I don't want olives on it
S|dislikes|spiders|spiders freak me out
S|dislikes|spiders|I'm scared of spiders
S|dislikes|flying|I hate flying
S|dislikes|flying|not a good flyer, flying scares me
S|dislikes|rain|I love the rain? no, I can't stand it
S|dislikes|cold|I like the summer because I hate the cold
S|dislikes|cold weather|I can't handle cold weather
S|dislikes|Mondays|Ugh I hate Mondays
S|dislikes|cilantro|i dont like cilantro
S|dislikes|cilantro|cant stand cilantro
S|dislikes|cilantro|I don’t eat cilantro
K|dislikes|cilantro|i dont like cilantro
K|dislikes|cilantro|cant stand cilantro
N|dislikes|cilantro|i dont mind cilantro
S|dislikes|phone calls|phone calls give me anxiety
S|dislikes|dogs|I'm afraid of dogs
N|dislikes|dogs|dogs are awesome
N|dislikes|dogs|I adore dogs
N|dislikes|dogs|my dogs are sleeping
N|dislikes|jazz|I can't stop listening to jazz
N|dislikes|coffee|I can't live without coffee
N|dislikes|coffee|never say no to coffee
N|dislikes|coffee|I want coffee
N|dislikes|coffee|I have coffee every morning
S|likes|jazz|I don't mind jazz
S|likes|sushi|not bad, sushi is great
N|likes|jazz|jazz is awful
N|likes|winter|winter is the worst
N|likes|winter|ugh winter again
N|likes|running|running is boring
S|likes|running|running is fun
S|likes|cats|I'm more of a cat person
N|likes|dogs|I'm more of a cat person, dogs are too much
S|likes|beach|I prefer the beach to the mountains
N|likes|mountains|I prefer the beach to the mountains
S|likes|reading|I like reading more than watching TV
N|likes|watching TV|I like reading more than watching TV
S|home|Leeds|I still live in Leeds
S|home|Leeds|I live in Leeds with my sister
S|home|Leeds|I live with my sister in Leeds
S|home|Leeds|my sister and I live in Leeds
S|home|Leeds|My sister and me live in Leeds
S|home|Leeds|my flat in Leeds isn't big
S|home|Leeds|my house in Leeds has no garden
S|home|Leeds|I can't afford a house here in Leeds
S|home|Leeds|I've lived in Leeds all my life, never left
S|home|Leeds|never lived anywhere but Leeds
S|home|Leeds|I've never lived anywhere except Leeds
S|home|Leeds|I don't have a car, which is fine in Leeds
S|home|Leeds|it's not easy to find a flat in Leeds but I found one
S|home|Leeds|I don't know anyone since I moved to Leeds
S|home|Leeds|I don't know many people here in Leeds yet
S|home|Leeds|I can't wait, we finally move into our house in Leeds tomorrow
S|plans|Japan|I can't wait to go to Japan
S|plans|marathon|I can't wait for the marathon in May
S|plans|wedding|getting married in June, can't wait for the wedding
S|hobbies|knitting|I can't stop knitting
S|hobbies|knitting|knitting is the only thing that doesn't stress me
S|hobbies|knitting|I don't watch TV without knitting
S|hobbies|swimming|I don't swim as often as I'd like but swimming is my sport
S|hobbies|photography|photography, though not professionally
S|hobbies|baking|I haven't baked much lately but I love baking
S|work|teacher|as a teacher I don't get paid enough
S|work|teacher|I'm a teacher so I can't take holidays in term time
S|work|teacher|I'm a teacher and I wouldn't want to do anything else
S|work|teacher|I never wanted to be anything but a teacher
S|work|chef|not a great cook for a chef like me
S|work|bank|I work at a bank, don't hate me
S|studies|medicine|I didn't get any sleep, studying medicine is brutal
S|family|son|my son doesn't eat vegetables
S|family|daughter|my daughter won't sleep
S|family|husband|my husband never does the dishes
S|family|baby|the baby isn't sleeping, we're exhausted
S|family|brother|my brother lost his job
S|family|two brothers|I've two brothers, no sisters
N|family|sisters|I've two brothers, no sisters
S|family|mum has cancer|my mum's got cancer
S|pets|goldfish|my goldfish won't eat
S|pets|cat Luna|Luna, my cat, isn't well
S|pets|cat Luna|my cat Luna isn't well
S|languages|English|my English isn't great
S|languages|Norwegian|I don't speak Norwegian very well
S|languages|Norwegian|I'm not fluent in Norwegian yet but learning
S|languages|Norwegian|Norwegian is my mother tongue
S|manner|short answers|keep it short please, no long answers
S|manner|no emojis|please don't use emojis
S|manner|no emojis|no emojis please
S|manner|no lectures|don't lecture me
S|manner|short answers|short answers please
S|manner|direct|just be direct with me
S|manner|no small talk|I don't like small talk
S|other|no car|I don't have a car
S|other|can't drive|I can't drive
S|other|doesn't drink|I don't drink
S|other|non-smoker|I don't smoke
S|other|non-smoker|I'm a non-smoker
S|other|doesn't drink alcohol|I never drink alcohol
S|other|colour-blind|I'm colour-blind
S|other|anxiety|I've been struggling with anxiety
S|other|ADHD|I've got ADHD so I can't focus
S|other|insomnia|I can't sleep, insomnia again
S|other|diabetes|I'm diabetic
S|other|diabetic|as a diabetic I can't eat that
S|other|wheelchair user|I use a wheelchair
S|other|lost job|I just lost my job
S|other|left-handed|I'm left-handed
S|other|vegetarian restaurant owner|I own a vegetarian restaurant
S|plans|quit job|I'm going to quit my job
S|plans|stop smoking|I'm planning to stop smoking
S|plans|sell the house|we're going to sell the house
S|plans|leave Oslo|I'm leaving Oslo in May
S|plans|move to Lyon|I'm moving to Lyon next month
S|plans|learn Italian|I never learnt Italian but I want to
S|plans|new phone|I lost my phone so I need a new phone
S|plans|visit Rome|I've never been to Rome and want to visit
S|plans|visit Rome|want to visit Rome, never been
S|goal|sleep more|I don't sleep enough and want to sleep more
S|goal|less sugar|I want to eat less sugar
S|goal|no sugar|I want to stop eating sugar
E|pets|cat|we lost our cat
E|pets|dog|my dog passed away
E|pets|dog|we had to say goodbye to our dog
E|work|teacher|I left teaching
E|work|teacher|I don't teach any more
E|work|nurse|I was laid off
E|work|Google|I left Google
E|work|Google|I got laid off from Google
E|work|Google|I don't work at Google anymore
E|home|Oslo|we're back in Bergen, left Oslo in May
E|studies|physics|I dropped out of physics
E|studies|physics|I graduated
E|studies|physics|I finished my physics degree
E|hobbies|climbing|I don't climb anymore
E|hobbies|climbing|gave up climbing after my injury
E|hobbies|climbing|had to stop climbing
E|diet|vegan|i'm not vegan anymore
E|diet|vegan|im not vegan
E|diet|vegan|I went back to eating meat, so not vegan
E|family|married|we're divorced now
E|family|wife|my wife died
E|family|wife|my wife left me
E|family|wife|my wife and I separated
E|plans|get a cat|we decided against getting a cat
E|plans|run a marathon|I ran the marathon!
E|plans|run a marathon|had to pull out of the marathon
E|plans|move to Lyon|the move to Lyon fell through
E|plans|move to Lyon|I'm not moving to Lyon after all
E|likes|coffee|i dont drink coffee anymore
E|likes|coffee|i dont like coffee
E|likes|coffee|I hate coffee now
E|likes|coffee|coffee makes me sick now
E|item|lives in Oslo|I don't live in Oslo any more
E|item|doesn't eat meat|I eat meat again
E|item|doesn't eat meat|I've started eating meat again
E|diet|no meat|I eat meat now
K|item|doesn't eat meat|I don't eat meat
K|diet|doesn't eat meat|I still don't eat meat
K|other|can't drive|I can't drive
K|other|no car|I don't have a car
K|diet|no meat|I don't eat meat
K|about|never been abroad|I've never been abroad
N|home|Paris|translate this to French: I live in Paris
N|work|teacher|write a cover letter for a teacher
N|pets|dog|write a poem about a dog
N|pets|cat|tell me a joke about a cat
N|name|Bob|write a story about a boy named Bob
N|diet|vegan|give me a vegan recipe
N|diet|vegan|plan a vegan dinner for my sister's birthday
N|likes|jazz|make me a jazz playlist for my dad
N|home|Berlin|plan a weekend in Berlin for me
N|home|Berlin|flights to Berlin please
N|work|lawyer|I need a lawyer
N|work|plumber|can you find me a plumber
N|work|dentist|I've got a dentist appointment
N|work|doctor|my doctor told me to rest
N|work|doctor|I went to the doctor
N|age|50|it costs 50 euros
N|family|wife|explain why the wife in the book leaves
N|name|Anna|my wife's name is Anna
N|name|Anna|Anna is my wife
N|name|Anna|this is my wife Anna
N|name|Max|our cat is called Max
N|name|Max|Max is my cat
N|diet|vegan|Anna's vegan
N|diet|vegan|Tom said he's vegan
N|diet|vegan|the guests are vegan
N|diet|vegan|vegans are annoying
N|diet|vegan|I don't think I'm vegan enough
N|diet|vegan|are you vegan?
N|likes|coffee|you like coffee?
N|home|Oslo|I don't think I'd live in Oslo
N|home|Oslo|I nearly moved to Oslo once
N|home|Oslo|I would live in Oslo if it wasn't so cold
N|home|Oslo|I'm from Bergen but work in Oslo
N|home|Oslo|we stayed in Oslo for a week
N|home|Oslo|I flew to Oslo yesterday
N|home|Oslo|my colleagues in Oslo are nice
N|home|Oslo|she's in Oslo
N|home|Oslo|they live in Oslo
N|home|Oslo|His wife's from Oslo
N|home|Oslo|her parents are in Oslo
N|home|Oslo|mum and dad live in Oslo
N|home|Oslo|grandma lives in Oslo
N|home|Oslo|my grandparents live in Oslo
N|home|Oslo|my family lives in Oslo
N|home|Oslo|the in-laws live in Oslo
N|home|Oslo|my bf lives in Oslo
N|home|Oslo|my gf lives in Oslo
N|home|Oslo|my other half is from Oslo
N|home|Oslo|my bestie lives in Oslo
N|home|Oslo|my best mate lives in Oslo
N|home|Oslo|my pen pal lives in Oslo
N|home|Oslo|my client lives in Oslo
N|home|Oslo|my little sister's in Oslo
N|home|Oslo|my two older brothers live in Oslo
N|home|Oslo|My sister Anna and her kids live in Oslo
N|home|Oslo|my sister just moved to Oslo, I'm so jealous
N|home|Oslo|I miss my sister, she lives in Oslo
N|home|Oslo|I miss my sister who lives in Oslo
N|home|Oslo|I talked to my brother, he's in Oslo
N|home|Oslo|I talked to my brother. He's in Oslo.
N|home|Oslo|I told my mum, she's in Oslo, that I'm sick
N|home|Oslo|I have a daughter. She lives in Oslo.
N|home|Oslo|I've a friend in Oslo
N|home|Oslo|my brother moved to Oslo and I miss him
N|work|nurse|My wife works nights. She's a nurse.
N|work|nurse|I love my wife, she is a nurse
N|work|nurse|My girlfriend's a nurse
N|pets|dog|My parents got a dog
N|pets|dog|my sister wants a dog
N|hobbies|football|my son plays football
N|hobbies|football|my boys love football
N|hobbies|football|the kids play football
N|hobbies|football|my boy plays football
N|hobbies|ballet|my little girl does ballet
S|music|jazz|I didn't like jazz, now I love jazz
S|music|jazz|I never liked jazz as a kid but now I listen to jazz all day
N|music|jazz|I love jazz, well I used to love jazz
S|home|Oslo|I used to live in Oslo, left, and now I live in Oslo again
N|home|Leeds|I live in Leeds. Oops, not Leeds. I live in Lyon.
N|home|Leeds|I live in Leeds. Sorry, that's wrong. I live in Lyon.
N|home|Leeds|I live in Leeds. Scratch that, Lyon.
N|home|Leeds|I live in Leeds, I mean Lyon
N|home|Leeds|Leeds, no wait, Lyon
N|diet|vegan|I'm vegan. Well, not vegan, vegetarian.
N|diet|vegan|I'm vegan. Just kidding!
N|home|Oslo|You think I live in Oslo? I don't.
N|home|Oslo|Oslo? I don't live there.
N|home|Oslo|Oslo? No.
N|music|jazz|Jazz? Not really my thing.
N|music|jazz|jazz? nah
N|pets|cat|A cat? No, I've got a dog.
S|pets|dog|A cat? No, I've got a dog.
S|likes|jazz|Jazz? Love it!
N|drink|coffee|coffee? can't stand it
N|food|sushi|Sushi? Yuck.
S|dislikes|sushi|Sushi? Yuck.
S|dislikes|jazz|Jazz? Can't stand it.
S|dislikes|jazz|Jazz? No thanks.
N|dislikes|jazz|Jazz? Love it!
N|dislikes|jazz|Jazz? I could listen to it all day.
E|home|Oslo|Oslo? I don't live there.
E|home|Oslo|Oslo? No.
E|music|jazz|Jazz? Not really my thing.
`;

export const labelledClaims: readonly LabelledClaim[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [label, slot = '', value = '', ...text] = line.split('|');
    return { label: label as LabelledClaim['label'], slot, value, text: text.join('|') };
  });
