/** A grade as a verdict: the five criteria say where it was lost. */
import { criterionNames } from '../../rewards/index.ts';
import type { CriterionName, Verdict } from '../../rewards/index.ts';
import type { Domain } from './domain.ts';
import { gradeReply, type Standing } from './grade.ts';
import type { ReplyMove } from './reply.ts';
import type { DynamicsSettings } from './settings.ts';

/**
 * Judges a reply that was read. Naturalness is whether it is a reply, relevance what was called for, logic
 * whose values, engagement questions asked before, informativeness tone and length.
 */
export function judgeMove(
  reply: ReplyMove,
  standing: Standing,
  settings: Pick<DynamicsSettings, 'grades'>,
  domain: Domain,
): Verdict {
  const { score, faults, figures } = gradeReply(reply, standing, settings, domain);
  const found: Record<CriterionName, string | null> = {
    naturalness: reply.fault,
    relevance: faults.content,
    logic: faults.logic,
    engagement: faults.question,
    informativeness: faults.style,
  };
  const criteria = Object.fromEntries(
    criterionNames.map((name) => [name, found[name] === null ? 1 : 0]),
  ) as Record<CriterionName, 0 | 1>;
  const reasons = criterionNames.flatMap((name) =>
    found[name] === null ? [] : [`${name}: ${found[name]}`],
  );
  return { criteria, reasons, score, figures };
}
