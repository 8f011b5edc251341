/** `POST /v1/chat/completions` and `GET /v1/models`. */
import { randomUUID } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  chatCompletionSchema,
  chatRequestSchema,
  modelListSchema,
  modelSchema,
  observedSchema,
  observeSchema,
  userIdSchema,
  type ChatChunk,
  type ChatCompletion,
  type ChatRequestBody,
  type ModelDescription,
} from '../../api/index.ts';
import type { SamplingOptions } from '../../chat/index.ts';
import type { TurnHooks, TurnRequest, TurnResult } from '../chat/turn.ts';
import { readConversation } from '../chat/conversation.ts';
import type { ServedModel } from '../chat/served-model.ts';
import { RequestError, toRequestError } from '../errors.ts';
import type { RequestVariables, ServerApp, ServerParts } from './context.ts';
import { authorise } from './keys.ts';
import { logFailure } from './log-failure.ts';
import { memoryHeader, readUser, userHeader, wantsMemory } from './read-user.ts';
import { failures, jsonBody, jsonResponse } from './schemas.ts';

const chatRoute = createRoute({
  method: 'post',
  path: '/v1/chat/completions',
  summary: 'Answer a chat; with stream, by server-sent events that end with [DONE]',
  tags: ['chat'],
  request: jsonBody(chatRequestSchema),
  responses: { ...jsonResponse(200, chatCompletionSchema, 'The reply'), ...failures },
});

const modelsRoute = createRoute({
  method: 'get',
  path: '/v1/models',
  summary: 'The model there is',
  tags: ['chat'],
  responses: { ...jsonResponse(200, modelListSchema, 'The models'), ...failures },
});

const modelRoute = createRoute({
  method: 'get',
  path: '/v1/models/{model}',
  summary: 'One model',
  tags: ['chat'],
  responses: { ...jsonResponse(200, modelSchema, 'The model'), ...failures },
});

const observeRoute = createRoute({
  method: 'post',
  path: '/v1/users/{id}/observe',
  summary: 'Read a message of the person that is answered elsewhere, and note what it says of them',
  tags: ['profile'],
  request: { params: z.object({ id: userIdSchema }), ...jsonBody(observeSchema) },
  responses: { ...jsonResponse(200, observedSchema, 'What was noted'), ...failures },
});

/** Adds the routes. */
export function addChatRoutes(app: ServerApp, parts: ServerParts): void {
  app.openapi(
    chatRoute,
    (context) => answerChat(context, context.req.valid('json'), parts) as never,
  );
  app.openapi(observeRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { caller } = context.var;
    authorise(caller, 'chat', id);
    authorise(caller, 'profile:write', id);
    await parts.rates.countMessage(caller, id);
    const conversation = readConversation(context.req.valid('json').messages);
    const { signal } = context.req.raw;
    return context.json(await parts.engine.observe({ user: id, conversation }, signal), 200);
  });
  app.openapi(modelsRoute, (context) => {
    authorise(context.var.caller, 'chat', null);
    return context.json(
      { object: 'list' as const, data: [describeModel(parts.engine.model)] },
      200,
    );
  });
  app.openapi(modelRoute, (context) => {
    authorise(context.var.caller, 'chat', null);
    const model = describeModel(parts.engine.model);
    if (context.req.param('model') !== model.id) throw noSuchModel(model.id);
    return context.json(model, 200);
  });
}

function describeModel({
  id,
  about,
  examples,
  dialect,
  profileBy,
  spell,
}: ServedModel): ModelDescription {
  return {
    id,
    object: 'model',
    created: 0,
    owned_by: 'rlpa',
    rlpa: {
      profile_by: profileBy,
      closed_vocabulary: spell !== null,
      slots: dialect.schema.slots.map(({ name, kind, multiple }) => ({ name, kind, multiple })),
      about,
      examples: [...examples],
    },
  };
}

async function answerChat(
  context: Context<{ Variables: RequestVariables }>,
  body: ChatRequestBody,
  parts: ServerParts,
): Promise<Response> {
  const { caller } = context.var;
  const user = readUser(body, context.req.header(userHeader));
  authorise(caller, 'chat', user);
  // A key for some people only cannot speak for nobody, or it could be used without limit.
  if (user === null && caller.users !== null) authorise(caller, 'chat', '');
  const { id } = parts.engine.model;
  if (body.model !== undefined && body.model !== id) throw noSuchModel(id);
  refuseUnsupported(body);
  if (user !== null) await parts.rates.countMessage(caller, user);
  const request: TurnRequest = {
    user,
    memory: wantsMemory(body, context.req.header(memoryHeader)),
    conversation: readConversation(body.messages),
    sampling: readSampling(body),
    seed: body.seed ?? undefined,
  };
  const { underWay, countTokens, countFirstToken } = parts.metrics;
  const { values } = await underWay.get();
  if ((values[0]?.value ?? 0) >= parts.limits.concurrentChats) {
    throw new RequestError(503, 'server_error', {
      code: 'too_many_chats',
      message: `This server writes ${parts.limits.concurrentChats} replies at once. Try again in a moment.`,
      retryAfterSeconds: 1,
    });
  }
  const began = parts.nowMs();
  const answer = async (hooks: TurnHooks): Promise<TurnResult> => {
    let isFirst = true;
    underWay.inc();
    try {
      const result = await parts.engine.answer(request, {
        ...hooks,
        onText: (text) => {
          if (isFirst) countFirstToken((parts.nowMs() - began) / 1000);
          isFirst = false;
          hooks.onText(text);
        },
      });
      countTokens(result.usage.prompt_tokens, result.usage.completion_tokens);
      return result;
    } finally {
      underWay.dec();
    }
  };
  const head = {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.parse(parts.timestamp()) / 1000),
    model: id,
  };
  const { signal } = context.req.raw;
  if (body.stream === true) {
    const onFailure = (error: unknown): RequestError => {
      const failure = toRequestError(error);
      parts.metrics.countStreamFailure(failure.told.code ?? 'internal_error');
      if (failure.status >= 500) logFailure(parts.logger, error, failure.told.code);
      return failure;
    };
    const usage = body.stream_options?.include_usage;
    return streamAnswer(answer, { head, signal, usage, onFailure });
  }
  const result = await answer({ onText: () => undefined, signal });
  return context.json(composeCompletion(head, result), 200);
}

type Head = { readonly id: string; readonly created: number; readonly model: string };

function composeCompletion(
  head: Head,
  { text, finishReason, usage, report }: TurnResult,
): ChatCompletion {
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage,
    rlpa: report,
  };
}

/**
 * Streams an answer. The response begins with the first text, so that what fails before it is answered by a
 * status; what fails later is told by an event, and `[DONE]` never comes.
 */
async function streamAnswer(
  answer: (hooks: TurnHooks) => Promise<TurnResult>,
  {
    head,
    signal,
    usage: asksUsage,
    onFailure,
  }: {
    readonly head: Head;
    readonly signal: AbortSignal;
    /** True for a chunk of its own, as the API has it; else it ends the reply, unless it is not wanted. */
    readonly usage: boolean | null | undefined;
    /** Counts what fails after the first text, and gives what the reader is told. */
    readonly onFailure: (error: unknown) => RequestError;
  },
): Promise<Response> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  const encoder = new TextEncoder();
  const queue = new TransformStream<string, Uint8Array>({
    transform: (data, controller) => controller.enqueue(encoder.encode(`data: ${data}\n\n`)),
  });
  const writer = queue.writable.getWriter();
  // A reader that has left makes writing fail, and the work is called off.
  const write = (data: string): void => void writer.write(data).catch(end);
  const writeChunk = (chunk: Omit<ChatChunk, keyof Head | 'object'>): void =>
    write(
      JSON.stringify({ ...head, object: 'chat.completion.chunk', ...chunk } satisfies ChatChunk),
    );
  const writeDelta = (delta: ChatChunk['choices'][number]['delta']): void =>
    writeChunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: null }] });

  let begin: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => (begin = resolve));
  let isFirst = true;
  const onText = (content: string): void => {
    if (isFirst) writeDelta({ role: 'assistant', content: '' });
    isFirst = false;
    writeDelta({ content });
    begin();
  };
  const finished = answer({ onText, signal: ending.signal }).then((result) => {
    if (isFirst) writeDelta({ role: 'assistant', content: '' });
    const { finishReason, usage, report } = result;
    writeChunk({
      choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason }],
      ...(asksUsage == null ? { usage } : {}),
      rlpa: report,
    });
    // Whoever reads the first choice of every chunk fails at one without: it comes only where it was asked for.
    if (asksUsage === true) writeChunk({ choices: [], usage });
    write('[DONE]');
  });
  // What fails before the first text is thrown here; afterwards it is an event of the stream.
  await Promise.race([hasBegun, finished]);
  void finished
    .catch((error: unknown) => {
      // A reader that has left is no failure.
      if (!ending.signal.aborted) write(JSON.stringify(onFailure(error).body));
    })
    .finally(() => {
      signal.removeEventListener('abort', end);
      void writer.close().catch(() => undefined);
    });
  return new Response(queue.readable, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  });
}

function readSampling(body: ChatRequestBody): Partial<SamplingOptions> {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    ...(maxTokens == null ? {} : { maxTokens }),
    ...(body.temperature == null ? {} : { temperature: body.temperature }),
    ...(body.top_p == null ? {} : { topP: body.top_p }),
  };
}

function noSuchModel(id: string): RequestError {
  return new RequestError(404, 'not_found_error', {
    code: 'model_not_found',
    param: 'model',
    message: `There is no such model here. This server serves ${id}; model may be left out.`,
  });
}

function refuseUnsupported(body: ChatRequestBody): void {
  if (body.n != null && body.n > 1) throw unsupported('n', 'One answer is given; n must be 1.');
  const fields = body as Readonly<Record<string, unknown>>;
  for (const name of ['tools', 'functions'] as const) {
    const value = fields[name];
    if (Array.isArray(value) && value.length > 0) {
      throw unsupported(
        name,
        `${name} are not called here. Use the profile beside a model that calls them.`,
      );
    }
  }
  if (fields['logprobs'] === true)
    throw unsupported('logprobs', 'Log-probabilities are not given.');
  const format = fields['response_format'] as { readonly type?: unknown } | null | undefined;
  if (format != null && format.type !== 'text') {
    throw unsupported('response_format', 'Replies are text; response_format must be text.');
  }
  const stop = fields['stop'];
  if (stop != null && !(Array.isArray(stop) && stop.length === 0)) {
    throw unsupported('stop', 'Stop sequences are not supported.');
  }
}

function unsupported(param: string, message: string): RequestError {
  return new RequestError(400, 'invalid_request_error', {
    code: 'unsupported_parameter',
    param,
    message,
  });
}
