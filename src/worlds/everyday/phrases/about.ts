/**
 * Facts for which there is no slot of their own, said and noted as a sentence: family, home, looks, habits.
 *
 * A pattern stands on each line; `(a|b)` is filled with each of its words, so a line gives as many
 * facts as there are ways to fill it. More of them: add lines, or words to a list.
 */
import { lines } from './lines.ts';

const patterns = lines(`
  I have (two|three|four|five) (brothers|sisters|kids|grandchildren|cousins|flatmates|nephews)
  I have a (twin brother|twin sister|big family|baby on the way|teenage daughter|teenage son|stepson)
  I'm (an only child|the youngest of six|the oldest of four|a single mother|a single father|a twin)
  I'm (married|divorced|engaged|widowed|newly wed|recently separated)
  I've been married for (two|five|nine|twenty|thirty) years
  I grew up (on a farm|in a small town|by the sea|in the mountains|with my grandparents|abroad|near a forest|above a shop)
  I was raised by (my grandmother|my aunt|a single dad|two teachers|foster parents)
  I live (alone|with my parents|with two friends|in a log cabin|on a houseboat|in a flat above a bakery|on the top floor|in a caravan)
  I moved here (last year|from the coast|for work|when I was six|after my studies|two years ago)
  I share a house with (four students|my best friend|my in-laws|an old sailor)
  I have (red hair|curly hair|blue eyes|freckles|a long beard|a scar on my chin|a tattoo of a whale|very big feet)
  I wear (glasses|contact lenses|a hearing aid|braces|only black clothes|odd socks|a hat every day)
  I'm (left-handed|colour blind|a night owl|an early riser|very shy|quite tall|bad with names|a slow eater|a good listener|deaf in one ear)
  I'm (twenty-two|thirty-one|forty-five|fifty-eight|sixty-seven|24|36|52) years old
  I'm allergic to (peanuts|pollen|bee stings|dust|penicillin|shellfish|cat hair|strawberries)
  I'm afraid of (heights|spiders|the dark|flying|thunder|clowns|deep water|public speaking)
  I have (asthma|a bad back|trouble sleeping|high blood pressure|a broken wrist|a weak knee|migraines|a sweet tooth)
  I play the (drums|cello|trumpet|banjo|organ|harp|bass) in (a band|an orchestra|a church|a school group)
  I sing in (a gospel choir|the shower every day|a rock band|three languages)
  I collect (vinyl records|postcards|snow globes|old maps|seashells|comic books|teapots|typewriters)
  I volunteer at (an animal shelter|a soup kitchen|the fire station|a retirement home|the food bank|the museum)
  I work (at a car wash|in a warehouse|from home|for a small company|for my uncle|in a call centre|two jobs|at a grocery store)
  I've worked in (retail|a bank|construction|tourism|a factory|public health) for (two|six|ten|fifteen) years
  I'm studying (law|physics|history|nursing|marine biology|fine arts|engineering) at (university|evening school|college)
  I run (a small bookshop|a flower stall|my own hair salon|a food truck|a bed and breakfast)
  I just (retired|lost my job|got promoted|bought my first house|graduated|started a new job|quit my job)
  I'm (retired|between jobs|on parental leave|a stay-at-home dad|a stay-at-home mum|in high school)
  I teach (maths|swimming|Sunday school|art to children|English to refugees)
  I served in (the army|the navy|the coast guard|the air force) for (three|eight) years
  I drive (an old van|a blue pickup|a sports car|a delivery truck on weekends|a red convertible)
  I own (two vintage cars|a tiny vineyard|a sailing boat|thirty pairs of shoes|a piano that nobody plays)
  I speak (three languages|fluent Polish|a little Greek|sign language|French at home)
  I can (whistle with two fingers|ride a unicycle|cook a perfect omelette|recite long poems|fix almost anything|do a backflip)
  I go to (the gym|church|the library|the market|the sauna|a book club) (twice a week|every Sunday|every morning|once a month)
  I walk (my dog|to work|five miles|in the park) every (morning|evening|day)
  I like to (sleep in on Sundays|cook for friends|walk along the beach|watch the sunset|take long baths|read in bed|go camping in the summer|dance in the kitchen)
  I like to (go to concerts|spend time with my family|watch old cartoons|work on cars|travel by myself|play video games|eat out|try new recipes) (on weekends|after work|with my friends|in my free time)
  I love (the smell of rain|roller coasters|country fairs|winter mornings|karaoke nights|live theatre|spicy snacks|old churches)
  I love (going to the beach|playing with my kids|decorating my house|shopping for shoes|watching football|feeding the ducks|driving at night)
  I enjoy (long car rides|scary stories|being outdoors|quiet evenings|museums of all kinds|working with my hands)
  I hate (mornings|crowds|doing the dishes|small talk|cold weather|waiting in line|loud music)
  I prefer (the mountains to the sea|texting to calling|cats to dogs|winter to summer|paper books to screens|silence to chatter)
  I spend my (weekends|evenings|summers|holidays) (with my grandparents|at the lake|in the garden|at the stadium|in my workshop)
  I watch (the news|football|wrestling|baking shows|old sitcoms|motor racing) with my (brother|neighbours|dad|wife|husband)
  I make (my own soap|jam every autumn|jewellery from glass|beer in my garage|all my clothes|wooden toys)
  I write (short stories|letters to my grandmother|a diary every night|music for films|songs for children)
  I was (born in the spring|a dancer as a child|in the school choir|homeschooled|bullied at school|once on television)
  My favourite holiday is (Easter|Christmas|Halloween|Thanksgiving|New Year's Eve)
  My favourite day of the week is (Friday|Saturday|Sunday)
  My favourite flower is the (tulip|daisy|rose|sunflower|snowdrop)
  My favorite game is (Monopoly|hide and seek|dominoes|pinball|Tetris)
  My favourite (sport|team sport) is (rugby|cricket|handball|water polo|baseball|basketball)
  My favorite (season|time of year) is (summer|spring|early autumn|the first snow)
  My favourite animal is the (otter|wolf|penguin|giraffe|owl|dolphin|panda)
  My favorite dessert is (cheesecake|apple pie|ice cream|rice pudding|chocolate mousse|lemon tart)
  My favorite subject in school was (chemistry|art|music|biology|woodwork|gym)
  My birthday is in (January|March|May|July|September|November)
  My house is (by a river|a hundred years old|full of plants|next to a school|painted yellow)
  My kids (play hockey|go to the same school|live abroad|are grown up|are in college)
  My wife and I (met at work|dance every Friday|are expecting twins|bought a farm)
  My husband and I (run a cafe|have five kids|love camping|met at school)
  I hope to (retire early|see the northern lights|write for a newspaper|move to the country|become a grandparent)
  I plan to (go back to school|paint the whole house|visit my sister abroad|build a shed)
  I eat (breakfast at noon|too much chocolate|popcorn every night|pizza on Fridays|soup all year round)
  I never miss (a home game|my morning coffee|choir practice|Sunday lunch at my mother's)
  I'm a (huge football fan|big fan of puzzles|member of a chess club|proud grandmother|proud uncle|terrible cook|very tidy person|real bookworm|recovering smoker)
  I like to (swim|hike|bake|draw|sew|ski|bowl|knit|garden|fish|run|dance|travel|shop|paint|sing|camp|sail)
  I like to (watch horror movies|watch cooking shows|listen to podcasts|listen to old records|play board games|play basketball|play with my nephews)
  I like to (go for walks in the woods|go to flea markets|ride my horse|cook spicy food|stay up late|read about history|grill in the garden)
  I love to (read|cook|travel|sing|bake bread|ride motorcycles|sleep late|play chess|spend time with my dog)
  I love (animals|summer|romantic comedies|hot weather|cold pizza|kids|puzzles|old cars|tattoos|the ocean|thrift shops|road trips)
  I enjoy (gardening|knitting|long walks|board games|photography|fishing with my dad|hunting|poetry|working out|solving crosswords)
  I like (cats|dogs|baseball|country songs|comic books|fast cars|rainy days|mystery novels|sweet tea|old houses)
  I (work|used to work) as a (lifeguard|cashier|tour guide) (in the summer|at the weekend|for a circus)
  I work (at a bank|at a hospital|at a bookstore|in a restaurant|in an office|at the zoo|in a bakery|part time at the library|for the government)
  I just (moved to a new town|got a new puppy|turned thirty|had a baby|came back from Italy|broke up with my boyfriend)
  I have (a big dog|two cats|three dogs|a horse and a goat|a parrot that swears|chickens in the yard|an aquarium)
  I have a (degree in economics|large garden|motorcycle|collection of hats|fear of mice|famous cousin|new girlfriend|lot of books)
  I have (visited Spain twice|never been on a plane|run three marathons|won a cooking contest|lived in five countries|met the prime minister)
  I am (a great swimmer|very religious|a picky eater|a morning person|a huge fan of science fiction|a musician at heart|in the army|in college|the shortest in my family)
  I am (pregnant with my second child|a student at the local college|a mother of three|a stay at home mom|an artist|a photographer on the side)
  I do (yoga|karate|ballet|crossfit|voluntary work) (every morning|on Tuesdays|in my spare time)
  I go (running|hiking|swimming|dancing|bowling) (every weekend|after work|with my sister|when I can)
  I play (the piano|the guitar|the violin|soccer|tennis|hockey|video games|poker) (on Sundays|every night|for a living|with my friends)
  I want to (be a doctor|own a restaurant|learn French|live by the ocean|write a book|see the pyramids|be famous)
  I don't (eat meat on Mondays|drink alcohol|like to be alone|own a television|have any children|like loud places|know how to swim)
  My favorite (color|band|movie|book|food|team|store|singer) is (the one from my childhood|hard to choose|always a new one)
  My (mother|father|brother|best friend|wife|husband) (is a doctor|is from Mexico|runs marathons|taught me to cook|owns a farm|works in a mine)
  My (dad|mom|grandfather) (was a police officer|raised me alone|was a great singer|owned a hardware store)
  My (hair|car) is (red|purple|blue|very old)
  My (son|daughter) is (ten years old|at university|learning to drive|a gymnast)
  My favourite (kind of film|show|series) is (a good comedy|about vampires|a police drama)
  I was raised (in a large family|on a ranch|in the city|by my uncle)
  I would like to (open a cafe|have a big family|travel through Asia|become a vet)
`);

/** Every way to fill a pattern. */
function fillPattern(pattern: string): readonly string[] {
  const found = /\(([^()]*\|[^()]*)\)/u.exec(pattern);
  if (found === null) return [pattern];
  const [whole, choices = ''] = found;
  return choices.split('|').flatMap((choice) => fillPattern(pattern.replace(whole, choice)));
}

/** Facts as sentences in the first person. */
export const aboutFacts: readonly string[] = [...new Set(patterns.flatMap(fillPattern))];

/** Ways to say one. */
export const aboutStatements = lines(`
  {}.
  {}, by the way.
  Well, {}.
  {}!
  {}, if that helps.
  You know, {}.
  {}, actually.
  To be honest, {}.
  {}. How about you?
  Fun fact: {}.
  {}, and that's that.
  I should say that {}.
  As for me, {}.
  {}. What about you?
  Oh, and {}.
  So, {}.
  Oh, cool! {}.
  That sounds fun. {}.
  Thanks! {}. What about you?
  {}, and I really enjoy that.
  I do too! {}.
  Nice to meet you! {}.
  {}. What do you do?
  Yeah, {}.
  That's great. {}, so I understand.
  Hi! {}.
  Me too, {}.
  {}. Do you?
`);
