/** What a simulated user does with a message, as it meant it: the dialogue acts of the field. */
import type { ProfileItem } from '../profile/index.ts';

type OfItem = { readonly item: ProfileItem };
type OfTopic = { readonly topic: string };

/** What each act holds besides its kind. */
export type ActDetails = {
  readonly greeting: unknown;
  readonly small_talk: unknown;
  /** A question came that was asked before. */
  readonly complaint: unknown;
  /** Nothing came that could be understood. */
  readonly puzzled: unknown;
  /** The user has nothing to say on the topic asked about, or would rather not say it. */
  readonly nothing: OfTopic;
  readonly evasion: OfTopic;
  /** A suggestion is asked for, in the domain named. */
  readonly request: OfTopic;
  /** Something is asked that no taste bears on: the time, say. */
  readonly plain_request: OfTopic;
  /** Said in passing; where it has a topic, a need on that topic is announced. */
  readonly remark: Partial<OfTopic>;
  /** An item is to be inferred from what is said, and is not said. */
  readonly hint: OfItem;
  /** The assistant got an item wrong: this one holds, not the value named. */
  readonly correction: OfItem & { readonly wrong: string };
  /** Something of its own is said outright, for the first time; in answer to the topic, where one was asked. */
  readonly disclosure: OfItem & Partial<OfTopic>;
  /** The item is said to hold in place of another, or to hold no longer. */
  readonly change: OfItem;
  readonly drop: OfItem;
  /** It is not sure that the item still holds: a change may follow. */
  readonly doubt: OfItem;
  /** What was told before is said again. */
  readonly restatement: OfItem;
  /** The item is somebody else's. */
  readonly distractor: OfItem;
};

export type DialogueActKind = keyof ActDetails;

/** An act of one kind, with what it holds. */
export type ActOf<Kind extends DialogueActKind> = { readonly kind: Kind } & ActDetails[Kind];

export type DialogueAct = { [Kind in DialogueActKind]: ActOf<Kind> }[DialogueActKind];

/** Finds the last act of a kind. */
export function findAct<Kind extends DialogueActKind>(
  acts: readonly DialogueAct[],
  kind: Kind,
): ActOf<Kind> | undefined {
  return acts.findLast((act): act is Extract<DialogueAct, ActOf<Kind>> => act.kind === kind);
}

/** True where the message does one of these. */
export function hasAct(
  acts: readonly DialogueAct[],
  ...kinds: readonly DialogueActKind[]
): boolean {
  return acts.some(({ kind }) => kinds.includes(kind));
}

/** Lists the topics on which a message announces a need. */
export function listAnnounced(acts: readonly DialogueAct[]): string[] {
  return acts.flatMap((act) => (act.kind === 'remark' ? (act.topic ?? []) : []));
}
