/**
 * The judge of everyday talk: it grades what a reply means, by what is true of the person and what was said.
 *
 * It knows the visible conversation, the reply, the person and the acts of the message answered; never
 * the profile block, notes or instructions. Reading is `readReply`'s, the grade is the dynamics'; the
 * five criteria say where it was lost: naturalness (whether it is a reply), relevance (what was called
 * for), logic (whose values), engagement (questions asked before), informativeness (tone and length).
 */
import type { Judge, JudgeCase, Verdict } from '../../rewards/index.ts';
import { judgeMove, type Domain, type DynamicsSettings } from '../dynamics/index.ts';
import { readAsked, readReply } from './reading/read-reply.ts';

/** Name and version; the version changes with what a reply is worth. */
export const everydayJudgeName = 'everyday/2';

/** Creates the judge; it has no state. */
export function createEverydayJudge(
  domain: Domain,
  settings: Pick<DynamicsSettings, 'grades'>,
): Judge {
  return {
    name: everydayJudgeName,
    judge: (testCase) => Promise.resolve(judgeEverydayReply(testCase, domain, settings)),
  };
}

/** Judges one reply. */
export function judgeEverydayReply(
  { history, response, profile, whole, superseded, acts }: JudgeCase,
  domain: Domain,
  settings: Pick<DynamicsSettings, 'grades'>,
): Verdict {
  const asked = history.flatMap(({ role, content }) =>
    role === 'assistant' ? readAsked(content) : [],
  );
  const message = history.findLast(({ role }) => role === 'user')?.content ?? '';
  const reply = readReply(response, { message, acts, whole, former: superseded });
  const standing = { acts, whole, told: profile, former: superseded, asked: new Set(asked) };
  return judgeMove(reply, standing, settings, domain);
}
