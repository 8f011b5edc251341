/**
 * Words that name a value and do not say that it holds: it is compared with, left behind, disliked, wished for,
 * asked about, or spoken to. By English words alone.
 */
import { splitWords } from '../profile/index.ts';
import type { ProfileItem } from '../profile/index.ts';
import { findBefore } from './claim-words.ts';
import { saysNo } from './denial.ts';
import { slotOfNames, slotOfPlans, slotOfTaste } from './slot-kinds.ts';

const bareNo = /\bno (?:more |(?:big )?fan of |good at )?$/iu;
const comparing =
  /\b(?:than|rather than|instead of|[a-z]{3,} over|except|apart from|but not)\s+(?:\p{L}+ing |the |a |an |my |in |to )*$/iu;
/** "Nothing is better than jazz", "I'd live nowhere but in Oslo". */
const unrivalled = /\b(?:nothing|not|never)\b|n['\u2019]t\b/iu;
const leaving =
  /\b(?:moved?|moving|switched|changed|went|swapped)\b.*\bfrom (?:the |a )?$|\bprefer(?:s|red)?\b.*\bto (?:the |a )?$/iu;

/** Whether what stands before a value leaves it behind: "no coffee", "tea than coffee", "moved from Oslo". */
export function isLeftBehind(before: string): boolean {
  return (
    bareNo.test(before) ||
    leaving.test(before) ||
    (comparing.test(before) && !unrivalled.test(before))
  );
}

const averse =
  /\b(?:hates?|hated|detest|loathe|despise|can['\u2019]?t stand|awful|disgusting|gross|terrible|horrible|boring|bores|worst|allergic|sick of|tired of|fed up|annoying|overrated)\b/iu;
const unsaid = /\b(?:not|never)\b|(?<!\bca)n['\u2019]?t\b/iu;

/** Whether words are of aversion: "mushrooms are disgusting". */
export const isAverse = (text: string): boolean => averse.test(text) && !unsaid.test(text);

const wishes = [
  String.raw`wish|if i (?:had|were|was|lived|get|got|become|became|moved?)`,
  String.raw`(?:i['\u2019]?d|would) (?:love|like) to (?:have|be|become|live|own|get|work|learn|try|take up)`,
  '(?:might|should|could|would) (?:get|become|be|live|try|learn|move)',
  'maybe|thinking (?:of|about)|want(?:ed|s)? (?:a|an|to)|one day|some ?day|imagine',
];
const wish = new RegExp(String.raw`\b(?:${wishes.join('|')})\b`, 'iu');

const address =
  /^(?:hi|hiya|hey|hello|thanks|thank you|bye|dear|sorry|cheers|morning|good (?:morning|evening|night))$/iu;

/** Whether a part of a sentence names a value and does not say that it holds. */
export function isSetAside({ slot, value }: ProfileItem, text: string): boolean {
  const before = findBefore(value, text);
  if (isLeftBehind(before) && !(bareNo.test(before) && saysNo(value))) return true;
  if (slotOfTaste.test(slot) && isAverse(text) && !isAverse(value)) return true;
  if (!slotOfPlans.test(slot) && wish.test(text) && !wish.test(value)) return true;
  const isAlone = splitWords(text).length <= splitWords(value).length + 2;
  return slotOfNames.test(slot) && isAlone && address.test(before.trim());
}

const question =
  /^(?:(?:and|so|but|hey|hi|well|ok|btw|do you know|any idea|tell me|explain)\b,?\s*)*(?:what|how|why|when|where|who|which|is|are|am|do|does|did|can|could|should|would|will|have|has|any|isn['\u2019]t)\b/iu;
const tellsOfSelf = /\b(?:i['\u2019]?m|i live|i told|my|like me|love)\b|mention/iu;

/** "Is jazz any good?" says nothing; "how do I get my cat to eat?" does. */
export function isAsked(text: string): boolean {
  return text.endsWith('?') && question.test(text) && !tellsOfSelf.test(text);
}
