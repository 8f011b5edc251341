/**
 * Brings conversations of format 1 up to format 2.
 *
 * Format 1 said what a user meant as texts under names (`intent`): slots and values joined by an equals
 * sign, several values in one text, and names that differed by world. What is not as format 1 wrote it
 * is left as it is, for the schema to refuse.
 */
import { openSlotName, type ProfileItem } from '../profile/index.ts';
import type { DialogueAct, Disclosure } from '../users/index.ts';

type Fields = Readonly<Record<string, unknown>>;
type Intent = Readonly<Record<string, string>>;

/** Returns the record as format 2 has it; anything else than format 1 as it is. */
export function upgradeEpisode(record: unknown): unknown {
  if (!isFields(record) || record['format'] !== 1 || !Array.isArray(record['turns'])) return record;
  return { ...record, format: 2, turns: record['turns'].map(upgradeTurn) };
}

function upgradeTurn(turn: unknown): unknown {
  const user: unknown = isFields(turn) ? turn['user'] : null;
  if (!isFields(turn) || !isFields(user) || !isFields(user['intent'])) return turn;
  const { intent, ...kept } = user;
  const texts = Object.entries(intent as Fields).filter(([, text]) => typeof text === 'string');
  const acts = readActs(Object.fromEntries(texts) as Intent, readTold(user));
  return { ...turn, user: { ...kept, acts } };
}

/** Items that were told outright, and items that were dropped. */
type Told = { readonly outright: readonly ProfileItem[]; readonly dropped: readonly ProfileItem[] };

function readTold({ disclosures, dropped }: Fields): Told {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    outright: list(disclosures)
      .filter((each): each is Disclosure => isFields(each) && each['form'] === 'explicit')
      .map(({ item }) => item),
    dropped: list(dropped) as readonly ProfileItem[],
  };
}

function readActs(intent: Intent, told: Told): DialogueAct[] {
  return intent['kind'] === undefined
    ? readSlotActs(intent, told)
    : readTextActs(intent['kind'], intent, told);
}

/** Of the worlds with slots: everything a message did, each under a name of its own. Wavering is no act any longer. */
function readSlotActs(intent: Intent, { outright }: Told): DialogueAct[] {
  const { reaction, request } = intent;
  const ofItem = (['doubt', 'distractor'] as const).flatMap((kind) =>
    splitItem(intent[kind]).map((item): DialogueAct => ({ kind, item })),
  );
  return [
    ...(intent['opening'] === undefined ? [] : [{ kind: 'greeting' } as const]),
    ...(reaction === 'repeated' ? [{ kind: 'complaint' } as const] : []),
    ...(reaction === 'puzzled' ? [{ kind: 'puzzled' } as const] : []),
    ...ofItem,
    ...splitItem(intent['restated']).map((item) => ({ kind: 'restatement', item }) as const),
    ...outright.map((item) => ({ kind: 'disclosure', item }) as const),
    ...(request === undefined ? [] : [{ kind: 'request', topic: request } as const]),
  ];
}

/** Of free text: one kind a message, with what it is about. */
function readTextActs(kind: string, intent: Intent, { outright, dropped }: Told): DialogueAct[] {
  const { topic, item } = intent;
  switch (kind) {
    case 'greeting':
    case 'small_talk':
    case 'complaint':
    case 'puzzled':
      return [{ kind }];
    case 'nothing':
    case 'evasion':
      return [{ kind, topic: topic ?? '' }];
    case 'change':
      return outright.map((each) => ({ kind, item: each }));
    case 'disclosure':
      return outright.map((each) => ({
        kind,
        item: each,
        ...(topic === undefined ? {} : { topic }),
      }));
    case 'drop':
      return dropped.map((each) => ({ kind, item: each }));
    case 'doubt':
    case 'distractor':
      return item === undefined ? [] : [{ kind, item: { slot: openSlotName, value: item } }];
    default:
      return [];
  }
}

function splitItem(text: string | undefined): ProfileItem[] {
  const [, slot, value] = /^([^=]+)=(.*)$/su.exec(text ?? '') ?? [];
  return slot === undefined || value === undefined ? [] : [{ slot, value }];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
