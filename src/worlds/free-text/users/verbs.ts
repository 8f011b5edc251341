/**
 * English verb forms: is this word a verb in the third person, and what is it in the first?
 *
 * A closed list of everyday verbs, because in a description nothing else tells "she plays" from
 * "theatre plays". Unknown verbs are still conjugated by rule when they are known to be verbs.
 */

const baseVerbs = new Set(
  `accept act admire adopt advise advocate aim answer appear appreciate arrange ask aspire assist attend audition avoid
  bake balance become begin believe belong bike blog box breed brew bring browse build buy camp capture care carry
  cherish choose clean climb coach code collaborate collect come compete complete compose conduct consider contribute
  cook cover craft create crochet customize cycle dance deal decorate dedicate deliver design develop devour direct
  discover dislike dive do document donate draw dream dress drink drive eat edit educate embroider encourage engage
  enjoy enter exercise exhibit experiment explore express fear feature feel film find finish fish fix fly focus follow
  forage foster frequent garden gather get give go golf grill grow guide handle happen hate have head help hike hold
  hope host hunt identify illustrate import improve inspire instruct invent invest investigate invite jog join journal juggle
  keep kayak knit know lead learn lecture like listen live long look love maintain make manage mean meditate meet mentor
  mind miss mix moderate narrate need observe offer open operate organize organise oversee own paint participate perform
  photograph pick plan plant play post practice practise prefer prepare present produce promote provide publish pursue
  quilt race raise read rebuild recite record recreate recycle refurbish rehearse relax rent repair report rescue research
  restore review ride roast row run sail save scrapbook sculpt search see seek sell serve sew share shoot shop showcase
  sing skate skateboard sketch ski sleep smoke speak specialize specialise spend start stay stream strive study stay supervise
  support surf swim take talk teach tend tour train translate travel treat try tutor understand use value visit volunteer
  wake walk want watch wear weave welcome win wish work worry worship write practice dabble devote tinker unwind own`
    .split(/\s+/)
    .filter(Boolean),
);

const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    is: 'am',
    are: 'am',
    am: 'am',
    has: 'have',
    have: 'have',
    does: 'do',
    "doesn't": "don't",
    "isn't": 'am not',
    "hasn't": "haven't",
    was: 'was',
    were: 'was',
  }),
);

/** Past forms that may head a clause: the same in every person. */
const pastVerbs = new Set(
  `attended became began built came completed created did dropped earned founded gave got graduated grew had joined
  learned left lived lost made met moved opened owned played published quit ran retired started studied taught took
  travelled traveled used visited wanted was went won worked wrote trained served never`
    .split(/\s+/)
    .filter(Boolean),
);

/** Auxiliaries and negated verbs that open a clause as they stand, in every person. */
const invariantVerbs = new Set([
  'can',
  'cannot',
  "can't",
  'will',
  'would',
  'could',
  'may',
  'might',
  "didn't",
  "don't",
]);

function toThirdPerson(base: string): string {
  if (base === 'have') return 'has';
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh|o)$/.test(base)) return `${base}es`;
  return `${base}s`;
}

const baseOfThird = new Map([...baseVerbs].map((base) => [toThirdPerson(base), base]));

/** Says whether a lower-case word can head a clause about a third person ("enjoys", "is", "moved"). */
export function isThirdPersonVerb(word: string): boolean {
  return (
    baseOfThird.has(word) || irregular.has(word) || pastVerbs.has(word) || invariantVerbs.has(word)
  );
}

/** Says whether a word is a known verb in its base form ("enjoy"). */
export function isBaseVerb(word: string): boolean {
  return baseVerbs.has(word);
}

/** Third person of a verb given in the first person or plural ("am" and "are" give "is"). */
export function conjugateThird(word: string): string {
  if (word === 'am' || word === 'are') return 'is';
  if (word === 'were') return 'was';
  if (word === "don't") return "doesn't";
  return baseVerbs.has(word) ? toThirdPerson(word) : word;
}

/** First person of a verb given in the third person ("enjoys" gives "enjoy", "is" gives "am"). */
export function conjugateFirst(word: string): string {
  const special = irregular.get(word);
  if (special !== undefined) return special;
  const known = baseOfThird.get(word);
  if (known !== undefined) return known;
  if (pastVerbs.has(word) || !word.endsWith('s') || word.endsWith('ss')) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return /(?:s|x|z|ch|sh|o)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
