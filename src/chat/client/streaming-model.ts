/**
 * A remote model for somebody who waits: its text is handed over while it comes, and a failure is told at
 * once rather than tried again for minutes.
 *
 * No cache, no budget, no books: whoever serves people counts for itself. Only where a connection broke before
 * anything was received is the server asked a second time, because it may have closed a kept one meanwhile; not
 * where it was never reached.
 */
import { createParser } from 'eventsource-parser';
import pLimit from 'p-limit';
import { z } from 'zod';
import { AbortedError } from '../../base/index.ts';
import type { ChatModel, ChatReply, ChatRequest, StreamedReply, StreamOptions } from '../types.ts';
import { parseBaseUrl } from './base-url.ts';
import { composeBody } from './endpoint.ts';
import { exchangeStream } from './exchange-stream.ts';
import { CallFailure, failureRules } from './failures.ts';
import { describeGivenUp } from './given-up.ts';
import { parseForeignJson } from './parse-json.ts';
import { classifyError, composeRequest, describeFailedReply } from './post.ts';
import { ServerKey } from './server-key.ts';
import {
  defaultCallLimits,
  type CallLimits,
  type EndpointSettings,
  type SetUpBy,
} from './settings.ts';
import { ThoughtFilter } from './thought-filter.ts';
import { estimatePromptTokens, estimateTokens } from './tokens.ts';
import { parseRetryAfter } from './waits.ts';

export type StreamingModelOptions = {
  readonly endpoint: EndpointSettings;
  /** Secret; null for servers that ask for none. */
  readonly key: string | null;
  readonly setUpBy: SetUpBy;
  readonly limits?: Pick<CallLimits, 'timeoutSeconds' | 'longestReplyBytes' | 'concurrency'>;
  /** Reads the time, for a server that says until when to wait. */
  readonly timestamp: () => string;
};

const eventSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        message: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.int().min(0).max(100_000_000),
      completion_tokens: z.int().min(0).max(100_000_000),
    })
    .nullish(),
  error: z.unknown().optional(),
});

type Gathered = {
  text: string;
  finishReason: 'stop' | 'length' | null;
  usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
};

/** Creates the model. Its methods throw `ProviderError`, with `retryAfterSeconds` where the server asks to wait. */
export function createStreamingModel(options: StreamingModelOptions): ChatModel {
  const { endpoint, key, setUpBy } = options;
  const limits = options.limits ?? defaultCallLimits;
  const server = parseBaseUrl(endpoint.baseUrl);
  const own = key === null ? null : new ServerKey(key, server);
  const hide = (text: string): string => own?.hideIn(text) ?? text;
  const place = pLimit(limits.concurrency);

  const sendOnce = async (
    request: ChatRequest,
    { onText, signal }: StreamOptions,
  ): Promise<StreamedReply> => {
    const body = {
      ...composeBody(endpoint, request),
      stream: true,
      stream_options: { include_usage: true },
    };
    const sent = composeRequest({ server, key: own, path: '/chat/completions', body, limits });
    const ending = new AbortController();
    const end = (): void => ending.abort();
    signal?.addEventListener('abort', end, { once: true });
    const timer = setTimeout(end, limits.timeoutSeconds * 1000);
    let hasReceived = false;
    try {
      if (signal?.aborted) throw new AbortedError('aborted', 'The work was interrupted.');
      const exchanged = await exchangeStream(sent, ending.signal);
      hasReceived = true;
      if (exchanged.kind === 'failure') throw describeFailedReply(exchanged.reply, sent.url, own);
      const { parts, contentType } = exchanged;
      const gathered = await gather({ parts, contentType: hide(contentType) }, (text) =>
        onText(hide(text)),
      );
      return finish(request, gathered, hide);
    } catch (error) {
      if (signal?.aborted) throw new AbortedError('aborted', 'The work was interrupted.');
      if (error instanceof CallFailure) throw new FailedTry(error, false);
      if (ending.signal.aborted) throw new FailedTry(new CallFailure('timeout'), false);
      throw new FailedTry(classifyError(error), !hasReceived && isBrokenOff(error));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  };

  const stream = (request: ChatRequest, streaming: StreamOptions): Promise<StreamedReply> =>
    place(async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await sendOnce(request, streaming);
        } catch (error) {
          if (!(error instanceof FailedTry)) throw error;
          const { failure, isWorthAnother } = error;
          if (isWorthAnother && tries === 1) continue;
          const waitMs = parseRetryAfter(failure.retryAfter, options.timestamp());
          throw describeGivenUp({
            ...{ failure, tries, endpoint, setUpBy, role: 'upstream', limits: defaultCallLimits },
            reason: failureRules[failure.kind].mayPass === true ? 'told_at_once' : 'no_use',
            ...(waitMs === null ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1000) }),
          });
        }
      }
    });

  return {
    name: endpoint.model,
    stream,
    reply: (requests, signal): Promise<readonly ChatReply[]> =>
      Promise.all(
        requests.map(async (request) => {
          const { text, finishReason } = await stream(request, { onText: () => undefined, signal });
          return { text, finishReason };
        }),
      ),
    /** Nothing is kept between the requests of a conversation. */
    forget: () => Promise.resolve(),
  };
}

class FailedTry extends Error {
  readonly failure: CallFailure;
  readonly isWorthAnother: boolean;

  constructor(failure: CallFailure, isWorthAnother: boolean) {
    super(failure.kind);
    this.failure = failure;
    this.isWorthAnother = isWorthAnother;
  }
}

/** What Node says of a connection that was there. */
function isBrokenOff(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}

async function gather(
  exchanged: { readonly contentType: string; readonly parts: AsyncIterable<string> },
  onText: (text: string) => void,
): Promise<Gathered> {
  const { contentType } = exchanged;
  const gathered: Gathered = { text: '', finishReason: null, usage: null };
  let isRead = false;
  const thoughts = new ThoughtFilter((text) => {
    gathered.text += text;
    onText(text);
  });
  const take = (data: string): void => {
    isRead = true;
    if (data.trim() === '[DONE]') return;
    const event = eventSchema.safeParse(parseForeignJson(data)).data;
    if (event === undefined) throw new CallFailure('malformed');
    if (event.error !== undefined && event.error !== null) throw new CallFailure('server_error');
    const choice = event.choices?.[0];
    thoughts.push(choice?.delta?.content ?? choice?.message?.content ?? '');
    if (choice?.finish_reason != null) {
      gathered.finishReason = choice.finish_reason === 'length' ? 'length' : 'stop';
    }
    gathered.usage = event.usage ?? gathered.usage;
  };
  // A server that does not stream answers in one piece, whatever it was asked.
  if (/\bapplication\/json\b/u.test(contentType)) {
    let whole = '';
    for await (const part of exchanged.parts) whole += part;
    take(whole);
  } else {
    const parser = createParser({ onEvent: ({ data }) => take(data) });
    for await (const part of exchanged.parts) parser.feed(part);
  }
  // Some servers stream under another type; where nothing in it is an event, it was none.
  if (!isRead && !/\btext\/event-stream\b/u.test(contentType)) {
    throw new CallFailure('malformed', { mismatch: describeType(contentType) });
  }
  thoughts.end();
  // A stream that ends without saying so was cut off.
  if (gathered.finishReason === null) throw new CallFailure('connection');
  return gathered;
}

/** Longest type that is named; a server may send anything. */
const longestType = 60;

function describeType(contentType: string): string {
  const [type = ''] = contentType.split(';');
  const name = /^[\w.+-]+\/[\w.+-]+$/u.exec(type.trim())?.[0].slice(0, longestType);
  return `expected text/event-stream or application/json, found ${name ?? 'no type that is known'}`;
}

function finish(
  { messages }: ChatRequest,
  { text, finishReason, usage }: Gathered,
  hide: (text: string) => string,
): StreamedReply {
  return {
    text: hide(text),
    finishReason: finishReason ?? 'stop',
    promptTokens: usage?.prompt_tokens ?? estimatePromptTokens(messages),
    completionTokens: usage?.completion_tokens ?? estimateTokens(text),
  };
}
