/**
 * What conversations with model users, judges and matchers cost, counted before a call is made.
 *
 * Calls are counted exactly from the shape of the run; tokens are estimated by composing the real
 * prompts around texts of typical length. Replies that turn out malformed are not judged, so a run
 * can take fewer calls; messages asked for again and requests tried again make it more, up to the
 * bound given beside.
 */
import { estimatePromptTokens, estimateTokens, type TokenUsage } from '../../chat/index.ts';
import { composeJudgePrompt, composeMatchPrompt } from '../../rewards/index.ts';
import { composePhrasePrompt } from '../../worlds/index.ts';

export type RunShape = {
  readonly conversations: number;
  readonly turns: number;
  /** Outputs sampled in every turn, of which one is continued. */
  readonly candidates: number;
  /** Model calls that judge one output. */
  readonly judgeCallsPerOutput: number;
};

export type CallCounts = {
  /** Turns of all conversations. */
  readonly prompts: number;
  /** Outputs of the policy. */
  readonly samples: number;
  readonly userCalls: number;
  readonly judgeCalls: number;
};

/**
 * Counts the calls of a run, when every output is well formed and every request succeeds.
 * The first message of a user is a greeting by rule and costs no call.
 */
export function countCalls(shape: RunShape): CallCounts {
  const { conversations, turns, candidates, judgeCallsPerOutput } = shape;
  const prompts = conversations * turns;
  const samples = prompts * candidates;
  return {
    prompts,
    samples,
    userCalls: conversations * (turns - 1),
    judgeCalls: samples * judgeCallsPerOutput,
  };
}

/** Outputs of the policy a rollout step and an update take in the authors' script. */
const authorsBatches = { promptsPerRollout: 256, samplesPerUpdate: 128 };

/**
 * Counts what the authors' released loop takes: the best of the candidates goes on, one call
 * counts the profile's matches and one judges the reply. Source: Zhao et al. 2025, released code.
 */
export function countAuthorsCalls(
  conversations: number,
  turns: number,
  candidates: number,
): CallCounts & { readonly rolloutSteps: number; readonly updates: number } {
  const counts = countCalls({ conversations, turns, candidates, judgeCallsPerOutput: 2 });
  return {
    ...counts,
    rolloutSteps: counts.prompts / authorsBatches.promptsPerRollout,
    updates: counts.samples / authorsBatches.samplesPerUpdate,
  };
}

/** Typical lengths in characters of English text. */
const typical = { message: 70, fact: 32, reply: 180 };
/** Typical tokens of an answer. */
const typicalAnswer = { user: 20, judge: 130, matcher: 60 };
/** Facts of a person, about. */
const factsPerPerson = 10;
/** Facts told a turn, about. */
const factsPerTurn = 0.5;

/** Expected tokens of all calls of one conversation. */
export type ConversationTokens = Readonly<
  Record<'user' | 'judge' | 'matcher' | 'embeddings', TokenUsage>
>;

/** Estimates the tokens of one conversation, with one output, one judge call and one new item a turn. */
export function estimateConversationTokens(
  turns: number,
  most: { readonly user: number; readonly judge: number },
): ConversationTokens {
  let user = 0;
  let judge = 0;
  for (let turnIndex = 0; turnIndex < turns; turnIndex += 1) {
    judge += estimatePromptTokens(composeTypicalJudgePrompt(turnIndex));
    if (turnIndex > 0) user += estimatePromptTokens(composeTypicalPhrasePrompt(turnIndex));
  }
  return {
    user: {
      promptTokens: user,
      completionTokens: (turns - 1) * Math.min(typicalAnswer.user, most.user),
    },
    judge: {
      promptTokens: judge,
      completionTokens: turns * Math.min(typicalAnswer.judge, most.judge),
    },
    matcher: {
      promptTokens: turns * estimatePromptTokens(composeTypicalMatchPrompt()),
      completionTokens: turns * Math.min(typicalAnswer.matcher, most.judge),
    },
    embeddings: {
      promptTokens: (turns + factsPerPerson) * estimateTokens(filler(typical.fact)),
      completionTokens: 0,
    },
  };
}

const filler = (length: number): string => 'word '.repeat(Math.ceil(length / 5)).slice(0, length);

function listFacts(turnIndex: number): { slot: string; value: string }[] {
  const count = Math.floor(turnIndex * factsPerTurn);
  return Array.from({ length: count }, () => ({ slot: 'item', value: filler(typical.fact) }));
}

function composeTypicalPhrasePrompt(turnIndex: number): ReturnType<typeof composePhrasePrompt> {
  const [item = { slot: 'item', value: filler(typical.fact) }] = listFacts(2);
  const exchange = [
    { isOwn: true, text: filler(typical.message) },
    { isOwn: false, text: filler(typical.reply) },
  ];
  return composePhrasePrompt({
    plan: {
      message: '',
      disclosures: [{ turnIndex, item, form: 'explicit' }],
      acts: [{ kind: 'disclosure', item }],
    },
    told: listFacts(turnIndex),
    lines: Array.from({ length: turnIndex }, () => exchange).flat(),
    family: 'plain',
    turnIndex,
    isAnnoyed: false,
    faults: [],
  });
}

function composeTypicalMatchPrompt(): ReturnType<typeof composeMatchPrompt> {
  const facts = Array.from({ length: factsPerPerson }, () => filler(typical.fact));
  return composeMatchPrompt(filler(typical.fact), facts);
}

function composeTypicalJudgePrompt(turnIndex: number): ReturnType<typeof composeJudgePrompt> {
  const message = { role: 'user' as const, content: filler(typical.message) };
  const reply = { role: 'assistant' as const, content: filler(typical.reply) };
  const before = Array.from({ length: turnIndex }, () => [message, reply]).flat();
  const profile = listFacts(turnIndex);
  return composeJudgePrompt({
    history: [...before, message],
    response: reply.content,
    profile,
    whole: profile,
    superseded: [],
    acts: [],
  });
}
