/**
 * What a person talks to, over HTTP or in the terminal: a policy in this process, or a model of another server.
 *
 * A policy that learnt in a world is spoken to as there. Any other model is told the protocol, with slots for
 * real people, and shown the profile and the last turns with every message.
 */
import { ConfigError } from '../../base/index.ts';
import { createStreamingModel, type ChatModel, type Message } from '../../chat/index.ts';
import { personSchema } from '../../profile/index.ts';
import { explainProtocol, type Dialect } from '../../protocol/index.ts';
import type { ServedModel } from '../../server/index.ts';
import type { AppContext } from '../context.ts';
import { resolveSettings } from '../settings/resolve.ts';
import { dialectSettings, refuseUnused } from '../settings/unused.ts';
import { talkTemperature } from '../talk/simulate.ts';
import { openTalk, openTalker, type TalkOptions } from '../talk/talk.ts';
import { loadTokenizer, type Tokenizer } from '../../tokenizer/index.ts';

export type Upstream = {
  /** Up to and including the version: `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Secret; null for a server without keys. */
  readonly key: string | null;
};

export type ServedModelOptions = TalkOptions & {
  /** In place of a policy. */
  readonly upstream?: Upstream | undefined;
  readonly profileBy?: ServedModel['profileBy'] | undefined;
  /** Where a message names none; 0.5 by default. Range: from 0, greedy, to 2. */
  readonly temperature?: number | undefined;
};

export type OpenedModel = { readonly model: ServedModel; close(): Promise<void> };

const lengthSetting = 'sampling.maxTokens';

/** Nobody is simulated and nothing is judged in a chat. */
export const chatSettings = [
  ...['world.kind', 'world.personas'],
  ...dialectSettings,
  ...['policy.', 'limits.', 'budget.', 'cache'].map((name) => `models.${name}`),
  'engine.',
  lengthSetting,
];

/** Turns a model is shown beside the profile, where nothing says otherwise. */
const shownTurns = 20;
/** Tokens of another server's reply where neither a request nor a setting names them. */
const replyTokens = 1024;

/** As a request over HTTP may ask for. */
export const highestTemperature = 2;

/** Opens it. Throws `ConfigError`, also for a policy that is a model of a server, `DataError`, `CheckpointError`, `ProviderError`. */
export async function openServedModel(
  options: ServedModelOptions,
  context: AppContext,
): Promise<OpenedModel> {
  checkTemperature(options.temperature ?? talkTemperature);
  return options.upstream === undefined
    ? openServedPolicy(options, context)
    : openUpstream(options.upstream, options, context);
}

function checkTemperature(temperature: number): void {
  if (temperature >= 0 && temperature <= highestTemperature) return;
  throw new ConfigError(
    'temperature_invalid',
    `Expected a temperature from 0 to ${highestTemperature}, found ${temperature}.`,
    { hint: '0 is greedy; small models write well up to about 1.' },
  );
}

const setUpBy = { address: '--upstream', key: 'RLPA_UPSTREAM_KEY', toGoOn: 'ask again' };

function openUpstream(
  { baseUrl, model, key }: Upstream,
  options: ServedModelOptions,
  { clock }: AppContext,
): OpenedModel {
  const { profileBy = 'reply', temperature = talkTemperature } = options;
  refuseUnused(options, { only: [lengthSetting] }, 'A model of another server');
  const endpoint = {
    ...{ baseUrl, model, prices: { prompt: 0, completion: 0 } },
    maxTokensField: 'max_tokens' as const,
  };
  const chat = createStreamingModel({ endpoint, key, setUpBy, timestamp: clock.timestamp });
  const how =
    profileBy === 'reply'
      ? 'It is told to write what it notes before its reply.'
      : 'It replies first and is then asked what to note.';
  return {
    model: {
      id: model,
      about: `${model} of another server. ${how} What it notes must stand in your own words.`,
      examples: [],
      chat: foldSystemMessages(chat),
      dialect: createPersonDialect(),
      profileBy,
      onNoReply: 'plainly',
      spell: null,
      sampling: { maxTokens: readReplyTokens(options), temperature },
      mostTokens: 1_000_000,
    },
    close: () => Promise.resolve(),
  };
}

/** What somebody asked for; the default is that of small policies. */
function readReplyTokens(options: ServedModelOptions): number {
  const { settings, sources } = resolveSettings(options, { isSpokenOnly: true });
  const isGiven = sources.get(lengthSetting)?.origin !== 'default';
  return isGiven ? settings.sampling.maxTokens : replyTokens;
}

async function openServedPolicy(
  options: ServedModelOptions,
  context: AppContext,
): Promise<OpenedModel> {
  const talk = await openTalk(options, context, { isSpokenOnly: true });
  if (talk.location.kind === 'remote') {
    throw new ConfigError('serve_remote_policy', 'A model of another server is not a policy.', {
      hint: 'Use --upstream URL --model NAME.',
    });
  }
  const { definition, settings } = talk.resolved;
  const tokenizer = loadTokenizer(talk.location.folder);
  const spell = readsAnyText(tokenizer) ? null : (definition.createSpeller?.() ?? null);
  const talker = await openTalker(talk, context, { isForPeople: true });
  const isOurs = talk.location.learntIn !== null;
  const { maxTokens } = settings.sampling;
  return {
    model: {
      id: talk.name,
      about: describePolicy(talk.name, isOurs ? definition.summary : null, spell !== null),
      examples: isOurs ? (definition.examples ?? []) : [],
      chat: isOurs ? talker.chat : foldSystemMessages(talker.chat),
      dialect: isOurs ? definition.createDialect(settings.world) : createPersonDialect(),
      profileBy: options.profileBy ?? 'reply',
      onNoReply: isOurs ? 'again' : 'plainly',
      spell,
      sampling: { maxTokens, temperature: options.temperature ?? talkTemperature },
      counter: createCounter(tokenizer),
      mostTokens: maxTokens,
    },
    close: () => talker.close(),
  };
}

/** Tells by a word that no list of words holds: a closed vocabulary is spelled for. */
function readsAnyText(tokenizer: Tokenizer): boolean {
  const word = 'Xylographically';
  return tokenizer.decode(tokenizer.encode(word)).includes(word);
}

/** Counts as the policy does, which writes a reply after a blank. */
function createCounter(tokenizer: Tokenizer): ServedModel['counter'] & object {
  const encode = (text: string): number[] =>
    tokenizer.encode(/^\s/u.test(text) ? text : ` ${text}`);
  return {
    count: (text) => encode(text).length,
    take: (text, most) => {
      const begun = tokenizer.decode(encode(text).slice(0, most)).replace(/\uFFFD+$/u, '');
      const blank = text.length - text.trimStart().length;
      return text.slice(0, blank + begun.trimStart().length);
    },
  };
}

function describePolicy(name: string, summary: string | null, isClosed: boolean): string {
  if (summary === null) {
    return `${name}, made elsewhere and never trained here. It is told what to write and may keep poor notes.`;
  }
  const words = isClosed
    ? ' It is a small demonstration: it knows only the few hundred words of its world, names those it does not know, and talks of nothing else.'
    : '';
  return `${name}, trained with this package (${summary}).${words}`;
}

function createPersonDialect(): Dialect {
  return {
    schema: personSchema,
    profileMode: 'changes',
    contextTurns: shownTurns,
    systemPrompt: explainProtocol(personSchema, 'changes'),
    composeNote: () => '',
  };
}

/**
 * Many templates take one system message, and only at the beginning: those that open a conversation become one,
 * later ones end the message before them.
 */
function foldSystemMessages(chat: ChatModel): ChatModel {
  const fold = (messages: readonly Message[]): Message[] => {
    const folded: Message[] = [];
    for (const message of messages) {
      const last = folded.at(-1);
      if (message.role !== 'system' || last === undefined) folded.push(message);
      else
        folded[folded.length - 1] = { ...last, content: `${last.content}\n\n${message.content}` };
    }
    return folded;
  };
  const { stream } = chat;
  return {
    ...chat,
    name: chat.name,
    reply: (requests, signal) =>
      chat.reply(
        requests.map((request) => ({ ...request, messages: fold(request.messages) })),
        signal,
      ),
    ...(stream === undefined
      ? {}
      : {
          stream: (request, options) =>
            stream.call(chat, { ...request, messages: fold(request.messages) }, options),
        }),
    forget: (ids) => chat.forget(ids),
  };
}
