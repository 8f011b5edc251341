/**
 * What a reply is worth: by what is true of the person now, what was said, and what it cost to ask.
 *
 * A request's answer falls in one of four classes, as in PersonaMem-v2 (see docs/rewards/response.md): the
 * current taste, a generic answer, the former taste, somebody else's (a known dislike is one). The
 * class is recorded, so stale belief, mix-up, missing use and over-use are figures of their own.
 */
import { hasItem, slotValue } from '../../profile/index.ts';
import type { Profile, ProfileItem } from '../../profile/index.ts';
import { findAct, hasAct, type DialogueAct } from '../../users/index.ts';
import { isTopic, type Domain } from './domain.ts';
import type { ReplyMove, TakenUp } from './reply.ts';
import type { DynamicsSettings, Grades } from './settings.ts';

export const requestClasses = ['current', 'generic', 'former', 'other'] as const;

export type RequestClass = (typeof requestClasses)[number];

/** What a reply is graded against. */
export type Standing = {
  readonly acts: readonly DialogueAct[];
  /** True now, told and still so, told and no longer so. */
  readonly whole: Profile;
  readonly told: Profile;
  readonly former: Profile;
  /** Slots that were asked about before. */
  readonly asked: ReadonlySet<string>;
};

export type Grade = {
  readonly score: number;
  readonly figures: Readonly<Record<string, number>>;
  /** What was wrong, in words, by part. */
  readonly faults: {
    readonly content: string | null;
    readonly logic: string | null;
    readonly style: string | null;
    readonly question: string | null;
  };
};

/** Grades one reply. Range of the score: at most 1; `-grades.again` times the questions below -1 at least. */
export function gradeReply(
  reply: ReplyMove,
  standing: Standing,
  { grades }: Pick<DynamicsSettings, 'grades'>,
  domain: Domain,
): Grade {
  const { content, fault, figures, isWrong } = gradeContent(reply, standing, grades, domain);
  const manner = gradeStyle(reply, standing.whole, domain);
  const style = reply.fault === null ? manner.share : 0;
  const repeated = reply.asks.filter((slot) => isKnown(slot, standing));
  const fresh = reply.asks.length - repeated.length;
  const cost = grades.question * fresh + grades.again * repeated.length;
  const score = (1 - grades.style) * content + grades.style * style - cost;
  return {
    score,
    figures: { ...figures, questions: reply.asks.length, asked_again: repeated.length },
    faults: {
      content: reply.fault ?? (isWrong ? null : fault),
      logic: isWrong ? fault : null,
      style: manner.fault,
      question: repeated.length === 0 ? null : `${repeated[0]} was asked or told before`,
    },
  };
}

function isKnown(slot: string, { asked, told }: Standing): boolean {
  return asked.has(slot) || told.some((item) => item.slot === slot);
}

type Content = {
  readonly content: number;
  readonly fault: string | null;
  readonly figures: Readonly<Record<string, number>>;
  /** A value was wrong, not just missing. */
  readonly isWrong: boolean;
};

function gradeContent(
  reply: ReplyMove,
  standing: Standing,
  grades: Grades,
  domain: Domain,
): Content {
  const { acts } = standing;
  const request = findAct(acts, 'request');
  if (request !== undefined) return gradeRequest(request.topic, reply, standing, grades, domain);
  const overused = findOverused(reply, standing);
  const isPlain = hasAct(acts, 'plain_request');
  const figures: Record<string, number> = { overuse: overused === null ? 0 : 1 };
  if (isPlain) figures['plain_overuse'] = figures['overuse']!;
  if (reply.fault !== null) return { content: 0, fault: reply.fault, figures, isWrong: false };
  if (overused !== null) {
    const fault = `"${overused}" is brought in where nothing calls for it`;
    return { content: grades.overuse, fault, figures, isWrong: true };
  }
  const missing = findMissing(reply, standing, domain);
  for (const [name, done] of missing.done) figures[name] = done ? 1 : 0;
  return { content: missing.share, fault: missing.fault, figures, isWrong: false };
}

function gradeRequest(
  topic: string,
  reply: ReplyMove,
  { whole, told, former }: Standing,
  grades: Grades,
  domain: Domain,
): Content {
  const [offer] = reply.offers.filter(({ slot }) => slot === topic);
  const stray = reply.offers.find(({ slot }) => slot !== topic);
  const kind = classify(offer, { whole, former });
  const worst: RequestClass = stray === undefined ? kind : 'other';
  const wasTold = told.some((item) => item.slot === topic);
  const wasFormer = former.some((item) => item.slot === topic);
  const figures: Record<string, number> = {};
  for (const name of requestClasses) figures[`request_${name}`] = name === worst ? 1 : 0;
  if (wasTold) {
    for (const name of requestClasses) figures[`told_${name}`] = name === worst ? 1 : 0;
    if (wasFormer) figures['changed_former'] = worst === 'former' ? 1 : 0;
    const isNew = told.some(({ slot, value }) => slot === topic && domain.isHeldOut(slot, value));
    figures[isNew ? 'told_current_held_out' : 'told_current_seen'] = worst === 'current' ? 1 : 0;
  }
  if (reply.fault !== null) {
    return { content: 0, fault: reply.fault, figures, isWrong: false };
  }
  const names = { current: null, generic: `no answer on ${topic} that suits the person` };
  const wrong = {
    former: `${offer?.value} held once`,
    other: `${(stray ?? offer)?.value} is not the person's`,
  };
  const fault = { ...names, ...wrong }[worst];
  return {
    content: grades[worst],
    fault,
    figures,
    isWrong: worst === 'former' || worst === 'other',
  };
}

function classify(
  offer: ProfileItem | undefined,
  { whole, former }: Pick<Standing, 'whole' | 'former'>,
): RequestClass {
  if (offer === undefined) return 'generic';
  if (hasItem(whole, offer)) return 'current';
  return hasItem(former, offer) ? 'former' : 'other';
}

/** A value that is brought in though the message neither tells, repeats nor hints at it. */
function findOverused(reply: ReplyMove, { acts }: Standing): string | null {
  const [offer] = reply.offers;
  if (offer !== undefined) return offer.value;
  const said = acts.flatMap((act) => ('item' in act ? [act.item] : []));
  const isOwn = ({ value, slots }: TakenUp): boolean =>
    said.some((item) => item.value === value && slots.includes(item.slot)) &&
    !acts.some((act) => act.kind === 'distractor' && act.item.value === value);
  const strange = reply.takesUp.find((taken) => !isOwn(taken));
  const foreign = reply.leavesToOthers.find(
    (value) => !acts.some((act) => act.kind === 'distractor' && act.item.value === value),
  );
  return strange?.value ?? foreign ?? null;
}

/** What the message calls for besides a taste, and whether the reply does it. */
function findMissing(
  reply: ReplyMove,
  { acts }: Standing,
  domain: Domain,
): {
  readonly share: number;
  readonly fault: string | null;
  readonly done: readonly (readonly [string, boolean])[];
} {
  const takes = ({ value }: ProfileItem): boolean =>
    reply.takesUp.some((taken) => taken.value === value);
  const plain = findAct(acts, 'plain_request');
  const parts: { readonly name: string; readonly ok: boolean; readonly fault: string }[] = [];
  for (const act of acts) {
    if (act.kind === 'greeting') {
      parts.push({
        name: 'greeting_returned',
        ok: reply.greets,
        fault: 'the greeting is not returned',
      });
    } else if (act.kind === 'disclosure' || act.kind === 'change' || act.kind === 'correction') {
      if (!isTopic(domain, act.item.slot)) continue;
      parts.push({
        name: 'taken_up',
        ok: takes(act.item),
        fault: `"${act.item.value}" is not taken up`,
      });
    } else if (act.kind === 'drop') {
      parts.push({
        name: 'taken_up',
        ok: reply.chats,
        fault: 'what was dropped is not heard',
      });
    }
  }
  if (plain !== undefined) {
    parts.push({
      name: 'plain_answered',
      ok: reply.plain === plain.topic,
      fault: `${plain.topic} is not answered`,
    });
  }
  if (parts.length === 0) {
    const ok = reply.chats || reply.takesUp.length > 0 || reply.leavesToOthers.length > 0;
    parts.push({ name: 'small_talk_answered', ok, fault: 'the small talk is not answered' });
  }
  return {
    share: parts.filter(({ ok }) => ok).length / parts.length,
    fault: parts.find(({ ok }) => !ok)?.fault ?? null,
    done: [...new Set(parts.map(({ name }) => name))].map(
      (name) => [name, parts.every((part) => part.name !== name || part.ok)] as const,
    ),
  };
}

/** How far tone and length are the person's. */
function gradeStyle(
  reply: ReplyMove,
  whole: Profile,
  { manner }: Domain,
): { readonly share: number; readonly fault: string | null } {
  const tone = slotValue(whole, manner.tone);
  const wantsDetail = slotValue(whole, manner.length) === manner.detailed;
  const faults = [
    ...(reply.tone === tone ? [] : [`the tone is not ${tone}`]),
    ...(reply.isDetailed === wantsDetail
      ? []
      : [wantsDetail ? 'no detail' : 'detail nobody wants']),
  ];
  return { share: 1 - faults.length / 2, fault: faults[0] ?? null };
}
