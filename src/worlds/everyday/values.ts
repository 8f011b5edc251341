/**
 * The slots of everyday talk, the values they can hold, which go together, and who may have them.
 *
 * Names, towns, dishes, writers, music, countries, colours and vegetables come from a data library; the
 * rest are lists to add to. About a third of the values of an open slot belong to people of the test part
 * alone, chosen by a hash of the value, so that a longer list moves none of them; people of the test
 * part have no others. Short lists (diets, ways to work) are shared.
 */
import { faker } from '@faker-js/faker/locale/en';
import type { Split } from '../../env/index.ts';
import { validateSchema } from '../../profile/index.ts';
import type { ProfileSchema, SlotKind } from '../../profile/index.ts';
import { hashShare, type Domain, type DomainSlot, type Tie } from '../dynamics/index.ts';
import { aboutFacts } from './phrases/about.ts';
import { plainRequests } from './phrases/plain.ts';
import { slotPhrases } from './phrases/slots.ts';

const list = (text: string): readonly string[] => text.split(',').map((word) => word.trim());

const library = faker.definitions;

const isPlainName = (text: string): boolean =>
  /^[A-Z][a-z]{2,11}(?: [A-Z][a-z]{2,9})?$/u.test(text);

const isPlainWord = (text: string): boolean => /^[a-z]{3,12}(?: [a-z]{3,10})?$/u.test(text);

/** Sorts of music that name an occasion, not a taste. */
const noTaste = list(
  'anime,ccm,chant,children,christian,christmas,club,chanukah,disney,drinking songs,easter,environmental,bop,bounce,chill,drone,drill,novelty,holiday,karaoke,thanksgiving,tribute,vocal,worship,stories,spoken word,lullabies,sing-along,parody,comedy,instrumental,lounge,meditation,world,new acoustic,industrial,orchestral,opera,minimalism,standards,traditional,thrash,pop,rock,rap,original score,foreign cinema,video game,tv soundtrack,soundtrack,marching,nature,nursery rhymes,contemporary,underground,dance,electronic,eclectic,fusion,garage,impressionist,modern,renaissance,romantic,wedding music,healing,relaxation,travel,vocal jazz,vocal pop,mainstream,alternative,experimental,classical crossover,country',
);

const firstNames = [
  ...(library.person.first_name.female ?? []),
  ...(library.person.first_name.male ?? []),
].filter((name) => /^[A-Z][a-z]{3,8}$/u.test(name));

type Row = {
  readonly kind: SlotKind;
  readonly values: readonly string[];
  readonly multiple?: true;
  /** Never changes in a conversation. */
  readonly fixed?: true;
  /** Everybody may have any of its values: there are too few to keep some away. */
  readonly shared?: true;
};

const table: Readonly<Record<string, Row>> = {
  name: { kind: 'fact', values: firstNames, fixed: true },
  city: { kind: 'fact', values: library.location.city_name.filter(isPlainName) },
  job: {
    kind: 'fact',
    values: list(
      'nurse,teacher,baker,welder,plumber,carpenter,electrician,pilot,lawyer,dentist,waiter,librarian,chemist,gardener,tailor,farmer,painter,bus driver,truck driver,software engineer,web designer,journalist,translator,interpreter,accountant,bookkeeper,paramedic,firefighter,police officer,postman,hairdresser,barber,butcher,florist,jeweller,locksmith,mechanic,optician,pharmacist,physiotherapist,psychologist,social worker,surveyor,vet,veterinary nurse,zookeeper,beekeeper,fisherman,forester,geologist,astronomer,biologist,lab technician,midwife,surgeon,radiographer,estate agent,insurance broker,bank clerk,judge,court reporter,notary,tour guide,hotel manager,barista,chef,sommelier,pastry cook,music teacher,piano tuner,sound engineer,stagehand,actor,dancer,choreographer,sculptor,potter,glassblower,bookbinder,printer,proofreader,copywriter,editor,archivist,museum guard,security guard,lifeguard,ski instructor,yoga teacher,football coach,referee,roofer,bricklayer,plasterer,tiler,crane operator,train driver,flight attendant,air traffic controller,sailor,shipbuilder,watchmaker,shoemaker,upholsterer,weaver,cleaner,caretaker,nanny,nursery teacher,speech therapist,dietitian',
    ),
  },
  schedule: {
    kind: 'fact',
    shared: true,
    values: list(
      'night shifts,early shifts,late shifts,rotating shifts,flexible hours,weekends,part time,nine to five',
    ),
  },
  transport: {
    kind: 'fact',
    shared: true,
    values: list('bike,tram,ferry,scooter,bus,car,train,motorbike,skateboard,metro'),
  },
  pet: {
    kind: 'fact',
    fixed: true,
    values: [
      ...list(
        'dog,cat,horse,hamster,rabbit,guinea pig,parrot,canary,budgie,goldfish,tortoise,gecko,ferret,hedgehog,pony,donkey,goat,chinchilla,gerbil,cockatoo,snake,iguana,chameleon,tarantula,duck,goose,hen,pig,llama,alpaca,bearded dragon,axolotl,mouse,rat',
      ),
      ...library.animal.dog.filter((breed) =>
        /^(?:[A-Z][a-z]{3,9} )?(?:Terrier|Spaniel|Hound|Shepherd|Retriever|Poodle|Bulldog|Mastiff|Pinscher|Corgi)$/u.test(
          breed,
        ),
      ),
      ...library.animal.cat.filter(isPlainName).map((breed) => `${breed} cat`),
    ],
  },
  diet: {
    kind: 'preference',
    shared: true,
    values: list(
      'vegan,vegetarian,pescatarian,keto,kosher,halal,gluten-free,paleo,lactose-free,raw vegan',
    ),
  },
  food: {
    kind: 'preference',
    values: [
      ...library.food.dish.filter(isPlainWord),
      ...library.food.ethnic_category
        .filter((name) => /^[A-Z][a-z]{3,11}$/u.test(name))
        .map((name) => `${name} food`),
    ],
  },
  drink: {
    kind: 'preference',
    values: list(
      'coffee,green tea,black tea,mint tea,matcha,chai,espresso,cappuccino,hot chocolate,lemonade,ginger beer,ginger ale,root beer,cola,tonic water,sparkling water,apple juice,orange juice,tomato juice,carrot juice,coconut water,kombucha,kefir,buttermilk,oat milk,iced tea,iced coffee,horchata,cider,wheat beer,stout,pale ale,red wine,white wine,mulled wine,sherry,port wine,whisky,gin and tonic,mezcal,sake,prosecco,elderflower cordial,barley water,mango lassi,rooibos,yerba mate,peach nectar,cherry soda,malt beer',
    ),
  },
  music: {
    kind: 'preference',
    values: library.music.genre
      .map((genre) => genre.toLowerCase())
      .filter(
        (genre) => /^[a-z]{4,10}(?:[ -][a-z]{3,9})?$/u.test(genre) && !noTaste.includes(genre),
      ),
  },
  film: {
    kind: 'preference',
    values: list(
      'westerns,thrillers,documentaries,musicals,romantic comedies,heist films,horror films,war films,silent films,road movies,kung fu films,superhero films,period dramas,disaster films,spy films,courtroom dramas,animated films,science fiction films,zombie films,mockumentaries,biopics,vampire films,monster films,nature films,sports films,fairy tale films,pirate films,crime films,slapstick films,black and white films,short films,detective films,family films,dance films,samurai films,prison films,submarine films,cooking films',
    ),
  },
  book: {
    kind: 'preference',
    values: library.book.author.filter((name) => /^[A-Z][a-z]{2,10} [A-Z][a-z]{3,10}$/u.test(name)),
  },
  hobby: {
    kind: 'preference',
    multiple: true,
    values: list(
      'knitting,crocheting,sewing,quilting,embroidery,pottery,woodworking,painting,drawing,calligraphy,origami,photography,birdwatching,gardening,fishing,hiking,climbing,bouldering,caving,kayaking,canoeing,rowing,sailing,surfing,diving,swimming,running,cycling,skating,skiing,snowboarding,archery,fencing,judo,karate,boxing,yoga,pilates,tango dancing,salsa dancing,ballet,juggling,magic tricks,chess,bridge,poker,board games,puzzles,crosswords,model trains,stamp collecting,coin collecting,stargazing,geocaching,mushroom picking,foraging,baking,home brewing,cheese making,beekeeping,singing,songwriting,piano playing,guitar playing,drumming,blogging,poetry writing,genealogy,chess boxing,darts,bowling,golf,tennis,badminton,table tennis,volleyball,horse riding,kite flying,metal detecting,upcycling furniture,candle making,soap making',
    ),
  },
  trip: {
    kind: 'preference',
    values: library.location.country.flatMap((country) =>
      typeof country === 'string' && isPlainName(country) ? [country] : [],
    ),
  },
  goal: {
    kind: 'preference',
    multiple: true,
    values: list(
      "learning Spanish,learning Japanese,learning Welsh,learning sign language,learning to swim,learning to drive,learning the violin,running a half marathon,running a marathon,doing a triathlon,writing a novel,writing a children's book,buying a flat,buying a house,paying off my debts,saving for a boat,saving for a camper van,getting fit,losing ten kilos,quitting smoking,sleeping eight hours,waking up earlier,reading fifty books,finishing my degree,starting a podcast,opening a café,opening a bakery,starting my own business,changing jobs,getting promoted,getting married,adopting a child,planting an orchard,building a treehouse,building a canoe,restoring an old car,hiking the Alps,climbing Kilimanjaro,walking the Camino,cycling across Europe,sailing the Atlantic,volunteering abroad,joining a choir,learning to cook,eating less sugar,doing a handstand,learning to juggle,getting a black belt,passing the bar exam,becoming a paramedic",
    ),
  },
  colour: {
    kind: 'preference',
    values: [
      ...new Set([
        ...library.color.human.filter(
          (name) => !/^(?:olive|lime|tan|plum|mint green|salmon|orchid)$/u.test(name),
        ),
        ...list(
          'beige,navy blue,crimson,burgundy,mustard yellow,emerald green,charcoal,coral,rust red,lilac,mauve,peach,ochre,sage green,royal blue,scarlet',
        ),
      ]),
    ],
  },
  hate: {
    kind: 'preference',
    multiple: true,
    values: [...library.food.vegetable, ...library.food.fruit].filter(
      (name) =>
        /^[a-z]{3,11}$/u.test(name) &&
        !/^(?:beans|peas|leeks|orange|berry|date|cavalo|peach|lime|olive)$/u.test(name),
    ),
  },
};

const traits: Readonly<Record<string, Row>> = {
  length: { kind: 'trait', values: ['brief', 'detailed'], fixed: true, shared: true },
  tone: { kind: 'trait', values: ['casual', 'formal'], fixed: true, shared: true },
};

/** A value belongs to the first slot that lists it, so that its word alone says which is meant. */
function dropRepeats(rows: Readonly<Record<string, Row>>): Readonly<Record<string, Row>> {
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(rows).map(([slot, row]) => {
      const values = row.values.filter((value) => {
        const key = value.toLowerCase();
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      });
      return [slot, { ...row, values }];
    }),
  );
}

const slots = dropRepeats(table);

/** Share of the values of an open slot that belong to people of the test part alone. */
export const heldOutValues = 1 / 3;

/** True for a value of an open slot that only people of the test part have. */
export function isHeldOutValue(slot: string, value: string): boolean {
  const row = slots[slot];
  return (
    row !== undefined &&
    row.shared !== true &&
    hashShare(`everyday/${slot}/${value}`) < heldOutValues
  );
}

/** Slot of what fits nowhere else: whole sentences. Nobody asks for it, and no request depends on it. */
export const aboutSlot = 'about';

/** Facts without a slot of their own that people of a part may have. */
export function listAboutFacts(split: Split): readonly string[] {
  return aboutFacts.filter(
    (fact) => hashShare(`everyday/${aboutSlot}/${fact}`) < heldOutValues === (split === 'test'),
  );
}

/** Values that people of a part may have. */
function valuesFor(slot: string, { values, shared }: Row, split: Split): readonly string[] {
  if (shared === true) return values;
  return values.filter((value) => isHeldOutValue(slot, value) === (split === 'test'));
}

const ties: readonly Tie[] = [
  {
    from: 'diet',
    to: 'transport',
    likeliest: {
      vegan: 'bike',
      vegetarian: 'train',
      pescatarian: 'ferry',
      keto: 'car',
      paleo: 'skateboard',
    },
  },
  {
    from: 'transport',
    to: 'schedule',
    likeliest: {
      car: 'night shifts',
      bus: 'early shifts',
      bike: 'flexible hours',
      train: 'nine to five',
      ferry: 'rotating shifts',
    },
  },
];

function listSlots(rows: Readonly<Record<string, Row>>, split: Split): DomainSlot[] {
  return Object.entries(rows).map(([name, row]) => ({
    name,
    values: valuesFor(name, row, split),
    multiple: row.multiple ?? false,
    changes: row.fixed !== true,
  }));
}

/** What people of one part can be; nobody of the test part has a value of the others'. */
export function createDomain(split: Split): Domain {
  return {
    name: 'everyday',
    slots: listSlots(slots, split),
    traits: listSlots(traits, split),
    manner: { tone: 'tone', length: 'length', detailed: 'detailed' },
    calledBy: 'name',
    ties,
    isHeldOut: isHeldOutValue,
    hasHint: (slot) => (slotPhrases[slot]?.hints.length ?? 0) > 0,
    spokenOfOthers: Object.keys(slots).filter(
      (slot) => (slotPhrases[slot]?.notMine.length ?? 0) > 0,
    ),
    plainTopics: Object.keys(plainRequests),
  };
}

/** Names of the slots a person may need something for, in a fixed order. */
export const topicNames: readonly string[] = Object.keys(slots);

/** Slots whose values are disliked: to suit somebody is to leave them out. */
export const avoidedSlots: readonly string[] = ['hate'];

/** The profile schema: any text may stand in a slot, because people say more than the lists hold. */
export const everydaySchema: ProfileSchema = validateSchema({
  name: 'everyday',
  version: 1,
  slots: [
    ...Object.entries({ ...slots, ...traits }).map(([name, { kind, multiple = false }]) => ({
      name,
      kind,
      multiple,
    })),
    { name: aboutSlot, kind: 'fact' as const, multiple: true },
  ],
});

/** Every value of a slot; empty for a slot that lists none. */
export function valuesOf(slot: string): readonly string[] {
  return (slots[slot] ?? traits[slot])?.values ?? [];
}
