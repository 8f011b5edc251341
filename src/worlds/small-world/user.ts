/**
 * The rule-based simulated user: hides a persona, warms up, and tells of itself bit by bit.
 *
 * It opens with a greeting, answers questions or evades them, volunteers facts as trust grows, asks
 * for suggestions, mentions other people's tastes, changes its mind, and says so bluntly when a
 * question comes twice. At most 15 % of the persona, and never more than two facts, are new in one
 * turn. It perceives replies only; what it said and meant is returned for the record.
 */
import type { RandomSource } from '../../base/index.ts';
import { slotValue } from '../../profile/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type {
  DialogueAct,
  Disclosure,
  PerceivedReply,
  Persona,
  SimulatedUser,
  UserTurn,
} from '../../users/index.ts';
import type { Split } from '../../env/index.ts';
import { domains } from './items.ts';
import { isHeldOutTriple } from './persona.ts';
import type { Phrasing } from './phrasing.ts';
import { askedSlots } from './reply-grammar.ts';
import { changeableSlots, valuesOf } from './values.ts';

/** How a family behaves; every number is a probability per turn unless it says otherwise. */
export type Temperament = {
  /** Telling something unasked: base, and more per point of trust (0 to 3). */
  readonly volunteers: number;
  readonly volunteersPerTrust: number;
  /** Answering a question: base, and more per point of trust. */
  readonly answers: number;
  readonly answersPerTrust: number;
  /** A volunteered fact is a trait (style, tone) while one is untold. */
  readonly traitFirst: number;
  /** A fact that has a cue is hinted at instead of said. */
  readonly hints: number;
  readonly requests: number;
  /** A request concerns a domain whose preference was told, if there is one. */
  readonly requestsKnown: number;
  readonly distracts: number;
  /** Telling a due change of mind. */
  readonly tellsChange: number;
  /** Wavering about something told, without having changed; it is taken back in the next turn. */
  readonly contradicts: number;
  /** Small talk before anything else. */
  readonly digresses: number;
  /** Trust after a good reply, a poor one, and a repeated question. */
  readonly trustGain: number;
  readonly trustLoss: number;
  readonly trustLossRepeat: number;
  /** Most facts in one turn, whatever the 15 % allow; and whether it skips the greeting. */
  readonly factsPerTurn: number;
  readonly greets: boolean;
};

/** The family that is trained on. */
export const warmTemperament: Temperament = {
  volunteers: 0.35,
  volunteersPerTrust: 0.12,
  answers: 0.75,
  answersPerTrust: 0.07,
  traitFirst: 0.8,
  hints: 0.3,
  requests: 0.3,
  requestsKnown: 0.75,
  distracts: 0.12,
  tellsChange: 0.5,
  contradicts: 0,
  digresses: 0,
  trustGain: 0.7,
  trustLoss: 0.3,
  trustLossRepeat: 1,
  factsPerTurn: 2,
  greets: true,
};

/** The family never trained on: tells less, forgives less. */
export const coldTemperament: Temperament = {
  ...warmTemperament,
  volunteers: 0.22,
  volunteersPerTrust: 0.1,
  answers: 0.62,
  answersPerTrust: 0.08,
  traitFirst: 0.6,
  distracts: 0.16,
  trustGain: 0.5,
  trustLoss: 0.5,
};

/** Users in short fragments, of any family: much to write down, and requests that need it soon after. */
export const practiceTemperament: Temperament = {
  ...warmTemperament,
  volunteers: 0.65,
  volunteersPerTrust: 0,
  answers: 1,
  traitFirst: 0.3,
  requests: 0.8,
  requestsKnown: 0.95,
  greets: false,
};

/** Most facts a persona of this size tells anew in one turn: 15 %, at least one, at most two. */
export function factLimit(personaSize: number): number {
  return Math.max(1, Math.min(2, Math.floor(0.15 * personaSize)));
}

export type UserOptions = {
  readonly persona: Persona;
  readonly family: string;
  readonly phrasing: Phrasing;
  readonly temperament: Temperament;
  readonly split: Split;
  readonly random: RandomSource;
};

/** Creates a user of the small world. */
export function createSmallWorldUser(options: UserOptions): SimulatedUser {
  return new SmallWorldUser(options);
}

type Spoken = {
  readonly sentences: string[];
  readonly disclosures: Disclosure[];
  readonly acts: DialogueAct[];
};

const traits = ['style', 'tone'];

class SmallWorldUser implements SimulatedUser {
  readonly name: string;
  readonly persona: Persona;
  readonly #options: UserOptions;
  readonly #told = new Map<string, ProfileItem>();
  readonly #asked = new Set<string>();
  readonly #doubted = new Set<string>();
  #wavering: ProfileItem | null = null;
  #trust = 0;
  #turnIndex = -1;

  constructor(options: UserOptions) {
    this.#options = options;
    this.persona = options.persona;
    this.name = `small-world/${options.family}/1`;
  }

  open(): Promise<UserTurn> {
    this.#turnIndex += 1;
    const { phrasing, random, temperament } = this.#options;
    const spoken: Spoken = { sentences: [], disclosures: [], acts: [] };
    if (temperament.greets) {
      spoken.sentences.push(random.pick(phrasing.greetings));
      spoken.acts.push({ kind: 'greeting' });
    } else this.#volunteer(spoken);
    return Promise.resolve(this.#finish(spoken));
  }

  respond(reply: PerceivedReply): Promise<UserTurn> {
    this.#turnIndex += 1;
    const spoken: Spoken = { sentences: [], disclosures: [], acts: [] };
    const slots = askedSlots(reply.response);
    const repeated = slots.some((slot) => this.#asked.has(slot));
    for (const slot of slots) this.#asked.add(slot);
    this.#feel(reply, repeated);
    this.#react(reply, repeated, spoken);
    this.#digress(spoken);
    this.#waver(spoken);
    this.#changeMind(spoken);
    if (slots[0] !== undefined && !repeated) this.#answer(slots[0], spoken);
    this.#volunteer(spoken);
    this.#mentionOthers(spoken);
    this.#request(spoken);
    if (spoken.sentences.length === 0) {
      spoken.sentences.push(this.#options.random.pick(this.#options.phrasing.smallTalk));
    }
    return Promise.resolve(this.#finish(spoken));
  }

  #feel(reply: PerceivedReply, repeated: boolean): void {
    const { trustGain, trustLoss, trustLossRepeat } = this.#options.temperament;
    if (repeated) this.#trust -= trustLossRepeat;
    else if (reply.alignment !== null) this.#trust += reply.alignment > 0 ? trustGain : -trustLoss;
    this.#trust = Math.max(0, Math.min(3, this.#trust));
  }

  #react(reply: PerceivedReply, repeated: boolean, spoken: Spoken): void {
    const { phrasing, random } = this.#options;
    if (repeated) {
      spoken.sentences.push(random.pick(phrasing.repeated));
      spoken.acts.push({ kind: 'complaint' });
    } else if (reply.response === '') {
      spoken.sentences.push(random.pick(phrasing.puzzled));
      spoken.acts.push({ kind: 'puzzled' });
    }
  }

  #digress(spoken: Spoken): void {
    const { phrasing, random, temperament } = this.#options;
    if (temperament.digresses === 0 || !random.chance(temperament.digresses)) return;
    spoken.sentences.push(random.pick(phrasing.smallTalk));
  }

  /** Casts doubt on something told, and stands by it again in the next turn. */
  #waver(spoken: Spoken): void {
    const { phrasing, random, temperament } = this.#options;
    if (temperament.contradicts === 0) return;
    if (this.#wavering !== null) {
      spoken.sentences.push(random.pick(phrasing.takenBack), this.#phrase(this.#wavering));
      spoken.acts.push({ kind: 'restatement', item: this.#wavering });
      this.#wavering = null;
      return;
    }
    const told = [...this.#told.values()].filter(({ slot }) => changeableSlots.includes(slot));
    if (told.length === 0 || !random.chance(temperament.contradicts)) return;
    const item = random.pick(told);
    const value = random.pick(this.#listForeign(item.slot));
    spoken.sentences.push(`maybe ${this.#phrase({ slot: item.slot, value })}`);
    spoken.acts.push({ kind: 'contradiction', item: { slot: item.slot, value } });
    this.#wavering = item;
  }

  /** Values of a slot that were never and will never be this person's. */
  #listForeign(slot: string): string[] {
    const own = new Set(this.persona.trueProfile.map((item) => item.value));
    for (const { after } of this.persona.changes) if (after !== null) own.add(after.value);
    return valuesOf(slot).filter((value) => !own.has(value));
  }

  #changeMind(spoken: Spoken): void {
    const { phrasing, random, temperament } = this.#options;
    const change = this.persona.changes.find(
      ({ fromTurn, before }) =>
        this.#turnIndex >= fromTurn &&
        this.#wavering === null &&
        this.#told.get(before.slot)?.value === before.value,
    );
    if (!change?.after || !random.chance(temperament.tellsChange)) return;
    if (change.gradual && !this.#doubted.has(change.before.slot)) {
      this.#doubted.add(change.before.slot);
      spoken.sentences.push(random.pick(phrasing.doubts).replace('{}', change.before.value));
      spoken.acts.push({ kind: 'doubt', item: change.before });
      return;
    }
    if (change.announced) spoken.sentences.push(random.pick(phrasing.announcements));
    this.#state(change.after, spoken, { replaces: change.before });
  }

  #answer(slot: string, spoken: Spoken): void {
    const { phrasing, random, temperament } = this.#options;
    const told = this.#told.get(slot);
    if (told !== undefined) {
      spoken.sentences.push(this.#phrase(told));
      spoken.acts.push({ kind: 'restatement', item: told });
      return;
    }
    if (this.#isFull(spoken)) return;
    const value = slotValue(this.persona.trueProfile, slot);
    const { answers, answersPerTrust } = temperament;
    if (value === undefined) spoken.sentences.push(random.pick(phrasing.nothing));
    else if (random.chance(answers + answersPerTrust * this.#trust)) {
      this.#state({ slot, value }, spoken, {});
    } else spoken.sentences.push(random.pick(phrasing.evasions));
  }

  #volunteer(spoken: Spoken): void {
    const { random, temperament } = this.#options;
    const { volunteers, volunteersPerTrust, traitFirst } = temperament;
    if (!random.chance(volunteers + volunteersPerTrust * this.#trust)) return;
    if (this.#isFull(spoken)) return;
    const untold = this.persona.trueProfile.filter((item) => !this.#told.has(item.slot));
    const untoldTraits = untold.filter((item) => traits.includes(item.slot));
    const facts = untold.filter((item) => !traits.includes(item.slot));
    const preferTrait = untoldTraits.length > 0 && random.chance(traitFirst);
    const pool = preferTrait || facts.length === 0 ? untoldTraits : facts;
    if (pool.length > 0) this.#state(random.pick(pool), spoken, {});
  }

  #mentionOthers(spoken: Spoken): void {
    const { phrasing, random, temperament } = this.#options;
    if (spoken.disclosures.length > 1 || !random.chance(temperament.distracts)) return;
    const slot = random.pick(Object.keys(phrasing.others));
    const value = random.pick(this.#listForeign(slot));
    spoken.sentences.push(random.pick(phrasing.others[slot] ?? []).replace('{}', value));
    spoken.acts.push({ kind: 'distractor', item: { slot, value } });
  }

  #request(spoken: Spoken): void {
    const { phrasing, random, temperament } = this.#options;
    if (spoken.sentences.length > 1 || !random.chance(temperament.requests)) return;
    const known = domains.filter((domain) => this.#told.has(domain));
    const useKnown = known.length > 0 && random.chance(temperament.requestsKnown);
    const domain = random.pick(useKnown ? known : domains);
    spoken.sentences.push(random.pick(phrasing.requests[domain] ?? []));
    spoken.acts.push({ kind: 'request', topic: domain });
  }

  #isFull(spoken: Spoken): boolean {
    const limit = Math.min(
      factLimit(this.persona.trueProfile.length),
      this.#options.temperament.factsPerTurn,
    );
    return spoken.disclosures.length >= limit;
  }

  #state(item: ProfileItem, spoken: Spoken, change: { replaces?: ProfileItem }): void {
    const { phrasing, random, temperament } = this.#options;
    const cue = phrasing.cues[`${item.slot}=${item.value}`];
    const hinted = cue !== undefined && !change.replaces && random.chance(temperament.hints);
    spoken.sentences.push(hinted ? cue : this.#phrase(item));
    if (!hinted) spoken.acts.push({ kind: 'disclosure', item });
    this.#told.set(item.slot, item);
    spoken.disclosures.push({
      turnIndex: this.#turnIndex,
      item,
      ...change,
      form: hinted ? 'implicit' : 'explicit',
    });
  }

  /** States an item outright, by a template its split allows. */
  #phrase({ slot, value }: ProfileItem): string {
    const { phrasing, random, split } = this.#options;
    const templates = phrasing.statements[slot] ?? [];
    const allowed = templates.filter(
      (_, index) => split === 'test' || !isHeldOutTriple(slot, value, index, templates.length),
    );
    return random.pick(allowed).replace('{}', value);
  }

  #finish(spoken: Spoken): UserTurn {
    return {
      message: spoken.sentences.join(' '),
      disclosures: spoken.disclosures,
      acts: spoken.acts,
    };
  }
}
