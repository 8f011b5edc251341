/** Facts told as sentences, two of which may be said as one: "I like to cook and take long baths." */

import { lowerFirst } from './phrases/lines.ts';

/** How sentences begin of which somebody may say several at once, none of them against another. */
const openings = [
  'I like to',
  'I love to',
  'I love',
  'I like',
  'I enjoy',
  'I collect',
  'I can',
  'I play',
  'I hate',
];

/** Puts behind facts another one that begins alike, where there is one; at most so many facts. */
export function pairAlike(facts: readonly string[], count: number): string[] {
  const chosen: string[] = [];
  for (const fact of facts) {
    if (chosen.length >= count) break;
    if (chosen.includes(fact)) continue;
    const opening = findOpening(fact);
    const mate = facts.find((each) => each !== fact && findOpening(each) === opening);
    chosen.push(fact, ...(opening === undefined || mate === undefined ? [] : [mate]));
  }
  return [...new Set(chosen)].slice(0, count);
}

/** Says two facts as one sentence: what both begin with once, or the one and the other. */
export function joinFacts(first: string, second: string): string {
  const opening = findOpening(first);
  if (opening !== undefined && opening === findOpening(second)) {
    return `${first} and ${second.slice(opening.length + 1)}`;
  }
  return `${first}, and ${lowerFirst(second)}`;
}

function findOpening(fact: string): string | undefined {
  return openings.find((opening) => fact.startsWith(`${opening} `));
}
