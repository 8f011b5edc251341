/** Measures whether a policy makes use of a stated preference, by the items of PrefEval. */
import * as path from 'node:path';
import { ConfigError, createRandom, throwIfAborted } from '../../base/index.ts';
import {
  readFiller,
  readPreferences,
  scorePreferences,
  type FillerExchange,
  type OptionScores,
  type PreferenceItem,
  type PreferenceScores,
} from '../../eval/index.ts';
import { Dialogue, renderOutput, type Dialect } from '../../protocol/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { checkDevice } from '../policies/announce-device.ts';
import { withPolicy, type OpenedPolicy } from '../policies/open-policy.ts';
import { openSuite, type SuiteOptions } from './open-suite.ts';

/** Items, where no number is given. */
const defaultItems = 80;

export type PrefEvalOptions = SuiteOptions & {
  /** Numbers of messages between preference and question, each measured; 0 alone by default. */
  readonly filler?: readonly number[] | undefined;
};

export type PrefEvalResult = {
  readonly policy: string;
  /** For each number of filler messages. */
  readonly byFiller: readonly (PreferenceScores & { readonly filler: number })[];
};

/**
 * Tells the policy a preference, lets it note what it will, and scores the options of the question after
 * so many messages about something else; then the same without the preference. Throws `ConfigError` for a
 * remote policy, whose likelihoods nobody can read, and what `openTalk` throws.
 */
export async function measurePrefEval(options: PrefEvalOptions): Promise<PrefEvalResult> {
  const context = createContext(options);
  const { items: count = defaultItems, seed = 1, filler = [0] } = options;
  const items = readPreferences(options.data, { count, seed });
  const between = filler.some((messages) => messages > 0)
    ? readFiller(path.join(path.dirname(options.data), 'filler_turns.json'))
    : [];
  const { talk, dialect, maxTokens } = await openSuite(options, context, 'Measuring on PrefEval');
  const { location } = talk;
  if (location.kind === 'remote') {
    throw new ConfigError('policy_remote', 'prefeval needs a model of this machine.', {
      hint: 'It compares likelihoods, which a server does not give: name a folder.',
    });
  }
  const tools = { dialect, maxTokens, between, seed };
  const { engine } = talk.resolved.settings;
  await checkDevice(engine, context);
  return withPolicy({ location, ...engine }, async (policy) => {
    const opened = await hearPreferences(items, policy, tools, context);
    const byFiller = [];
    for (const messages of filler) {
      const scores = await scoreItems(opened, messages, policy, tools, context);
      byFiller.push({ filler: messages, ...scorePreferences(scores) });
    }
    return { policy: talk.name, byFiller };
  });
}

type Tools = {
  readonly dialect: Dialect;
  readonly maxTokens: number;
  readonly between: readonly FillerExchange[];
  readonly seed: number;
};

/** An item whose preference was told, and what the policy wrote. */
type ToldItem = { readonly item: PreferenceItem; readonly output: string };

async function hearPreferences(
  items: readonly PreferenceItem[],
  { chat }: OpenedPolicy,
  { dialect, maxTokens }: Tools,
  context: AppContext,
): Promise<readonly ToldItem[]> {
  const told: ToldItem[] = [];
  for (const item of items) {
    throwIfAborted(context.signal);
    const dialogue = new Dialogue(dialect);
    const id = `prefeval-${told.length}`;
    const messages = dialogue.prompt(item.preference, createRandom(id));
    const sampling = { maxTokens, temperature: 0 };
    const [reply] = await chat.reply(
      [{ conversationId: id, messages, sampling, seed: 1 }],
      context.signal,
    );
    await chat.forget([id]);
    told.push({ item, output: reply?.text ?? '' });
    context.onProgress({
      label: 'preferences',
      done: told.length,
      total: items.length,
      unit: 'items',
    });
  }
  return told;
}

async function scoreItems(
  told: readonly ToldItem[],
  messages: number,
  policy: OpenedPolicy,
  tools: Tools,
  context: AppContext,
): Promise<OptionScores[]> {
  const scores: OptionScores[] = [];
  for (const each of told) {
    throwIfAborted(context.signal);
    const { item } = each;
    const first = createRandom(`filler ${tools.seed} ${item.id}`).integer(
      Math.max(1, tools.between.length),
    );
    const exchanges = Array.from(
      { length: Math.ceil(messages / 2) },
      (_, index) => tools.between[(first + index) % tools.between.length]!,
    );
    scores.push({
      item,
      withPreference: await scoreOptions(item, each.output, exchanges, policy, tools),
      without: await scoreOptions(item, null, exchanges, policy, tools),
    });
    const label = `options after ${messages} messages`;
    context.onProgress({ label, done: scores.length, total: told.length, unit: 'items' });
  }
  return scores;
}

/** Mean log-probability of each option as the reply to the question. */
async function scoreOptions(
  item: PreferenceItem,
  output: string | null,
  exchanges: readonly FillerExchange[],
  { backend, tokenizer, template }: OpenedPolicy,
  { dialect }: Tools,
): Promise<number[]> {
  const dialogue = new Dialogue(dialect);
  const random = createRandom(item.id);
  if (output !== null) {
    dialogue.prompt(item.preference, random);
    dialogue.take({ text: output, finishReason: 'stop' });
  }
  for (const { message, answer } of exchanges) {
    dialogue.prompt(message, random);
    dialogue.take({ text: say(answer, dialect), finishReason: 'stop' });
  }
  const prompt = template.render(dialogue.prompt(item.question, random), true);
  const [opening = ''] = say(placeholder, dialect).split(placeholder);
  const before = tokenizer.encode(`${prompt}${opening.trimEnd()}`);
  const rows = item.options.map((option) => {
    const ids = tokenizer.encode(` ${option}`);
    return { ids: Int32Array.from([...before, ...ids]), from: before.length };
  });
  const weights = rows.map(({ ids, from }) =>
    Float32Array.from(ids, (_, place) => (place >= from ? 1 : 0)),
  );
  const scores = await backend.score(
    rows.map(({ ids }) => ids),
    'current',
    { weights },
  );
  return rows.map(({ ids, from }, row) => {
    const logprobs = scores[row]!.logprobs.subarray(from, ids.length);
    return logprobs.reduce((sum, value) => sum + value, 0) / logprobs.length;
  });
}

/** Stands for an option where the text around it is wanted. */
const placeholder = 'OPTION';

/** An output that notes nothing and says this. */
function say(response: string, { schema }: Dialect): string {
  return renderOutput({ changes: [], recalls: [], question: null, response }, schema);
}
