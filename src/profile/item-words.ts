/**
 * Content words of a free-text item, for matching by program.
 *
 * Matching, judging and splitting must agree on what counts as the same word, so the one
 * normalisation stands here: lower case, no function words, a crude stem. Verbs of liking are
 * dropped as well ("enjoys hiking" and "loves to hike" say the same), but whether an item negates
 * is kept apart. It knows no synonyms and no language other than English.
 */

const stopWords = new Set(
  `a an the and or but if of in on at to for from with by as into onto over under about around up out off than then
  i me my mine myself you your yours yourself he him his himself she her hers herself they them their theirs themselves
  we us our ours it its itself this that these those who whom whose which what where when while
  am is are was were be been being 's 're 'm have has had having do does did doing done not no never
  don't doesn't didn't isn't aren't wasn't can't cannot won't i'm he's she's they're
  so very really quite just also often frequently usually sometimes always currently now still too only
  regularly especially particularly recently some any all both each other own owns owned one's there here
  named called can will would could should may might must
  enjoy enjoys enjoyed enjoying love loves loved loving like likes liked liking adore adores fond passionate passion
  hate hates hated dislike dislikes disliked years year old`
    .split(/\s+/)
    .filter(Boolean),
);

const negations = new Set(
  `not no never cannot don't doesn't didn't isn't aren't wasn't can't won't hate hates hated dislike dislikes disliked
  avoids avoid`
    .split(/\s+/)
    .filter(Boolean),
);

/** Lower-cases, straightens quotes and dashes, and splits into words; hyphens and punctuation separate. */
export function splitWords(text: string): string[] {
  return normaliseText(text).match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [];
}

/** Lower-cases and replaces typographic quotes and dashes by plain ones; collapses white space. */
export function normaliseText(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2013]/g, '-')
    .replace(/\bph\.\s?d\b\.?/g, 'phd')
    .replace(/\s+/g, ' ')
    .replace(/ ?\u2014 ?/g, ' , ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Cuts common English endings: hikes, hiking and hike give one stem. */
export function stemWord(word: string): string {
  let stem = word.replace(/'s?$/, '');
  if (stem === 'goes' || stem === 'going') return 'go';
  if (stem.length > 4 && stem.endsWith('ies')) stem = `${stem.slice(0, -3)}y`;
  else if (stem.length > 5 && stem.endsWith('ing')) stem = undouble(stem.slice(0, -3));
  else if (stem.length > 4 && stem.endsWith('ed')) stem = undouble(stem.slice(0, -2));
  else if (stem.length > 4 && /(?:s|x|z|ch|sh)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (stem.length > 3 && stem.endsWith('s') && !stem.endsWith('ss')) stem = stem.slice(0, -1);
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem;
}

function undouble(stem: string): string {
  return /([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem;
}

/** Says whether a word carries no content of its own. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word) || stopWords.has(word.replace(/'s$/, ''));
}

/** Stems of the content words in order, repeats kept; empty when the text has none. */
export function computeContentWords(text: string): string[] {
  return splitWords(text)
    .filter((word) => !isStopWord(word))
    .map(stemWord);
}

/** Says whether the text negates or dislikes. */
export function isNegated(text: string): boolean {
  return splitWords(text).some((word) => negations.has(word));
}
