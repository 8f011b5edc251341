/**
 * How carefully somebody types: capitals, apostrophes, full stops, slips of the finger.
 *
 * Each person has a hand of their own for a whole conversation. Values are always spelt right, though
 * not always with their capital: what is to be noted must be there to be read.
 */
import type { RandomSource } from '../../base/index.ts';

/** Habits of a family of people; chances. */
export type Manner = {
  /** Talk around a fact; a word on what is somebody else's, former, wished for or not so. */
  readonly chatter: number;
  readonly asides: number;
  /** A fact that has no slot of its own, told in passing, while there is one. */
  readonly tells: number;
  /** Of such facts: two that begin alike in one sentence; any other two joined by a word. */
  readonly joins: number;
  /** Of asides: a value of what is told next, said by mistake and taken back at once. */
  readonly misspeaks: number;
  /** Of what is told of a slot: something more about it in the same sentence. */
  readonly trails: number;
  /** Changes: what is over is named before what holds now. */
  readonly namesFormer: number;
  /** People who type everything in lower case; leave out apostrophes; leave out the last full stop. */
  readonly lowerCase: number;
  readonly noApostrophes: number;
  readonly noStops: number;
  /** People who mistype, and how many of their longer words. */
  readonly sloppy: number;
  readonly slips: number;
};

/** How one person types. */
export type Hand = {
  readonly isLowerCase: boolean;
  readonly dropsApostrophes: boolean;
  readonly dropsStops: boolean;
  /** Chance that a longer word is mistyped. */
  readonly slips: number;
};

/** Draws a person's hand. */
export function drawHand(manner: Manner, random: RandomSource): Hand {
  const isLowerCase = random.chance(manner.lowerCase);
  return {
    isLowerCase,
    dropsApostrophes: random.chance(
      isLowerCase ? Math.min(1, 2 * manner.noApostrophes) : manner.noApostrophes / 2,
    ),
    dropsStops: random.chance(manner.noStops),
    slips: random.chance(manner.sloppy) ? manner.slips : 0,
  };
}

/** Writes a sentence as the hand would. */
export function writeUntidily(
  text: string,
  keeps: readonly string[],
  hand: Hand,
  random: RandomSource,
): string {
  const kept = new Set(keeps.flatMap((value) => value.split(/\s+/u)));
  const isKept = (word: string): boolean =>
    [...kept].some((part) => part !== '' && word.toLowerCase().includes(part.toLowerCase()));
  const words = text.split(' ').map((word) => {
    if (isKept(word)) return hand.isLowerCase ? word.toLowerCase() : word;
    const slipped = hand.slips > 0 && random.chance(hand.slips) ? slip(word, random) : word;
    const plain = hand.dropsApostrophes ? slipped.replaceAll("'", '') : slipped;
    return hand.isLowerCase ? plain.toLowerCase() : plain;
  });
  const written = words.join(' ');
  return hand.dropsStops
    ? written.replace(/\.$/u, random.chance(0.3) ? '...' : ',').replace(/,$/u, '')
    : written;
}

/** Mistypes a word of five letters or more: two letters swapped, one doubled, one left out. */
function slip(word: string, random: RandomSource): string {
  if (!/^[a-z]{5,}[.,!?]?$/u.test(word)) return word;
  const letters = word.replace(/[^a-z]$/u, '').length;
  const place = 1 + random.integer(letters - 2);
  const [before, at, next, after] = [
    word.slice(0, place),
    word.charAt(place),
    word.charAt(place + 1),
    word.slice(place + 2),
  ];
  switch (random.integer(3)) {
    case 0:
      return `${before}${next}${at}${after}`;
    case 1:
      return `${before}${at}${at}${next}${after}`;
    default:
      return `${before}${next}${after}`;
  }
}
