/**
 * Whether words speak for a thing or against it, where a note says that somebody does not want it.
 *
 * By English words alone: words of liking and of aversion, each turned round by a "not", a "no longer", a "used
 * to". "I can't stand it", "I no longer like it" and "I'd like it without" are against, "I don't mind it any
 * more", "I used to hate it" and "I've stopped avoiding it" are for. What has neither word says nothing.
 */

import { grownNot } from './denial.ts';

/** The words speak for it, against it, or say nothing of that. */
export type Stance = 'for' | 'against' | null;

const liking = new RegExp(
  [
    // "It looks like mushrooms" likes nothing.
    String.raw`(?<!\b(?:looks?|feels?|sounds?|tastes?|smells?|seems?|\p{L}*thing|things|foods?)\s)lik(?:e|es|ed|ing)`,
    'lov(?:e|es|ed|ing)|enjoy(?:s|ed|ing)?|ador(?:e|es|ed|ing)|prefer(?:s|red)?|fond|fans?|favou?rites?',
    'amazing|awesome|fantastic|brilliant|the best|crazy about|obsessed|nothing beats|never say no',
    String.raw`can(?:no|['\u2019]?)t (?:live|start|function|get enough|stop|resist)(?: \p{L}+ing)?(?: without)?`,
    'fine|ok|okay|alright|all right|good|great|nice|delicious|tasty|lovely|for me|appreciate[sd]?',
    'eat|eats|eating|eaten|ate|drink|drinks|drinking|drank|want|wants|wanted|care for|touch',
    'stand|bear|abide|tolerate|stomach|handle|live with|made (?:my )?peace',
    String.raw`(?:got|gotten|getting|am|['\u2019]m|been) (?:over|used to|into)|(?:came|come|coming) (?:a?round|to terms)|warm(?:ed|ing) to`,
  ].join('|'),
  'iu',
);
const aversion = new RegExp(
  [
    'hat(?:e|es|ed|ing)|dislik(?:e|es|ed|ing)|detest(?:s|ed|ing)?|loath(?:e|es|ed|ing)|despis(?:e|es|ed|ing)|abhor(?:s|red)?',
    'mind(?:s|ed|ing)?|avoid(?:s|ed|ing)?|allerg(?:y|ic|ies)|intoleran(?:t|ce)|sick of|tired of|fed up with|put off',
    'disgust(?:s|ed|ing)?|gross|awful|bad|terrible|horrible|annoy(?:s|ed|ing)?|bothers?',
    String.raw`(?:leave|left|leaving) (?:\p{L}+ )?(?:out|off)|skip`,
  ].join('|'),
  'iu',
);
const reversal = new RegExp(
  [
    'not|never|no(?! matter)|cannot|without|hardly|barely|rarely|seldom',
    'stop(?:ped)?|quit|g[ai]ve[n]? up',
    String.raw`(?<!\b(?:am|is|are|was|got|get|getting|gotten|been)\s|['\u2019]m\s)used? to`,
    'forget|remove|delete|wrong|false|untrue',
  ].join('|'),
  'iu',
);
const marks = new RegExp(
  String.raw`\b(?:(?<liking>${liking.source})|(?<aversion>${aversion.source})|(?<reversal>${reversal.source}))\b|(?<short>${grownNot})`,
  'giu',
);

/** Reads what a part of a sentence says of the thing that it names. */
function readStance(part: string): Stance {
  let [isSaid, isFor] = [false, true];
  for (const { groups = {} } of part.matchAll(marks)) {
    if (groups['liking'] === undefined) isFor = !isFor;
    if (groups['liking'] !== undefined || groups['aversion'] !== undefined) isSaid = true;
  }
  if (!isSaid) return null;
  return isFor ? 'for' : 'against';
}

/** A part that takes something out of what is liked: "pizza is great, but no olives". */
const except =
  /^(?:just )?(?:no|not|never|except|apart from|but|without|minus)\b|\b(?:not so much|less so|never)$/iu;

/** Reads the parts of a sentence: one without a word of its own goes on with the stance of the one before it. */
export function readStances(
  parts: readonly string[],
): { readonly text: string; readonly stance: Stance }[] {
  let last: Stance = null;
  return parts.map((text) => {
    last = readStance(text) ?? (last === 'for' && except.test(text) ? 'against' : last);
    return { text, stance: last };
  });
}
