/**
 * Judges replies in a free-text world by program: the five criteria without a model.
 *
 * It sees what a judge may see: visible conversation, reply, disclosed profile and what the user did with the message.
 * It checks shape and consistency, not taste, so a fluent model gains nothing here for fluency; it is
 * meant for small policies and for tests. All five can be met together in every turn.
 */
import {
  computeContentWords,
  findTopics,
  isTopicStem,
  isSameQuestion,
  readQuestions,
  singleTopics,
  splitReply,
  splitWords,
} from '../../profile/index.ts';
import type { Profile } from '../../profile/index.ts';
import type { CriterionName, Judge, JudgeCase, Verdict } from '../../rewards/index.ts';
import { hasAct } from '../../users/index.ts';

/** Version of the rules below; stored with every episode. */
export const textJudgeName = 'free-text-program-4';

const maxReplyWords = 30;
const maxSentences = 4;

/** Words a reply may use of anybody: courtesy, reaction, small talk. */
const courtesy = new Set(
  computeContentWords(
    `hello hi hey welcome thanks thank nice good great lovely fine wonderful interesting glad happy sorry sure see sounds
    sound know tell say hear heard meet think understand noted ah oh well yes day morning evening today time thing way
    person people friend neighbour neighbor cousin colleague boss mind right feel keep remember must bit lot much more
    make let please talk share ask asked question about fun cool really pleased pleasure`,
  ),
);
const claim =
  /\b(?:you (?:(?:really|also|do|still|must|seem to) )?(?:are|were|enjoy|love|like|have|live|work|play|own|run|speak|study|collect|hate|dislike|visit|travel|make|write|go)|you're|you've|your)\b/;

/** What nobody says to the person they talk with. */
const toJudge =
  /\b(?:criteri(?:on|a)|verdicts?|rubric|judge|(?:ignore|disregard|forget) (?:all |everything )?(?:the |of the )?(?:above|previous|prior|earlier)|system prompt)\b/i;

/** Creates the program judge. */
export function createTextJudge(): Judge {
  return {
    name: textJudgeName,
    judge: (testCase) => Promise.resolve(judgeTextReply(testCase)),
  };
}

/** Judges one reply; never throws. */
export function judgeTextReply(testCase: JudgeCase): Verdict {
  const problems: Record<CriterionName, string | null> = {
    naturalness: findUnnatural(testCase.response),
    relevance: findIrrelevant(testCase),
    logic: findIllogical(testCase),
    engagement: findDull(testCase),
    informativeness: findEmpty(testCase.response),
  };
  const score = (name: CriterionName): 0 | 1 => (problems[name] === null ? 1 : 0);
  return {
    criteria: {
      naturalness: score('naturalness'),
      relevance: score('relevance'),
      logic: score('logic'),
      engagement: score('engagement'),
      informativeness: score('informativeness'),
    },
    reasons: Object.entries(problems).flatMap(([name, text]) =>
      text === null ? [] : [`${name}: ${text}`],
    ),
  };
}

function findUnnatural(response: string): string | null {
  const sentences = splitReply(response);
  const words = splitWords(response);
  if (sentences.length === 0) return 'it says nothing';
  if (sentences.length > maxSentences) return `more than ${maxSentences} sentences`;
  if (words.length > maxReplyWords) return `more than ${maxReplyWords} words`;
  if (toJudge.test(response)) return 'it speaks to whoever judges it';
  if (/[<>{}\\|]|\n/.test(response)) return 'it holds marks that are not speech';
  if (!/[.!?]$/.test(response.trim())) return 'the last sentence does not end';
  const plain = sentences.map((sentence) => splitWords(sentence).join(' '));
  if (new Set(plain).size < plain.length) return 'a sentence stands twice';
  for (let index = 1; index < words.length; index += 1) {
    if (words[index] === words[index - 1]) return 'a word stands twice in a row';
  }
  const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`);
  if (words.length >= 8 && new Set(pairs).size < pairs.length * 0.8) return 'it repeats itself';
  const last = words.at(-1) ?? '';
  if (['a', 'an', 'the', 'and', 'of', 'my', 'your'].includes(last)) return 'a sentence breaks off';
  return null;
}

function latestMessage(testCase: JudgeCase): string {
  return testCase.history.findLast((message) => message.role === 'user')?.content ?? '';
}

function findIrrelevant(testCase: JudgeCase): string | null {
  const reply = new Set(statementWords(testCase.response));
  const heard = computeContentWords(latestMessage(testCase));
  const missed = listJustTold(testCase.profile, heard).find(
    (words) => !words.some((word) => reply.has(word)),
  );
  if (missed !== undefined) return `it takes up nothing of "${missed.join(' ')}"`;
  if (heard.some((word) => reply.has(word))) return null;
  const known = testCase.profile.flatMap((item) => computeContentWords(item.value));
  if (known.some((word) => reply.has(word))) return null;
  if (hasAct(testCase.acts, 'disclosure', 'change')) return 'it takes up nothing the user said';
  if (readQuestions(testCase.response).length > 0) return null;
  return 'it neither takes up what was said nor asks';
}

/** Disclosed items that the message tells, or tells again, as their content words. */
function listJustTold(profile: Profile, heard: readonly string[]): string[][] {
  const words = new Set(heard);
  return profile
    .map((item) => computeContentWords(item.value))
    .filter((own) => own.length > 0 && own.every((word) => words.has(word)));
}

/** Content words of the sentences that are not questions. */
function statementWords(response: string): string[] {
  return splitReply(response)
    .filter((sentence) => !sentence.includes('?'))
    .flatMap(computeContentWords);
}

function findIllogical(testCase: JudgeCase): string | null {
  const disclosed = new Set(testCase.profile.flatMap((item) => computeContentWords(item.value)));
  const spoken = new Set(
    testCase.history
      .filter((message) => message.role === 'user')
      .flatMap((message) => computeContentWords(message.content)),
  );
  for (const sentence of splitReply(testCase.response)) {
    if (sentence.includes('?')) continue;
    const words = computeContentWords(sentence).filter((word) => !courtesy.has(word));
    if (claim.test(sentence.toLowerCase())) {
      if (words.some((word) => !disclosed.has(word)))
        return 'it claims something of the user that was not disclosed';
    } else if (
      words.some((word) => !disclosed.has(word) && !spoken.has(word) && isTopicStem(word))
    ) {
      return 'it brings up something nobody mentioned';
    }
  }
  return findKnownQuestion(testCase, disclosed);
}

function findKnownQuestion(testCase: JudgeCase, disclosed: ReadonlySet<string>): string | null {
  const answered = new Set(testCase.profile.flatMap((item) => findTopics(item.value).slice(0, 1)));
  for (const question of readQuestions(testCase.response)) {
    if (question.isFollowUp) continue;
    const topic = question.topics[0];
    if (topic !== undefined && question.isWhole && singleTopics.has(topic) && answered.has(topic)) {
      return `it asks about ${topic}, which is known`;
    }
    const words = question.key.split(' ');
    if (topic === undefined && words.every((word) => disclosed.has(word)))
      return 'it asks what is known';
  }
  return null;
}

function findDull(testCase: JudgeCase): string | null {
  const questions = readQuestions(testCase.response);
  const [question] = questions;
  if (question === undefined) return 'it asks nothing';
  if (questions.length > 1) return 'it asks more than one question';
  const before = testCase.history
    .filter((message) => message.role === 'assistant')
    .flatMap((message) => readQuestions(message.content));
  return before.some((other) => isSameQuestion(other, question)) ? 'it repeats a question' : null;
}

function findEmpty(response: string): string | null {
  const statements = splitReply(response).filter((sentence) => !sentence.includes('?'));
  if (splitWords(response).length < 5) return 'fewer than five words';
  return statements.flatMap(splitWords).length < 2 ? 'nothing besides the question' : null;
}
