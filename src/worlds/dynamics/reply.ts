/** What a reply says, sentence by sentence, without its words. */
import type { ProfileItem } from '../../profile/index.ts';

/** One sentence as it is meant. */
export type Sentence =
  | { readonly kind: 'greeting' | 'small_talk' | 'generic' | 'detail' | 'unknown' }
  | { readonly kind: 'plain'; readonly topic: string }
  /** Takes up a value; `slots` are those that the sentence would suit. */
  | { readonly kind: 'takes_up'; readonly value: string; readonly slots: readonly string[] }
  /** Leaves a value to somebody else. */
  | { readonly kind: 'aside'; readonly value: string }
  | { readonly kind: 'offer'; readonly item: ProfileItem }
  | { readonly kind: 'question'; readonly slot: string };

export type TakenUp = { readonly value: string; readonly slots: readonly string[] };

/** What a reply says as a whole. */
export type ReplyMove = {
  /** Tone it opens in; null for none. */
  readonly tone: string | null;
  readonly isDetailed: boolean;
  readonly greets: boolean;
  /** Answers small talk as such. */
  readonly chats: boolean;
  /** The plain request it answers; null for none. */
  readonly plain: string | null;
  readonly takesUp: readonly TakenUp[];
  /** Values it says are somebody else's. */
  readonly leavesToOthers: readonly string[];
  readonly offers: readonly ProfileItem[];
  readonly asks: readonly string[];
  /** Why it is no natural reply; null where it is one. */
  readonly fault: string | null;
};

/** Most sentences of a natural reply. */
export const mostSentences = 5;

/** Sums up a reply; `texts` are its sentences as written, of which none stands twice. */
export function summarizeReply(
  tone: string | null,
  sentences: readonly Sentence[],
  texts: readonly string[],
): ReplyMove {
  const pick = <Kind extends Sentence['kind']>(kind: Kind): Extract<Sentence, { kind: Kind }>[] =>
    sentences.filter((each): each is Extract<Sentence, { kind: Kind }> => each.kind === kind);
  const has = (kind: Sentence['kind']): boolean => sentences.some((each) => each.kind === kind);
  return {
    tone,
    isDetailed: has('detail'),
    greets: has('greeting'),
    chats: has('small_talk'),
    plain: pick('plain')[0]?.topic ?? null,
    takesUp: pick('takes_up').map(({ value, slots }) => ({ value, slots })),
    leavesToOthers: pick('aside').map(({ value }) => value),
    offers: pick('offer').map(({ item }) => item),
    asks: pick('question').map(({ slot }) => slot),
    fault: findFault(sentences, texts),
  };
}

function findFault(sentences: readonly Sentence[], texts: readonly string[]): string | null {
  if (sentences.length === 0) return 'nothing is said';
  const unknown = sentences.findIndex(({ kind }) => kind === 'unknown');
  if (unknown >= 0) return `"${texts[unknown]}" is no sentence`;
  if (sentences.length > mostSentences) return 'too many sentences';
  return new Set(texts).size < texts.length ? 'a sentence stands twice' : null;
}
