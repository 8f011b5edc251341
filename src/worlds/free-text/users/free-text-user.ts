/**
 * A rule-based user who tells a free-text persona bit by bit.
 *
 * It greets first, is cold at first, says at most 15 % of its items (but at least one) in a reply,
 * tells more when asked about a topic it has something on, is blunt about repeated questions, and
 * talks about the weather and about other people in between. A scripted change of mind takes the
 * first turn it is due in, once the item that changes was told; such items are told early. It hears the reply only, never the
 * profile block. Same seed and same replies give the same conversation.
 */
import type { RandomSource } from '../../../base/index.ts';
import { findTopics, isSameQuestion, readQuestions } from '../../../profile/index.ts';
import type { ItemTopic, ProfileItem, Question } from '../../../profile/index.ts';
import type {
  DialogueAct,
  Disclosure,
  PerceivedReply,
  Persona,
  SimulatedUser,
  UserTurn,
} from '../../../users/index.ts';
import { itemSlot } from './load-personas.ts';
import type { PhrasingFamily, PhrasingSet } from './phrasings.ts';
import { choosePhrasings } from './phrasings.ts';
import { voiceClause, voiceItem } from './voice-item.ts';

export type FreeTextUserOptions = {
  readonly persona: Persona;
  readonly family: PhrasingFamily;
  /** Whether the held-out wordings of the family are used too. */
  readonly isHeldOut: boolean;
  readonly random: RandomSource;
  /** What other people are said to like or have: items of other personas, in the third person. */
  readonly otherItems: readonly string[];
  /** Tells something in every turn, the first included; for practice, not for evaluation. */
  readonly isPractice?: boolean;
};

/** Share of its items a user tells in one reply at most; at least one item is always allowed. */
export const maxDisclosedShare = 0.15;

const trustRange = { least: -2, most: 3 };

/** Creates a user; it holds its own state. */
export function createFreeTextUser(options: FreeTextUserOptions): SimulatedUser {
  return new FreeTextUser(options);
}

type DueChange = { readonly change: Persona['changes'][number]; readonly dueTurn: number };

/** Draws in which turn each change is due; with no span given it is the one that was scripted. */
function drawDueTurns({ changes }: Persona, random: RandomSource): DueChange[] {
  return changes.map((change) => {
    const span = (change.untilTurn ?? change.fromTurn) - change.fromTurn;
    return { change, dueTurn: change.fromTurn + random.integer(span + 1) };
  });
}

class FreeTextUser implements SimulatedUser {
  readonly name: string;
  readonly persona: Persona;
  readonly #random: RandomSource;
  readonly #phrasings: readonly PhrasingSet[];
  readonly #otherItems: readonly string[];
  readonly #isPractice: boolean;
  readonly #asked: Question[] = [];
  /** Values that were told and still hold. */
  readonly #told = new Set<string>();
  /** Scripted changes that were not told yet, each with the turn it is due from. */
  #pending: readonly DueChange[];
  #doubted: DueChange | null = null;
  #hidden: ProfileItem[];
  #trust: number;
  #turnIndex = 0;

  constructor(options: FreeTextUserOptions) {
    this.name = `free-text-${options.family}-2`;
    this.persona = options.persona;
    this.#random = options.random;
    this.#phrasings = choosePhrasings(options.family, options.isHeldOut);
    this.#otherItems = options.otherItems;
    this.#isPractice = options.isPractice ?? false;
    this.#pending = drawDueTurns(options.persona, options.random.fork('changes'));
    this.#hidden = this.#putChangingFirst(options.random.shuffle(options.persona.trueProfile));
    this.#trust = options.family === 'other' ? -0.5 : 0;
  }

  open(): Promise<UserTurn> {
    return Promise.resolve(
      this.#isPractice ? this.#volunteer(0.9) : this.#say('greeting', { kind: 'greeting' }),
    );
  }

  respond(reply: PerceivedReply): Promise<UserTurn> {
    this.#turnIndex += 1;
    this.#adjustTrust(reply.alignment);
    return Promise.resolve(this.#changeMind() ?? this.#answer(reply.response));
  }

  #putChangingFirst(items: readonly ProfileItem[]): ProfileItem[] {
    const isChanging = ({ value }: ProfileItem): boolean =>
      this.#pending.some(({ change }) => change.before.value === value);
    return [...items.filter(isChanging), ...items.filter((item) => !isChanging(item))];
  }

  /** Doubts, replaces or drops an item whose turn has come; null where none has. */
  #changeMind(): UserTurn | null {
    const due =
      this.#doubted ??
      this.#pending.find(
        ({ change, dueTurn }) => this.#turnIndex >= dueTurn && this.#told.has(change.before.value),
      );
    if (due === undefined) return null;
    const { before, after, announced, gradual } = due.change;
    const old = voiceClause(before.value);
    if (gradual && this.#doubted === null) {
      this.#doubted = due;
      const message = this.#phrase('doubt').replace('{old}', () => old);
      return { message, disclosures: [], acts: [{ kind: 'doubt', item: before }] };
    }
    this.#doubted = null;
    this.#pending = this.#pending.filter((other) => other !== due);
    this.#told.delete(before.value);
    if (after === null) {
      const message = this.#phrase('drop').replace('{old}', () => old);
      return {
        message,
        disclosures: [],
        dropped: [before],
        acts: [{ kind: 'drop', item: before }],
      };
    }
    this.#told.add(after.value);
    const phrasing = this.#phrase(announced ? 'change' : 'disclosure');
    const disclosure: Disclosure = {
      turnIndex: this.#turnIndex,
      item: after,
      replaces: before,
      form: 'explicit',
    };
    return {
      message: voiceItem(after.value, phrasing).replace('{old}', () => old),
      disclosures: [disclosure],
      acts: [{ kind: announced ? 'change' : 'disclosure', item: after }],
    };
  }

  #answer(response: string): UserTurn {
    if (this.#isPractice) return this.#volunteer(0.8);
    if (response.trim() === '') return this.#say('puzzled', { kind: 'puzzled' });
    const [question] = readQuestions(response);
    if (question === undefined) return this.#volunteer(0.3);
    const isRepeated = this.#asked.some((other) => isSameQuestion(other, question));
    this.#asked.push(question);
    if (isRepeated) {
      this.#trust = Math.max(trustRange.least, this.#trust - 1);
      return this.#say('complaint', { kind: 'complaint' });
    }
    const [topic] = question.topics;
    if (topic === undefined) return this.#volunteer(0.55);
    return this.#answerTopic(topic);
  }

  #answerTopic(topic: ItemTopic): UserTurn {
    const fitting = this.#hidden.filter((item) => findTopics(item.value).includes(topic));
    if (fitting.length === 0) return this.#haveNothing(topic);
    if (!this.#random.chance(Math.min(0.95, 0.75 + 0.1 * this.#trust))) {
      return this.#say('evasion', { kind: 'evasion', topic });
    }
    const most = Math.max(1, Math.floor(maxDisclosedShare * this.persona.trueProfile.length));
    const count = this.#trust >= 1.5 ? Math.min(most, fitting.length) : 1;
    return this.#disclose(fitting.slice(0, count), { topic });
  }

  /** Says that it has nothing on the topic, and sometimes tells something else right after it. */
  #haveNothing(topic: ItemTopic): UserTurn {
    const turn = this.#say('nothing', { kind: 'nothing', topic });
    const [item] = this.#hidden;
    if (item === undefined || !this.#random.chance(0.4 + 0.1 * this.#trust)) return turn;
    const told = this.#disclose([item], { topic });
    return { ...told, message: `${turn.message} ${told.message}` };
  }

  /** Nothing in particular was asked: an item, somebody else's taste, or small talk. */
  #volunteer(willingness: number): UserTurn {
    const [item] = this.#hidden;
    if (item !== undefined && this.#random.chance(willingness + 0.12 * this.#trust)) {
      return this.#disclose([item], {});
    }
    if (this.#otherItems.length > 0 && this.#random.chance(0.5)) return this.#mentionOther();
    return this.#say('smallTalk', { kind: 'small_talk' });
  }

  #mentionOther(): UserTurn {
    const value = this.#random.pick(this.#otherItems);
    return {
      message: this.#phrase('distractor').replace('{other}', () => value),
      disclosures: [],
      acts: [{ kind: 'distractor', item: { slot: itemSlot, value } }],
    };
  }

  #disclose(items: readonly ProfileItem[], asked: { readonly topic?: ItemTopic }): UserTurn {
    this.#hidden = this.#hidden.filter((item) => !items.includes(item));
    for (const { value } of items) this.#told.add(value);
    const disclosures: Disclosure[] = items.map((item) => ({
      turnIndex: this.#turnIndex,
      item,
      form: 'explicit',
    }));
    const message = items
      .map((item) => voiceItem(item.value, this.#phrase('disclosure')))
      .join(' ');
    const acts = items.map((item): DialogueAct => ({ kind: 'disclosure', item, ...asked }));
    return { message, disclosures, acts };
  }

  #say(phrase: keyof PhrasingSet, act: DialogueAct): UserTurn {
    const topic = 'topic' in act ? (act.topic ?? '') : '';
    const message = this.#phrase(phrase).replace('{topic}', () => topic);
    return { message, disclosures: [], acts: [act] };
  }

  #phrase(kind: keyof PhrasingSet): string {
    return this.#random.pick(this.#random.pick(this.#phrasings)[kind]);
  }

  #adjustTrust(alignment: number | null): void {
    if (alignment === null) return;
    const step = alignment > 0 ? 0.7 : -0.3;
    this.#trust = Math.min(trustRange.most, Math.max(trustRange.least, this.#trust + step));
  }
}
