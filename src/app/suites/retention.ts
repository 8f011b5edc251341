/**
 * Measures what a policy kept of the chat model it was made from: how well it foresees ordinary replies,
 * and whether it still answers plain questions. Nobody speaks of notes, and the base is measured beside it.
 */
import { ConfigError } from '../../base/index.ts';
import { plainQuestions, readPersonaChat, scoreAnswers, selectChats } from '../../eval/index.ts';
import { speakPlainly } from '../../protocol/index.ts';
import { encodeDemonstration, type SupervisedSequence } from '../../rl/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { checkDevice } from '../policies/announce-device.ts';
import { withPolicy, type ModelLocation, type OpenedPolicy } from '../policies/open-policy.ts';
import { openSuite, type OpenedSuite, type SuiteOptions } from './open-suite.ts';

/** Conversations, where no number is given. */
const defaultItems = 40;

/** Sequences that are scored at once, and most tokens of an answer. */
const batchSize = 4;
const answerTokens = 48;

export type RetentionScores = {
  /** Of ordinary replies: the exponential of the mean negative log-probability of their tokens. */
  readonly perplexity: number;
  /** Share of the plain questions that are answered. */
  readonly answered: number;
};

export type RetentionResult = {
  readonly policy: RetentionScores & { readonly name: string };
  /** The same model without what it learnt. */
  readonly base: RetentionScores;
  /** Of the policy's perplexity over the base's, less 1: above 0 is worse. */
  readonly perplexity_change: number;
  readonly conversations: number;
  readonly tokens: number;
};

/**
 * Measures an adapter and its base. Throws what `openTalk` throws, `ConfigError` for a policy that is no
 * adapter, and `DataError` for a file that is not of that form.
 */
export async function measureRetention(options: SuiteOptions): Promise<RetentionResult> {
  const context = createContext(options);
  const { items = defaultItems, seed = 1 } = options;
  const chats = selectChats(readPersonaChat(options.data), { count: items, seed });
  const suite = await openSuite(options, context, 'Measuring what was kept');
  const { location } = suite.talk;
  if (location.kind === 'remote' || location.adapter === undefined) {
    throw new ConfigError('policy_no_adapter', 'retention needs an adapter beside its base.', {
      hint: 'Name a run or a warm start made with policy.lora: its base is measured beside it.',
    });
  }
  await checkDevice(suite.talk.resolved.settings.engine, context);
  const { adapter, ...bare } = location;
  const base = await measure(bare, 'base', chats, suite, context);
  const trained = await measure({ ...bare, adapter }, 'policy', chats, suite, context);
  return {
    policy: { name: suite.talk.name, ...trained.scores },
    base: base.scores,
    perplexity_change: trained.scores.perplexity / base.scores.perplexity - 1,
    conversations: chats.length,
    tokens: trained.tokens,
  };
}

type Measured = { readonly scores: RetentionScores; readonly tokens: number };

function measure(
  location: ModelLocation,
  label: string,
  chats: ReturnType<typeof selectChats>,
  { talk, dialect }: OpenedSuite,
  context: AppContext,
): Promise<Measured> {
  return withPolicy({ location, ...talk.resolved.settings.engine }, async (policy) => {
    const { tokenizer, template, info } = policy;
    const { contextTokens } = info;
    const tools = { tokenizer, template, contextTokens, contextWeight: 0 };
    const plain = speakPlainly(dialect);
    const rows = chats.flatMap((turns) =>
      encodeDemonstration({ turns }, { ...tools, dialect: plain }),
    );
    const { perplexity, tokens } = await computePerplexity(rows, label, policy, context);
    const answered = scoreAnswers(await askPlainly(policy, context));
    return { scores: { perplexity, answered }, tokens };
  });
}

async function computePerplexity(
  rows: readonly SupervisedSequence[],
  label: string,
  { backend }: OpenedPolicy,
  { onProgress, signal }: AppContext,
): Promise<{ readonly perplexity: number; readonly tokens: number }> {
  let [sum, tokens] = [0, 0];
  for (let first = 0; first < rows.length; first += batchSize) {
    signal?.throwIfAborted();
    const batch = rows.slice(first, first + batchSize);
    const scores = await backend.score(
      batch.map(({ ids }) => ids),
      'current',
      { weights: batch.map(({ weights }) => weights) },
    );
    for (const [row, { weights }] of batch.entries()) {
      for (let place = 1; place < weights.length; place += 1) {
        if (weights[place] === 0) continue;
        sum -= scores[row]!.logprobs[place]!;
        tokens += 1;
      }
    }
    const done = Math.min(rows.length, first + batchSize);
    onProgress({ label, done, total: rows.length, unit: 'conversations' });
  }
  return { perplexity: Math.exp(sum / tokens), tokens };
}

async function askPlainly({ chat }: OpenedPolicy, { signal }: AppContext): Promise<string[]> {
  const ids = plainQuestions.map((_, index) => `plain-${index}`);
  const replies = await chat.reply(
    plainQuestions.map(({ question }, index) => ({
      conversationId: ids[index]!,
      messages: [{ role: 'user', content: question }],
      sampling: { maxTokens: answerTokens, temperature: 0 },
      seed: 1,
    })),
    signal,
  );
  await chat.forget(ids);
  return replies.map(({ text }) => text);
}
