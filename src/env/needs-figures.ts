/**
 * Whether the right thing is asked in time: needs that a person announces, and questions about the rest.
 *
 * A remark on a topic says what will be asked for later, so its slot is the one to ask about now. Other
 * questions cost the person something and help with nothing that was announced.
 */
import type { ProfileItem } from '../profile/index.ts';
import { listAnnounced } from '../users/index.ts';
import { meanOf } from './means.ts';
import type { Episode, Turn } from './types.ts';

export type NeedsFigures = {
  /**
   * Of announced needs whose slot was not known, the share that was asked about in the turn of the
   * remark or the two after it. Left out are those that the person told unasked in that time, and those
   * after which the conversation had fewer than three turns; null where none is left.
   */
  readonly needs_asked_rate: number | null;
  /** Questions a conversation about slots not announced by then; null where nobody announced anything. */
  readonly other_questions: number | null;
};

/** Turns in which a question is in time, that of the remark included; as many must follow the remark. */
const windowTurns = 3;

/** Computes both figures over all conversations. */
export function summarizeNeeds(episodes: readonly Episode[]): NeedsFigures {
  const announced = episodes.map(({ turns }) => turns.map(({ user }) => listAnnounced(user.acts)));
  return {
    needs_asked_rate: meanOf(episodes.flatMap(({ turns }) => turns.flatMap(listOutcomes))),
    other_questions: announced.flat(2).length === 0 ? null : meanOf(episodes.map(countOthers)),
  };
}

/** What the turn asks about; null where it asks nothing, or cannot be read. */
function readQuestion({ question, formatProblem }: Turn): string | null {
  return formatProblem === null ? (question ?? null) : null;
}

/** 1 or 0 for each need that the turn announces and that counts. */
function listOutcomes(turn: Turn, place: number, turns: readonly Turn[]): number[] {
  if (turns.length - 1 - place < windowTurns) return [];
  const window = turns.slice(place, place + windowTurns);
  return listAnnounced(turn.user.acts)
    .filter((topic) => !isOf(topic, turn.disclosedProfile))
    .flatMap((topic) => judgeNeed(topic, window) ?? []);
}

/** Null where the person told it before it was asked about. */
function judgeNeed(topic: string, window: readonly Turn[]): number | null {
  for (const turn of window) {
    if (isOf(topic, turn.disclosedProfile)) return null;
    if (readQuestion(turn) === topic) return 1;
  }
  return 0;
}

function isOf(slot: string, items: readonly ProfileItem[]): boolean {
  return items.some((item) => item.slot === slot);
}

function countOthers({ turns }: Episode): number {
  const announced = new Set<string>();
  return turns.filter((turn) => {
    for (const topic of listAnnounced(turn.user.acts)) announced.add(topic);
    const question = readQuestion(turn);
    return question !== null && !announced.has(question);
  }).length;
}
