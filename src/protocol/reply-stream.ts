/**
 * The reply out of an output that is still being written: what the person may see, as soon as it is there.
 *
 * The block never passes, nor does any tag, wherever it stands; the end of the text waits while it may be the
 * beginning of one. Of a model that was taught the protocol nothing passes outside of its reply tags: what stands
 * there is a block gone astray, as are entries inside of them. Of any other, an output without tags is a reply as it stands: it still answers.
 */
import { entryMarks, protocolTags } from './output.ts';

const [blockOpen, blockClose, replyOpen, replyClose] = protocolTags;

export type StreamedOutput = {
  /** What was handed over, trimmed. */
  readonly reply: string;
  /** What stood in blocks that were closed; null where there was none. */
  readonly block: string | null;
};

/** What becomes of text in neither block nor reply tags; `plain`: nobody was told of tags, and all is the reply. */
export type UntaggedText = 'shown' | 'dropped' | 'plain';

/** Takes an output apart while it comes. */
export class ReplyStream {
  readonly #onReply: (text: string) => void;
  readonly #untagged: UntaggedText;
  #held = '';
  #hasBegun = false;
  #isInBlock = false;
  #isInReply = false;
  #isOver = false;
  #block: string | null = null;
  #blockSoFar = '';
  #reply = '';
  /** An end of the reply that an entry may begin with. */
  #possibleEntry = '';
  /** Blanks that are handed over once something follows them. */
  #blanks = '';

  constructor(onReply: (text: string) => void, untagged: UntaggedText = 'shown') {
    this.#onReply = onReply;
    this.#untagged = untagged;
  }

  push(text: string): void {
    if (this.#untagged === 'plain') {
      this.#show(text);
      return;
    }
    this.#held += text;
    if (!this.#hasBegun) {
      const begun = this.#held.trimStart();
      if (isPossibleEntry(begun) && findTag(begun) === null) return;
      this.#hasBegun = begun !== '';
      // Entries without the tag before them: the block was begun without it.
      this.#isInBlock = isPossibleEntry(begun);
    }
    for (;;) {
      const found = findTag(this.#held);
      if (found === null) break;
      this.#pass(this.#held.slice(0, found.index));
      this.#held = this.#held.slice(found.index + found.tag.length);
      this.#meet(found.tag);
    }
    const kept = countPossibleTag(this.#held);
    this.#pass(this.#held.slice(0, this.#held.length - kept));
    this.#held = this.#held.slice(this.#held.length - kept);
  }

  /** Nothing more comes. */
  end(): StreamedOutput {
    // A list may begin like an entry; what names a slot is one, and is nothing for the person.
    if (!this.#hasBegun && namesSlot(this.#held)) this.#held = '';
    this.#pass(this.#held);
    this.#held = '';
    this.#releaseEntry();
    return { reply: this.#reply, block: this.#block };
  }

  #meet(tag: string): void {
    this.#releaseEntry();
    if (tag === blockOpen) {
      this.#isInBlock = true;
      this.#blockSoFar = '';
    } else if (tag === blockClose) {
      if (this.#isInBlock && this.#block === null) this.#block = this.#blockSoFar.trim();
      this.#isInBlock = false;
    } else if (tag === replyOpen) {
      // A block that was never closed ends where the reply begins.
      if (this.#isInBlock && this.#block === null) this.#block = this.#blockSoFar.trim();
      this.#isInBlock = false;
      this.#isInReply = true;
    } else if (tag === replyClose) {
      this.#isInReply = false;
      this.#isOver = this.#reply !== '';
    }
  }

  #pass(text: string): void {
    if (text === '') return;
    if (this.#isInBlock) {
      this.#blockSoFar += text;
      return;
    }
    if (this.#isOver || (this.#untagged === 'dropped' && !this.#isInReply)) return;
    if (this.#untagged === 'shown') this.#show(text);
    else this.#passTagged(this.#possibleEntry + text);
  }

  /** Hands a reply over up to an entry in it; from there on it is a block. */
  #passTagged(text: string): void {
    // A mark stands for itself: after a blank, or where the reply begins.
    const isBegun = this.#reply !== '';
    const entry = (
      isBegun ? /\s+[-+=?]\s+[a-z][a-z0-9-]*_/u : /(?:^|\s+)[-+=?]\s+[a-z][a-z0-9-]*_/u
    ).exec(text);
    const begin = isBegun
      ? /\s+(?:[-+=?](?:\s+[a-z0-9-]*)?)?$/u
      : /(?:^|\s+)(?:[-+=?](?:\s+[a-z0-9-]*)?)?$/u;
    const end = entry ?? begin.exec(text);
    const index = end?.index ?? text.length;
    this.#possibleEntry = text.slice(index);
    this.#show(text.slice(0, index));
    if (entry === null) return;
    this.#isInBlock = true;
    this.#blockSoFar = this.#possibleEntry;
    this.#possibleEntry = '';
  }

  #releaseEntry(): void {
    this.#show(this.#possibleEntry);
    this.#possibleEntry = '';
  }

  #show(text: string): void {
    const whole = this.#blanks + text;
    const seen = this.#reply === '' ? whole.trimStart() : whole;
    const shown = seen.trimEnd();
    this.#blanks = shown === '' && this.#reply === '' ? '' : seen.slice(shown.length);
    if (shown === '') return;
    this.#reply += shown;
    this.#onReply(shown);
  }
}

/** Says whether an output that begins so may begin with an entry. */
function isPossibleEntry(text: string): boolean {
  return entryMarks.some((mark) => text === mark || text.startsWith(`${mark} `));
}

function namesSlot(text: string): boolean {
  return /^\s*\S\s+[a-z][a-z0-9-]*_(?:\s|$)/u.test(text);
}

function findTag(text: string): { readonly index: number; readonly tag: string } | null {
  const found = protocolTags
    .map((tag) => ({ tag, index: text.indexOf(tag) }))
    .filter(({ index }) => index >= 0)
    .sort((first, second) => first.index - second.index);
  return found[0] ?? null;
}

/** Length of the longest end of a text that a tag may begin with. */
function countPossibleTag(text: string): number {
  for (
    let length = Math.min(text.length, blockClose.length + replyClose.length);
    length > 0;
    length -= 1
  ) {
    const end = text.slice(-length);
    if (protocolTags.some((tag) => tag.startsWith(end))) return length;
  }
  return 0;
}
