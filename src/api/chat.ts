/**
 * What `POST /v1/chat/completions` takes and answers: the shape of OpenAI's API, with what is known of the
 * person added under `rlpa`.
 *
 * Fields that change nothing here (penalties, metadata of other programs) are taken and left alone; fields
 * that would change the answer and are not done (tools, several choices) are refused by the server.
 */
import { z } from 'zod';
import { changeSchema, refusalReasonSchema, userIdSchema } from './profile.ts';

const longestMessage = 200_000;
const mostMessages = 2_000;

const mostParts = 256;

const textSchema = z.string().max(longestMessage);
const textPartSchema = z.object({ type: z.literal('text'), text: textSchema });

/** What an assistant of another server put in place of an answer; it is taken as the answer it was. */
const refusalPartSchema = z.object({ type: z.literal('refusal'), refusal: textSchema });

/** A text, or parts of text; pictures and sound are not read. */
const contentSchema = z.union([textSchema, z.array(textPartSchema).max(mostParts)], {
  error: ({ input }) => describeContent(input, ['text']),
});

const answeredSchema = z.union(
  [
    textSchema,
    z.array(z.discriminatedUnion('type', [textPartSchema, refusalPartSchema])).max(mostParts),
  ],
  { error: ({ input }) => describeContent(input, ['text', 'refusal']) },
);

/** Kinds of parts that clients send; others are not named, being anybody's text. */
const otherParts = ['image_url', 'input_audio', 'file', 'refusal'];

/** Says of a content that is none what is expected, and which part or value stands there instead. */
function describeContent(content: unknown, read: readonly string[]): string {
  if (!Array.isArray(content)) {
    const found = content == null ? 'null' : typeof content;
    return `Expected a text or a list of parts {"type": "text", "text": "…"}, found ${found}.`;
  }
  if (content.length > mostParts) {
    return `Expected at most ${mostParts} parts, found ${content.length}.`;
  }
  const types = (content as readonly ({ readonly type?: unknown } | null)[]).map((part) =>
    String(part?.type),
  );
  const index = types.findIndex((type) => !read.includes(type));
  if (index < 0) return 'Expected parts {"type": "text", "text": "…"}, found one without its text.';
  const type = types[index]!;
  const named = otherParts.includes(type) ? `type ${type}` : 'another type';
  return `Text only is read here: part ${index} is of ${named}. Leave it out, or send what it says as text.`;
}

const name = z.string().max(256).optional();

/**
 * What tools answered, and turns of an assistant that only called them, are taken and left out: nothing of
 * them is a person's word, and what was made of them stands in the assistant's next turn.
 */
export const chatMessageSchema = z
  .discriminatedUnion(
    'role',
    [
      z.object({ role: z.enum(['system', 'developer', 'user']), content: contentSchema, name }),
      z.object({ role: z.literal('assistant'), content: answeredSchema.nullish(), name }),
      z.object({ role: z.literal('tool'), content: z.unknown() }),
    ],
    { error: 'Expected a message of role system, developer, user, assistant or tool.' },
  )
  .meta({ id: 'ChatMessage' });

/** `on` by default; `off` reads nothing, writes nothing, and answers as if nobody were known. */
export const memoryModeSchema = z.enum(['on', 'off']);

export const chatRequestSchema = z
  .looseObject({
    model: z.string().max(512).optional(),
    messages: z.array(chatMessageSchema).min(1).max(mostMessages),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    max_tokens: z.int().min(1).max(1_000_000).nullish(),
    max_completion_tokens: z.int().min(1).max(1_000_000).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().gt(0).max(1).nullish(),
    seed: z.int().nullish(),
    n: z.int().min(1).nullish(),
    /** Who speaks; the first that is there counts: `safety_identifier`, `user`, `metadata.user_id`, the header. */
    safety_identifier: userIdSchema.nullish(),
    user: userIdSchema.nullish(),
    metadata: z
      .looseObject({ user_id: userIdSchema.nullish(), memory: memoryModeSchema.nullish() })
      .nullish(),
    /** Settings of this server, beside those of the common API. */
    rlpa: z.strictObject({ memory: memoryModeSchema.optional() }).nullish(),
  })
  .meta({ id: 'ChatRequest' });

/** A change that the model proposed and the program did not make, and why. */
export const refusedChangeSchema = z
  .object({
    kind: z.enum(['set', 'retract']),
    slot: z.string(),
    value: z.string(),
    reason: refusalReasonSchema,
  })
  .meta({ id: 'RefusedChange' });

/** `none` where memory was off or nobody was named; `unavailable` where the store did not answer. */
export const memoryStateSchema = z.enum(['used', 'none', 'unavailable']);

/** What the turn did to the profile, beside the reply. */
export const turnReportSchema = z
  .object({
    memory: memoryStateSchema,
    /** Entries that were added, confirmed, replaced or ended by this turn. */
    changes: z.array(changeSchema),
    refused: z.array(refusedChangeSchema),
    /** Why the model's output could not be read as the protocol asks; null where it could. */
    format_problem: z.string().nullable(),
    /** Sentences for a person: what did not work, and what that means. */
    notices: z.array(z.string()),
  })
  .meta({ id: 'TurnReport' });

export const usageSchema = z
  .object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
  })
  .meta({ id: 'Usage' });

const finishReasonSchema = z.enum(['stop', 'length']);

export const chatCompletionSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.literal(0),
        message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
        logprobs: z.null(),
        finish_reason: finishReasonSchema,
      }),
    ),
    usage: usageSchema,
    rlpa: turnReportSchema,
  })
  .meta({ id: 'ChatCompletion' });

/**
 * One event of a streamed answer. The one that ends the reply carries the report, and usage unless
 * `stream_options.include_usage` asks for a chunk of its own, without a choice; `[DONE]` follows.
 */
export const chatChunkSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion.chunk'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.literal(0),
        delta: z.object({
          role: z.literal('assistant').optional(),
          content: z.string().optional(),
        }),
        logprobs: z.null(),
        finish_reason: finishReasonSchema.nullable(),
      }),
    ),
    usage: usageSchema.nullish(),
    rlpa: turnReportSchema.optional(),
  })
  .meta({ id: 'ChatChunk' });

/** A conversation that was answered elsewhere; its last message is the person's, and is read for what it says. */
export const observeSchema = z
  .strictObject({ messages: z.array(chatMessageSchema).min(1).max(mostMessages) })
  .meta({ id: 'Observe' });

export const observedSchema = turnReportSchema.meta({ id: 'Observed' });

export const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int(),
    owned_by: z.string(),
    rlpa: z.object({
      /** What the profile is written by: the model's own output, or a second question after the reply. */
      profile_by: z.enum(['reply', 'after']),
      /** True where the model knows a closed list of words. */
      closed_vocabulary: z.boolean(),
      slots: z.array(z.object({ name: z.string(), kind: z.string(), multiple: z.boolean() })),
      /** What it can and cannot, for a person. */
      about: z.string(),
      /** Messages to begin with, in words that it knows; none where any text is read. */
      examples: z.array(z.string()),
    }),
  })
  .meta({ id: 'Model' });

export const modelListSchema = z
  .object({ object: z.literal('list'), data: z.array(modelSchema) })
  .meta({ id: 'ModelList' });

export type ChatMessage = z.infer<typeof chatMessageSchema>;
export type ChatRequestBody = z.infer<typeof chatRequestSchema>;
export type ChatCompletion = z.infer<typeof chatCompletionSchema>;
export type ChatChunk = z.infer<typeof chatChunkSchema>;
export type ModelList = z.infer<typeof modelListSchema>;
export type ModelDescription = z.infer<typeof modelSchema>;
export type RefusedChange = z.infer<typeof refusedChangeSchema>;
export type TurnReport = z.infer<typeof turnReportSchema>;
export type Observed = z.infer<typeof observedSchema>;
export type Usage = z.infer<typeof usageSchema>;
export type MemoryMode = z.infer<typeof memoryModeSchema>;
