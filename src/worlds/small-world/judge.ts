/**
 * The judge of the small world: five binary criteria by program, each with its reason.
 *
 * It knows the visible conversation, the reply, what the user has disclosed, and what the message
 * answered asked for; never the profile block, notes or system prompts. The rules are crisp and can
 * all hold at once:
 * - naturalness: at most four known sentences, none twice, no reply given before word for word, the
 *   right tone marker in front once the tone was disclosed;
 * - relevance: a request is answered in its domain (or asked about, while the preference is unknown),
 *   an item just said is acknowledged, nobody is offered what was not asked for;
 * - logic: acknowledged values are the user's, suggestions fit preference, dislike and diet, nothing
 *   known is asked for;
 * - engagement: one question that was not asked before, or the suggestion asked for;
 * - informativeness: with `detailed` an elaborating sentence, with `brief` none and at most 12 words,
 *   else at most 24 words.
 */
import { slotValue } from '../../profile/index.ts';
import type { Profile } from '../../profile/index.ts';
import { criterionNames } from '../../rewards/index.ts';
import type { CriterionName, Judge, JudgeCase, Verdict } from '../../rewards/index.ts';
import { domainHeads, isFitting } from './items.ts';
import { findAct } from '../../users/index.ts';
import { analyseReply, askedSlots, listSaid } from './reply-grammar.ts';
import type { ReplyAnalysis, Sentence } from './reply-grammar.ts';
import { slotNames, tasteOf } from './values.ts';

/** Limits the judge applies, in words and sentences. */
export const judgeLimits = { sentences: 4, briefWords: 12, words: 24 };

/** Creates the judge; it has no state. */
export function createSmallWorldJudge(): Judge {
  return {
    name: 'small-world/1',
    judge: (testCase) => Promise.resolve(judgeReply(testCase)),
  };
}

/** Judges one reply. */
export function judgeReply(testCase: JudgeCase): Verdict {
  const reply = analyseReply(testCase.response);
  const asked = new Set(
    testCase.history.flatMap((message) =>
      message.role === 'assistant' ? askedSlots(message.content) : [],
    ),
  );
  const faults: Record<CriterionName, string | null> = {
    naturalness: findUnnatural(reply, testCase),
    relevance: findIrrelevant(reply, testCase),
    logic: findIllogical(reply, testCase.profile),
    engagement: findDull(reply, testCase, asked),
    informativeness: findMisfit(reply, testCase.profile),
  };
  const criteria = Object.fromEntries(
    criterionNames.map((name) => [name, faults[name] === null ? 1 : 0]),
  ) as Record<CriterionName, 0 | 1>;
  const reasons = criterionNames.flatMap((name) =>
    faults[name] === null ? [] : [`${name}: ${faults[name]}`],
  );
  return { criteria, reasons };
}

type Suggestion = Extract<Sentence, { kind: 'suggestion' }>;

const suggestionsOf = (reply: ReplyAnalysis): Suggestion[] =>
  reply.sentences.filter((each): each is Suggestion => each.kind === 'suggestion');

const questionsOf = (reply: ReplyAnalysis): string[] =>
  reply.sentences.flatMap((each) => (each.kind === 'question' ? [each.slot] : []));

function findUnnatural(
  reply: ReplyAnalysis,
  { history, response, profile }: JudgeCase,
): string | null {
  const texts = reply.sentences.map((sentence) => sentence.text);
  if (texts.length === 0) return 'nothing is said';
  const unknown = reply.sentences.find((sentence) => sentence.kind === 'unknown');
  if (unknown !== undefined) return `"${unknown.text}" is no sentence`;
  if (texts.length > judgeLimits.sentences) return 'too many sentences';
  if (new Set(texts).size < texts.length) return 'a sentence stands twice';
  if (history.some(({ role, content }) => role === 'assistant' && content === response)) {
    return 'the same reply was given before';
  }
  const tone = slotValue(profile, 'tone');
  if (tone !== undefined && reply.tone !== tone) return `the tone is not ${tone}`;
  return null;
}

function findIrrelevant(reply: ReplyAnalysis, { acts, profile }: JudgeCase): string | null {
  const request = findAct(acts, 'request')?.topic;
  const suggestions = suggestionsOf(reply);
  if (request !== undefined) {
    if (suggestions.some((each) => each.domain !== request)) return 'another domain was asked for';
    const mayAsk =
      slotValue(profile, request) === undefined && questionsOf(reply).includes(request);
    return suggestions.length > 0 || mayAsk ? null : `the request for ${request} is not answered`;
  }
  if (suggestions.length > 0) return 'no suggestion was asked for';
  const said = listSaid(acts);
  const named = reply.sentences.some(
    (each) => each.kind === 'acknowledgement' && said.includes(each.value),
  );
  return said.length > 0 && !named ? `"${said.join(' ')}" is not acknowledged` : null;
}

function findIllogical(reply: ReplyAnalysis, profile: Profile): string | null {
  for (const sentence of reply.sentences) {
    if (sentence.kind === 'acknowledgement') {
      const { value, slots } = sentence;
      if (!slots.some((slot) => slotValue(profile, slot) === value)) return `"${value}" is not so`;
    }
    if (sentence.kind === 'question' && slotValue(profile, sentence.slot) !== undefined) {
      return `${sentence.slot} is known already`;
    }
    if (sentence.kind === 'suggestion') {
      const clash = findClash(sentence, profile);
      if (clash !== null) return clash;
    }
  }
  return null;
}

function findClash({ domain, value, head }: Suggestion, profile: Profile): string | null {
  const wanted = slotValue(profile, domain);
  if (wanted !== undefined && wanted !== value)
    return `${domain} ${wanted} is preferred to ${value}`;
  if (slotValue(profile, 'hate') === value && tasteOf(value) === domain)
    return `${value} is disliked`;
  const diet = slotValue(profile, 'diet');
  if (domain === 'food' && !isFitting(head, diet)) return `${head} does not fit ${diet}`;
  return domainHeads[domain]?.includes(head) ? null : `${head} is no ${domain}`;
}

function findDull(
  reply: ReplyAnalysis,
  testCase: JudgeCase,
  asked: ReadonlySet<string>,
): string | null {
  const questions = questionsOf(reply);
  if (questions.length > 1) return 'more than one question';
  const [question] = questions;
  if (question !== undefined) return asked.has(question) ? `${question} was asked before` : null;
  const request = findAct(testCase.acts, 'request')?.topic;
  const requested = suggestionsOf(reply).some((each) => each.domain === request);
  const isOpen = (slot: string): boolean =>
    !asked.has(slot) && slotValue(testCase.profile, slot) === undefined;
  return requested || !slotNames.some(isOpen) ? null : 'neither a question nor a suggestion';
}

function findMisfit(reply: ReplyAnalysis, profile: Profile): string | null {
  const style = slotValue(profile, 'style');
  const hasDetail = reply.sentences.some((each) => each.kind === 'detail');
  const items = suggestionsOf(reply).map((each) => `${each.value} ${each.head}`);
  if (new Set(items).size < items.length) return 'an item stands twice';
  if (style === 'detailed' && !hasDetail) return 'no detail for a user who likes it detailed';
  if (style === 'brief' && hasDetail) return 'detail for a user who likes it brief';
  const limit = style === 'brief' ? judgeLimits.briefWords : judgeLimits.words;
  return reply.words > limit ? `more than ${limit} words` : null;
}
