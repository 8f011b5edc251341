/**
 * What a person does in a conversation, turn by turn, without a word: the course of its acts.
 *
 * A need is announced some turns before it is due, so that there is a right question and a time for it.
 * Little is told unasked. What each rate is good for: docs/small-world.md. Every turn draws from a
 * stream of its own, so that the same person met twice has the same luck, whatever was replied.
 */
import type { RandomSource } from '../../base/index.ts';
import type { Split } from '../../env/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type { Amendment, DialogueAct, Persona, UserTurn } from '../../users/index.ts';
import { findDomainSlot, isTrait, type Domain } from './domain.ts';
import { listFree } from './person.ts';
import type { DynamicsSettings } from './settings.ts';

/** What a turn of a person means; its words are the surface's. */
export type Move = Pick<UserTurn, 'acts' | 'disclosures' | 'dropped' | 'amendments'>;

/** What a person makes of a reply. */
export type PerceivedMove = {
  /** Slots it asked about. */
  readonly asked: readonly string[];
  /** Values it offered or took up. */
  readonly used: readonly ProfileItem[];
  readonly isUnderstood: boolean;
};

export type CourseOptions = {
  readonly persona: Persona;
  readonly domain: Domain;
  readonly settings: DynamicsSettings;
  readonly split: Split;
  readonly random: RandomSource;
  /** Whether it begins with a greeting; practice does not. */
  readonly greets: boolean;
};

type Draft = {
  readonly acts: DialogueAct[];
  readonly disclosures: UserTurn['disclosures'][number][];
  readonly dropped: ProfileItem[];
  readonly amendments: Amendment[];
};

/** One person in one conversation. */
export class Course {
  readonly #options: CourseOptions;
  /** What holds now. */
  #items: ProfileItem[];
  /** What was told, and when. */
  #told: { readonly item: ProfileItem; readonly turn: number }[] = [];
  readonly #agenda: readonly string[];
  readonly #announced = new Map<string, number>();
  readonly #asked = new Set<string>();
  #doubted: ProfileItem | null = null;
  #turn = 0;
  /** Draws of this turn: what chance does in a turn does not depend on what was drawn before. */
  #random: RandomSource;

  constructor(options: CourseOptions) {
    this.#options = options;
    const { persona, domain, settings, random } = options;
    this.#items = [...persona.trueProfile];
    const own = domain.slots.filter(({ name }) => persona.trueProfile.some((i) => i.slot === name));
    const shuffled = random.fork('agenda').shuffle(own.map(({ name }) => name));
    this.#agenda = shuffled.slice(0, settings.agenda);
    this.#random = random.fork('turn/0');
  }

  open(): Move {
    const draft = createDraft();
    if (this.#options.greets) draft.acts.push({ kind: 'greeting' });
    const { domain, settings, random } = this.#options;
    const states = random.fork('states').chance(settings.states);
    for (const { name } of states ? domain.traits : []) {
      for (const item of this.#items.filter(({ slot }) => slot === name)) this.#tell(item, draft);
    }
    if (random.fork('introduces').chance(settings.introduces)) this.#introduce(draft);
    const isShort = !states && random.fork('opening').chance(settings.opens);
    if (!this.#options.greets || isShort) this.#takeFreeTurn(draft);
    return this.#finish(draft);
  }

  #introduce(draft: Draft): void {
    const { calledBy } = this.#options.domain;
    const own = this.#items.find(({ slot }) => slot === calledBy);
    if (own !== undefined) this.#tell(own, draft);
  }

  respond(reply: PerceivedMove): Move {
    const draft = createDraft();
    this.#correct(reply, draft);
    this.#amend(draft);
    if (!reply.isUnderstood) draft.acts.push({ kind: 'puzzled' });
    const isDone = reply.asked.some((slot) => this.#answer(slot, draft));
    if (!isDone && draft.disclosures.length === 0) this.#takeFreeTurn(draft);
    return this.#finish(draft);
  }

  #finish({ acts, disclosures, dropped, amendments }: Draft): Move {
    this.#turn += 1;
    this.#random = this.#options.random.fork(`turn/${this.#turn}`);
    return {
      ...{ acts, disclosures },
      ...(dropped.length === 0 ? {} : { dropped }),
      ...(amendments.length === 0 ? {} : { amendments }),
    };
  }

  /** Puts something told right by hand: another value, or none. */
  #amend(draft: Draft): void {
    const { settings } = this.#options;
    const random = this.#random.fork('amends');
    if (!random.chance(settings.amends)) return;
    const told = this.#told.filter(({ item }) => this.#canChange(item));
    if (told.length === 0) return;
    const { item: before, turn } = random.pick(told);
    const free = this.#listFree(before.slot);
    const isErased = free.length === 0 || random.chance(settings.erases);
    const after = isErased ? null : { slot: before.slot, value: random.pick(free) };
    this.#forget(before);
    if (after !== null) this.#hold(after, turn);
    draft.amendments.push({ before, after });
  }

  /** Puts right what was told and is used wrongly. */
  #correct({ used }: PerceivedMove, draft: Draft): void {
    const { settings } = this.#options;
    const random = this.#random;
    for (const { slot, value } of used) {
      const right = this.#toldNow(slot);
      if (right.length === 0 || this.#items.some((i) => i.slot === slot && i.value === value))
        continue;
      if (!random.chance(settings.corrects)) return;
      draft.acts.push({ kind: 'correction', item: right[0]!, wrong: value });
      return;
    }
  }

  /** Answers a question; false where the turn is still free. */
  #answer(slot: string, draft: Draft): boolean {
    const { settings } = this.#options;
    const random = this.#random;
    const wasAsked = this.#asked.has(slot);
    this.#asked.add(slot);
    const [told] = this.#toldNow(slot);
    if (told !== undefined || wasAsked) {
      draft.acts.push({ kind: 'complaint' });
      if (told !== undefined) draft.acts.push({ kind: 'restatement', item: told });
      return false;
    }
    const [item] = this.#items.filter((each) => each.slot === slot);
    if (item === undefined) {
      draft.acts.push({ kind: 'nothing', topic: slot });
      return true;
    }
    if (!random.chance(settings.answers)) {
      draft.acts.push({ kind: 'evasion', topic: slot });
      return false;
    }
    this.#tell(item, draft, { topic: slot });
    return true;
  }

  #takeFreeTurn(draft: Draft): void {
    const { settings } = this.#options;
    const random = this.#random;
    if (this.#doubted !== null) {
      const before = this.#doubted;
      this.#doubted = null;
      if (this.#change(before, draft)) return;
    }
    const chance = random.next();
    if (chance < settings.request && this.#turn >= settings.requestFrom) {
      this.#request(draft);
    } else if (chance < settings.request + settings.change && this.#changeable().length > 0) {
      this.#beginChange(random.pick(this.#changeable()), draft);
    } else if (chance < settings.request + settings.change + settings.volunteer) {
      this.#volunteer(draft);
    } else this.#talkSmall(draft);
  }

  #request(draft: Draft): void {
    const { settings, domain } = this.#options;
    const random = this.#random;
    if (random.chance(settings.plain)) {
      draft.acts.push({ kind: 'plain_request', topic: random.pick(domain.plainTopics) });
      return;
    }
    const due = [...this.#announced]
      .filter(([, turn]) => this.#turn - turn >= settings.due)
      .map(([slot]) => slot);
    const isTopic = (slot: string): boolean => domain.slots.some(({ name }) => name === slot);
    const old = this.#told
      .filter(({ item, turn }) => this.#turn - turn >= settings.lag && isTopic(item.slot))
      .map(({ item }) => item.slot);
    const untold = this.#untoldSlots();
    const pools = [
      due.length > 0 && random.chance(settings.agendaShare) ? due : [],
      old.length > 0 && (untold.length === 0 || random.chance(settings.toldBias)) ? old : [],
      untold,
      old,
    ];
    const pool = pools.find((each) => each.length > 0);
    if (pool === undefined) this.#talkSmall(draft);
    else draft.acts.push({ kind: 'request', topic: random.pick([...new Set(pool)]) });
  }

  #volunteer(draft: Draft): void {
    const { settings, domain } = this.#options;
    const random = this.#random;
    const untold = random.shuffle(this.#untold());
    if (untold.length === 0) {
      this.#talkSmall(draft);
      return;
    }
    const [first, ...others] = untold;
    if (domain.hasHint(first!.slot, first!.value) && random.chance(settings.hint)) {
      this.#hint(first!, draft);
      return;
    }
    this.#tell(first!, draft);
    const second = others.find(({ slot }) => slot !== first!.slot);
    if (second !== undefined && random.chance(settings.two)) this.#tell(second, draft);
  }

  #talkSmall(draft: Draft): void {
    const { settings } = this.#options;
    const random = this.#random;
    const left = this.#agenda.filter((slot) => !this.#announced.has(slot));
    if (left.length > 0 && random.chance(settings.remark)) {
      const topic = random.pick(left);
      this.#announced.set(topic, this.#turn);
      draft.acts.push({ kind: 'remark', topic });
      return;
    }
    if (random.chance(settings.distract)) this.#speakOfOthers(draft);
    else if (this.#told.length > 0 && random.chance(settings.repeat)) {
      draft.acts.push({ kind: 'restatement', item: random.pick(this.#told).item });
    } else {
      const greets = random.fork('greets').chance(settings.greets);
      draft.acts.push({ kind: greets ? 'greeting' : 'small_talk' });
    }
  }

  #speakOfOthers(draft: Draft): void {
    const { domain } = this.#options;
    const random = this.#random;
    const slot = random.pick(domain.spokenOfOthers);
    const known = [...this.#options.persona.trueProfile, ...this.#items];
    const foreign = findDomainSlot(domain, slot).values.filter(
      (value) => !known.some((item) => item.value === value),
    );
    draft.acts.push({ kind: 'distractor', item: { slot, value: random.pick(foreign) } });
  }

  #beginChange(before: ProfileItem, draft: Draft): void {
    const { settings } = this.#options;
    const random = this.#random;
    if (random.chance(settings.silent)) {
      this.#change(before, draft, { isSilent: true });
    } else if (random.chance(settings.gradual)) {
      this.#doubted = before;
      draft.acts.push({ kind: 'doubt', item: before });
    } else this.#change(before, draft);
  }

  /** Puts another value in place of one that was told, or drops one of several; false where none is free. */
  #change(before: ProfileItem, draft: Draft, { isSilent = false } = {}): boolean {
    const { domain } = this.#options;
    const random = this.#random;
    const slot = findDomainSlot(domain, before.slot);
    const siblings = this.#items.filter((item) => item.slot === slot.name);
    if (slot.multiple && siblings.length > 1 && !isSilent && random.chance(0.5)) {
      this.#forget(before);
      draft.acts.push({ kind: 'drop', item: before });
      draft.dropped.push(before);
      return true;
    }
    const free = this.#listFree(slot.name);
    if (free.length === 0) return false;
    const after = { slot: slot.name, value: random.pick(free) };
    this.#forget(before);
    this.#hold(after, this.#turn);
    draft.acts.push(isSilent ? { kind: 'hint', item: after } : { kind: 'change', item: after });
    const form = isSilent ? 'implicit' : 'explicit';
    draft.disclosures.push({ turnIndex: this.#turn, item: after, replaces: before, form });
    return true;
  }

  /** Values of a slot that the person neither has nor ever named. */
  #listFree(name: string): string[] {
    const { domain, split } = this.#options;
    const taken = [...this.#items, ...this.#told.map(({ item }) => item)];
    return listFree(domain, findDomainSlot(domain, name), taken, split);
  }

  /** From now on an item holds, and counts as told in that turn. */
  #hold(item: ProfileItem, turn: number): void {
    this.#items.push(item);
    this.#told.push({ item, turn });
  }

  #forget({ slot, value }: ProfileItem): void {
    const isOther = (item: ProfileItem): boolean => item.slot !== slot || item.value !== value;
    this.#items = this.#items.filter(isOther);
    this.#told = this.#told.filter(({ item }) => isOther(item));
  }

  #tell(item: ProfileItem, draft: Draft, answer: { readonly topic?: string } = {}): void {
    draft.acts.push({ kind: 'disclosure', item, ...answer });
    this.#disclose(item, draft, 'explicit');
  }

  #hint(item: ProfileItem, draft: Draft): void {
    draft.acts.push({ kind: 'hint', item });
    this.#disclose(item, draft, 'implicit');
  }

  #disclose(item: ProfileItem, draft: Draft, form: 'explicit' | 'implicit'): void {
    this.#told.push({ item, turn: this.#turn });
    draft.disclosures.push({ turnIndex: this.#turn, item, form });
  }

  #toldNow(slot: string): ProfileItem[] {
    return this.#told.filter(({ item }) => item.slot === slot).map(({ item }) => item);
  }

  #untold(): ProfileItem[] {
    const { domain } = this.#options;
    return this.#items.filter(
      ({ slot, value }) =>
        !isTrait(domain, slot) &&
        this.#told.every(({ item }) => item.slot !== slot || item.value !== value),
    );
  }

  #untoldSlots(): string[] {
    const slots = this.#untold().map(({ slot }) => slot);
    return [...new Set(slots)].filter((slot) => this.#toldNow(slot).length === 0);
  }

  #changeable(): ProfileItem[] {
    return this.#told.map(({ item }) => item).filter((item) => this.#canChange(item));
  }

  #canChange({ slot }: ProfileItem): boolean {
    return findDomainSlot(this.#options.domain, slot).changes;
  }
}

function createDraft(): Draft {
  return { acts: [], disclosures: [], dropped: [], amendments: [] };
}
