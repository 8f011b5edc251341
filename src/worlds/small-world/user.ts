/** A simulated user of the small world: the course of the dynamics, in the words of a family. */
import { hashText, type RandomSource } from '../../base/index.ts';
import type { Split } from '../../env/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type { DialogueAct, SimulatedUser, UserTurn } from '../../users/index.ts';
import { Course, hashShare, type CourseOptions, type Move } from '../dynamics/index.ts';
import type { Phrasing } from './phrasing.ts';
import { nameThing, readReply } from './reply-grammar.ts';
import { valuesOf } from './values.ts';

/** Share of (slot, template, value) triples that are kept away from training. */
export const heldOutTriples = 0.15;

/**
 * True if stating this value by the template at `index` (of `count`) is kept away from training.
 * At most one template of a value is, so every value can be told in training.
 */
export function isHeldOutTriple(
  slot: string,
  value: string,
  index: number,
  count: number,
): boolean {
  const key = `${slot}/${value}`;
  return (
    hashShare(`triple/${key}`) < heldOutTriples * count &&
    hashText(`which/${key}`) % count === index
  );
}

export type SmallWorldUserOptions = CourseOptions & {
  readonly family: string;
  readonly phrasing: Phrasing;
};

/** Creates one person in one conversation. */
export function createSmallWorldUser(options: SmallWorldUserOptions): SimulatedUser {
  const { persona, family, phrasing, split, random } = options;
  const course = new Course({ ...options, random: random.fork('course') });
  const words = random.fork('words');
  const say = (move: Move): UserTurn => ({
    ...move,
    message: phrase(move, phrasing, split, words),
  });
  return {
    name: `${family}/2`,
    persona,
    open: () => Promise.resolve(say(course.open())),
    respond: ({ response }) => {
      const reply = readReply(response);
      const taken = reply.takesUp.map(({ value, slots }) => ({
        slot: slots.find((slot) => valuesOf(slot).includes(value)) ?? slots[0]!,
        value,
      }));
      const perceived = {
        asked: reply.asks,
        used: [...reply.offers, ...taken],
        isUnderstood: reply.fault === null,
      };
      return Promise.resolve(say(course.respond(perceived)));
    },
  };
}

function phrase({ acts }: Move, phrasing: Phrasing, split: Split, random: RandomSource): string {
  return acts.flatMap((act) => phraseAct(act, acts, phrasing, split, random)).join(' ');
}

function phraseAct(
  act: DialogueAct,
  acts: readonly DialogueAct[],
  phrasing: Phrasing,
  split: Split,
  random: RandomSource,
): string[] {
  const pick = (sentences: readonly string[] = [], value = ''): string =>
    random.pick(sentences).replace('{}', value);
  const state = (item: ProfileItem): string => stateItem(item, phrasing, split, random);
  switch (act.kind) {
    case 'greeting':
      return [pick(phrasing.greetings)];
    case 'small_talk':
      return [pick(phrasing.smallTalk)];
    case 'complaint':
      return [pick(phrasing.repeated)];
    case 'puzzled':
      return [pick(phrasing.puzzled)];
    case 'nothing':
      return [pick(phrasing.nothing)];
    case 'evasion':
      return [pick(phrasing.evasions)];
    case 'request':
      return [pick(phrasing.requests[act.topic])];
    case 'plain_request':
      return [pick(phrasing.plainRequests[act.topic])];
    case 'remark':
      return [pick(phrasing.remarks[act.topic ?? ''])];
    case 'disclosure':
      return [state(act.item)];
    case 'hint':
      return [
        phrasing.cues[`${act.item.slot}=${act.item.value}`] ??
          pick(phrasing.acting, nameThing(act.item.slot, act.item.value, random)),
      ];
    case 'correction':
      return [pick(phrasing.corrections, act.wrong), state(act.item)];
    case 'change':
      return [pick(phrasing.announcements), state(act.item)];
    case 'drop':
      return [pick(phrasing.drops, act.item.value)];
    case 'doubt':
      return [pick(phrasing.doubts, act.item.value)];
    case 'restatement':
      return acts.some(({ kind }) => kind === 'complaint')
        ? [state(act.item)]
        : [pick(phrasing.again), state(act.item)];
    case 'distractor':
      return [pick(phrasing.others[act.item.slot], act.item.value)];
  }
}

/** States an item outright, by a template its split allows. */
function stateItem(
  { slot, value }: ProfileItem,
  phrasing: Phrasing,
  split: Split,
  random: RandomSource,
): string {
  const templates = phrasing.statements[slot] ?? [];
  const allowed = templates.filter(
    (_, index) => split === 'test' || !isHeldOutTriple(slot, value, index, templates.length),
  );
  return random.pick(allowed).replace('{}', value);
}
