/**
 * A mediocre assistant for the warm start of free-text worlds.
 *
 * It hears the user well and is careless: it leaves out more than half of what it is told, now and
 * then writes down what was said of somebody else, acknowledges half-heartedly and asks what it has
 * asked before. Mediocre by omission, never by ignoring the user: whatever it does right depends on
 * the message, so that training finds each behaviour to strengthen.
 */
import type { RandomSource } from '../../base/index.ts';
import { findTopics, hasItem, isStopWord, itemTopics, singleTopics } from '../../profile/index.ts';
import type { ItemTopic, ProfileChange, ProfileItem, ProfileSchema } from '../../profile/index.ts';
import { renderOutput } from '../../protocol/index.ts';
import { itemSlot } from './users/load-personas.ts';
import { extractItem, voiceClause } from './users/voice-item.ts';
import type { Demonstrator } from '../../env/index.ts';
import { findAct, type DialogueAct, type DialogueActKind } from '../../users/index.ts';

export type DemonstratorSettings = {
  /** Name and version, for records. */
  readonly name: string;
  /** Probabilities. */
  readonly recordsItem: number;
  readonly recordsDistractor: number;
  readonly takesUp: number;
  readonly asks: number;
  /** Share of questions taken from the open topics of the note; the rest is drawn blindly. */
  readonly asksOpen: number;
};

/** The demonstrator behind the warm start. */
export const mediocreSettings: DemonstratorSettings = {
  name: 'mediocre-text-2',
  recordsItem: 0.45,
  recordsDistractor: 0.35,
  takesUp: 0.5,
  asks: 0.75,
  asksOpen: 0.5,
};

/** A careful assistant: shows that every criterion can be met at once; never demonstrated from. */
export const carefulSettings: DemonstratorSettings = {
  name: 'text-demonstrator-2',
  recordsItem: 1,
  recordsDistractor: 0,
  takesUp: 1,
  asks: 1,
  asksOpen: 1,
};

/** Sentence frames of questions; `{topic}` is one word. */
export const questionFrames = [
  'what about {topic}?',
  'can you tell me about {topic}?',
  'do you have a word on {topic}?',
] as const;

const takingUp = [
  '{words}, how nice.',
  'ah, {words}, good to know.',
  '{words} sounds lovely.',
  'i see, {words}.',
];
const reactions: Readonly<Partial<Record<DialogueActKind, readonly string[]>>> = {
  greeting: ['hello, nice to meet you.', 'hi, good to hear from you.', 'hello and welcome.'],
  disclosure: ['how nice.', 'that sounds good.', 'i see.'],
  distractor: ['nice for them.', 'good for them, i see.'],
  nothing: ['all right, no matter.', 'i see, thanks.'],
  evasion: ['sure, that is fine.', 'all right, no hurry.'],
  complaint: ['sorry about that.', 'oh, sorry, my mistake.'],
  puzzled: ['sorry, let me say it again.', 'oh, sorry about that.'],
  change: ['how nice.', 'i see, good to know.', 'things change.'],
  drop: ['i see, good to know.', 'all right, things change.'],
  doubt: ['i see.', 'all right, no hurry.'],
  small_talk: ['i see, thanks.', 'that is how it goes.', 'well, thanks for telling me.'],
};

/** What may be said to the first thing that a message does. */
function chooseReactions([first]: readonly DialogueAct[]): readonly string[] {
  return (first && reactions[first.kind]) ?? ['i see.'];
}

/** Words a reply takes up from a clause: up to three at its end, beginning with a content word. */
export function chooseEcho(clause: string): string {
  const words = clause.split(' ');
  let start = Math.max(0, words.length - 3);
  while (start < words.length - 1 && isStopWord(words[start] ?? '')) start += 1;
  return words.slice(start).join(' ');
}

/** Topics named in a note, in order. */
export function readNote(note: string): ItemTopic[] {
  const words = note.replace(/^ask:/, '').split(/[\s,]+/);
  return itemTopics
    .filter((topic) => words.includes(topic))
    .sort((a, b) => words.indexOf(a) - words.indexOf(b));
}

/** Creates a demonstrator; its carelessness is drawn from `random`. */
export function createTextDemonstrator(
  schema: ProfileSchema,
  random: RandomSource,
  settings: DemonstratorSettings = mediocreSettings,
): Demonstrator {
  const pick = (list: readonly string[]): string => random.pick(list);
  const chooseTopic = (note: string, told: readonly ItemTopic[]): ItemTopic | null => {
    if (!random.chance(settings.asks)) return null;
    const open = readNote(note).filter((topic) => !told.includes(topic));
    return random.chance(settings.asksOpen) && open.length > 0
      ? random.pick(open)
      : random.pick(itemTopics);
  };
  return {
    name: settings.name,
    write: ({ user, inferred, note }) => {
      const { disclosures } = user;
      const recorded: ProfileItem[] = [];
      const ended: ProfileItem[] = [];
      for (const { item, replaces } of disclosures) {
        if (random.chance(settings.recordsItem)) {
          recorded.push(writeDown(item));
          if (replaces !== undefined) ended.push(writeDown(replaces));
        }
      }
      for (const item of user.dropped ?? []) {
        if (random.chance(settings.recordsItem)) ended.push(writeDown(item));
      }
      const heard = findAct(user.acts, 'distractor');
      if (heard !== undefined && random.chance(settings.recordsDistractor)) {
        recorded.push(heard.item);
      }
      const topic = chooseTopic(
        note,
        disclosures.flatMap(({ item }) => findTopics(item.value).slice(0, 1)),
      );
      const takenUp = disclosures
        .filter(() => random.chance(settings.takesUp))
        .map(({ item }) => chooseEcho(extractItem(voiceClause(item.value))));
      const statement =
        takenUp.length > 0
          ? pick(takingUp).replace('{words}', () => takenUp.join(' and '))
          : pick(chooseReactions(user.acts));
      const question = topic === null ? '' : ` ${pick(questionFrames).replace('{topic}', topic)}`;
      return renderOutput(
        {
          changes: [
            ...ended
              .filter((item) => hasItem(inferred, item))
              .map((item): ProfileChange => ({ kind: 'retract', item })),
            ...recorded.map((item): ProfileChange => ({ kind: 'set', item })),
          ],
          recalls: [],
          question: topic,
          response: `${statement}${question}`,
        },
        schema,
      );
    },
  };
}

/** An item as a listener copies it. */
function writeDown({ value }: ProfileItem): ProfileItem {
  return { slot: itemSlot, value: extractItem(voiceClause(value)) };
}

/** Open topics: neither asked about by the policy so far, nor answered by what it wrote down. */
export function findOpenTopics(
  asked: readonly ItemTopic[],
  written: readonly ProfileItem[],
): ItemTopic[] {
  const known = new Set(written.flatMap((item) => findTopics(item.value).slice(0, 1)));
  return itemTopics.filter(
    (topic) => !asked.includes(topic) && !(singleTopics.has(topic) && known.has(topic)),
  );
}
