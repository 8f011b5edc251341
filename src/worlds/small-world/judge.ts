/**
 * The judge of the small world: it grades a reply by what is true of the person and what was said.
 *
 * It knows the visible conversation, the reply, the person and the acts of the message answered; never
 * the profile block, notes or system prompts. The grade is the dynamics'; the five criteria say where
 * it was lost: naturalness (the sentences), relevance (what was called for), logic (whose values),
 * engagement (questions asked before), informativeness (tone and length).
 */
import type { Judge, JudgeCase, Verdict } from '../../rewards/index.ts';
import { judgeMove, type Domain, type DynamicsSettings } from '../dynamics/index.ts';
import { askedSlots, readReply } from './reply-grammar.ts';

/** Creates the judge; it has no state. */
export function createSmallWorldJudge(
  domain: Domain,
  settings: Pick<DynamicsSettings, 'grades'>,
): Judge {
  return {
    name: 'small-world/2',
    judge: (testCase) => Promise.resolve(judgeReply(testCase, domain, settings)),
  };
}

/** Judges one reply. */
export function judgeReply(
  { history, response, profile, whole, superseded, acts }: JudgeCase,
  domain: Domain,
  settings: Pick<DynamicsSettings, 'grades'>,
): Verdict {
  const asked = history.flatMap(({ role, content }) =>
    role === 'assistant' ? askedSlots(content) : [],
  );
  const reply = readReply(response);
  const standing = { acts, whole, told: profile, former: superseded, asked: new Set(asked) };
  return judgeMove(reply, standing, settings, domain);
}
