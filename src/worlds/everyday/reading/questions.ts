/**
 * Which slot a question asks about, as a person would understand it.
 *
 * A row of patterns for each slot; the first slot that fits counts. A question that names what is known
 * already, or makes an offer, asks about no slot: that is told by the caller and by `offers`.
 */
import type { Sentence } from './words.ts';

const patterns: readonly (readonly [slot: string, pattern: RegExp])[] = [
  [
    'tone',
    /\b(?:formal or casual|casual or formal|how (?:should|shall|may|can) i (?:talk|speak|address)|which tone|what tone|prefer (?:a )?(?:formal|casual))\b/u,
  ],
  [
    'length',
    /\b(?:how long (?:should|shall|do you (?:like|want)) (?:my |your )?(?:answers|replies)|(?:short|brief) or (?:long|detailed)|(?:long|detailed) or (?:short|brief)|long or short (?:answers|replies))\b/u,
  ],
  [
    'name',
    /\b(?:your (?:first )?name|(?:should|shall|may|can|do|could) i call you|who am i (?:talking|speaking) (?:to|with)|(?:friends|people|they) call you|who are you)\b/u,
  ],
  [
    'hate',
    /\b(?:can(?:'t|not)?(?: you)?(?: not)? (?:stand|bear)|not stand|(?:dis)?like least|dislikes?|you (?:really )?(?:hate|avoid)|(?:not|don't) like to eat|(?:won't|never) eat|keep off your plate|leave (?:out|off))\b/u,
  ],
  [
    'job',
    /\b(?:for a living|(?:your|a) (?:job|occupation|profession|trade|career|line of work)|what line of work|what do you do(?: for (?:work|money)| all day| these days| professionally)?$|(?:what|which|whom?|where|who) do you work (?:as|in|for|at|with)?$|where do you work|(?:kind|sort|type) of (?:work|job)|what's your (?:job|work)|do you work or|earn your)\b/u,
  ],
  [
    'schedule',
    /\b(?:(?:which|what|your) (?:working )?(?:hours|shifts?|schedule)|when do you (?:work|finish|start|get off)|(?:day|night) shifts? or|work (?:days|nights) or|what time do you (?:start|finish))\b/u,
  ],
  [
    'transport',
    /\b(?:how do you (?:usually |normally |mostly )?(?:get|travel|commute|go|come)(?: to| around| into| there| in| about)?|your commute|your way to work|do you (?:drive|cycle|walk) (?:to|or|into)|what do you ride|means of transport)\b/u,
  ],
  [
    'diet',
    /\b(?:diets?|dietary|(?:vegan|vegetarian|meat)(?: eater)?(?:,| or)|eat meat|food (?:rules|restrictions)|allerg\w+)\b/u,
  ],
  [
    'drink',
    /\b(?:(?:favou?rite|sort of|kind of|which|what) drinks?|drink of choice|what (?:do|would) you (?:like to |usually |love to |want to |normally )?(?:drink|sip)|you(?:r)? (?:usually |normally )?order (?:at|in) (?:a|the) (?:bar|café|cafe|pub)|coffee or tea|tea or coffee)\b/u,
  ],
  [
    'book',
    /\b(?:authors?|writers?|novels?|books?|(?:like|love|enjoy) (?:to )?read(?:ing)?|what do you read|do you read|what are you reading|read for fun)\b/u,
  ],
  [
    'film',
    /\b(?:films?|movies?|cinema|(?:like|love|enjoy) (?:to )?watch(?:ing)?|what do you watch)\b/u,
  ],
  ['music', /\b(?:music|listen to|songs?|bands?|tunes|records?)\b/u],
  [
    'food',
    /\b(?:(?:favou?rite|kind of|sort of|which|what|type of) (?:foods?|dish(?:es)?|meals?|cuisines?)|(?:like|love|enjoy) (?:to )?eat(?:ing)?|what do you (?:usually )?(?:eat|cook)|comfort food|enjoy eating|fancy eating)\b/u,
  ],
  [
    'pet',
    /\b(?:pets?|animals?|(?:cats?|dogs?) (?:or|and) (?:cats?|dogs?)|four[- ]legged|cat or dog person)\b/u,
  ],
  [
    'trip',
    /\b(?:travel|holidays?|vacations?|dream (?:trip|destination)|destinations?|(?:like|love|want) to (?:visit|go|fly)|which country|trips?)\b/u,
  ],
  [
    'city',
    /\b(?:where(?:abouts)? (?:do|are|is|in)? ?(?:you |your )?(?:live|living|based|from|located|home)|where(?:'s| is) home|(?:which|what) (?:city|town|place|part)|call home|your home ?town|are you from|where do you live|where are you)\b/u,
  ],
  [
    'goal',
    /\b(?:goals?|aims?|ambitions?|aspir\w+|working (?:towards|toward|on this year)|hope to (?:achieve|do this year)|want to achieve|plans for (?:the|this|next) (?:year|future)|resolutions?)\b/u,
  ],
  ['colour', /\bcolou?rs?\b/u],
  [
    'hobby',
    /\b(?:hobb(?:y|ies)|for fun|(?:free|spare) time|pastimes?|to (?:relax|unwind)|leisure|your interests|what are you into|(?:do|up to) (?:at|on) (?:the )?weekends?)\b/u,
  ],
];

/** Questions that offer something instead. */
export const offering =
  /^(?:so |and |well |then |hey |oh |ok |okay )*,?\s*(?:how about|what about|why not|why don't|how does|how do .+ sound|would you like some|would you like a|shall we|shall i|may i suggest|can i suggest|could i suggest|fancy|maybe|perhaps|should i add|want to)\b/u;

/** Finds the slot a sentence asks about; null where it asks about none. */
export function findAskedSlot({ text, isQuestion }: Sentence): string | null {
  const asks =
    isQuestion ||
    /^(?:what|where|which|who|how|when|do you|are you|have you|tell me (?:your|what|where|which|about your)|may i ask|can i ask|i wonder (?:what|where|which))\b/u.test(
      text,
    );
  if (!asks || offering.test(text)) return null;
  const bare = text.replace(/[?!.\s]+$/u, '');
  return patterns.find(([, pattern]) => pattern.test(bare))?.[0] ?? null;
}
