/**
 * The profile as tools of the Model Context Protocol: search, read, propose.
 *
 * A host that holds the conversation itself asks for what is known and proposes what it heard. The rules are
 * those of a chat: nothing is noted without the person's own words, which the host hands over as they were
 * written.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { leastPromptTokens, longestValue, userIdSchema, type Entry } from '../../api/index.ts';
import { RlpaError, type Clock } from '../../base/index.ts';
import {
  createId,
  renderPromptText,
  searchEntries,
  type ProfileStore,
} from '../../memory/index.ts';
import type { ProfileSchema } from '../../profile/index.ts';
import { RequestError } from '../errors.ts';

export type ProfileToolsOptions = {
  readonly store: ProfileStore;
  readonly schema: ProfileSchema;
  readonly clock: Pick<Clock, 'timestamp'>;
  readonly version: string;
  /** The only person these tools speak of; null where every call names one. */
  readonly user: string | null;
  /** Throws where the caller may not read or write this person's profile. */
  readonly authorise: (kind: 'read' | 'write', user: string) => void;
};

/** Tools that answer over a transport of the SDK, whose own types need those of a browser. */
export type ProfileTools = {
  connect(transport: object): Promise<void>;
  close(): Promise<void>;
};

type ToolInput = Readonly<Record<string, unknown>>;

type ToolResult = {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
};

const limitSchema = z.int().min(1).max(50).default(10);
const tokensSchema = z.int().min(leastPromptTokens).max(8000).default(512);

/** Creates the server that a transport is connected to. */
export function createProfileTools(options: ProfileToolsOptions): ProfileTools {
  const { store, schema, user: only } = options;
  const server = new McpServer({ name: 'rlpa', version: options.version });
  const who: Readonly<Record<string, z.ZodType>> =
    only === null ? { user: userIdSchema.describe('Id of the person.') } : {};
  const choose = (kind: 'read' | 'write', input: { readonly user?: unknown }): string => {
    const user = only ?? String(input.user ?? '');
    options.authorise(kind, user);
    return user;
  };

  server.registerTool(
    'search_profile',
    {
      description: 'Finds what is known of the person that has to do with a question.',
      inputSchema: { ...who, query: z.string().min(1).max(1000), limit: limitSchema },
      annotations: { readOnlyHint: true },
    },
    (input: ToolInput) =>
      answer(async () => {
        const { query, limit } = input as unknown as {
          readonly query: string;
          readonly limit: number;
        };
        const { entries } = await store.readProfile(choose('read', input));
        const found = searchEntries(entries, query).slice(0, limit);
        return { entries: found.map(describeEntry) };
      }),
  );

  server.registerTool(
    'get_profile',
    {
      description: 'The whole profile of the person as text for a prompt, the surest first.',
      inputSchema: { ...who, max_tokens: tokensSchema },
      annotations: { readOnlyHint: true },
    },
    (input: ToolInput) =>
      answer(async () => {
        const { entries } = await store.readProfile(choose('read', input));
        const { max_tokens: maxTokens } = input as unknown as { readonly max_tokens: number };
        const nowMs = Date.parse(options.clock.timestamp());
        return { profile: renderPromptText(entries, { maxTokens, nowMs }) };
      }),
  );

  server.registerTool(
    'propose_change',
    {
      description:
        'Proposes one change to the profile. It is made only where the message of the person, word for word, says so.',
      inputSchema: {
        ...who,
        kind: z.enum(['set', 'retract']),
        slot: z
          .string()
          .max(64)
          .describe(`One of: ${schema.slots.map(({ name }) => name).join(', ')}.`),
        value: z.string().min(1).max(longestValue).describe('In the words of the message.'),
        message: z
          .string()
          .min(1)
          .max(20_000)
          .describe("The person's own message that says so, word for word."),
      },
    },
    (input: ToolInput) =>
      answer(async () => {
        const { kind, slot, value, message } = input as unknown as {
          readonly kind: 'set' | 'retract';
          readonly slot: string;
          readonly value: string;
          readonly message: string;
        };
        const user = choose('write', input);
        const said = { messageId: createId('m'), text: message, saidAt: store.now() };
        const proposals = [{ kind, slot, value }];
        const made = await store.propose(user, { said: [said], proposals, model: 'mcp' }, schema);
        return {
          changes: made.changes.map(({ kind: what, entry }) => ({
            kind: what,
            entry: entry === null ? null : describeEntry(entry),
          })),
          refused: made.refused,
        };
      }),
  );
  return {
    connect: (transport) => server.connect(transport as Parameters<typeof server.connect>[0]),
    close: () => server.close(),
  };
}

function describeEntry({ id, slot, value, status, confirmed_at, evidence }: Entry): object {
  return { id, slot, value, status, confirmed_at, quote: evidence.at(-1)?.quote ?? null };
}

async function answer(work: () => Promise<Record<string, unknown>>): Promise<ToolResult> {
  try {
    const result = await work();
    const text = typeof result['profile'] === 'string' ? result['profile'] : JSON.stringify(result);
    return { content: [{ type: 'text', text }], structuredContent: result };
  } catch (error) {
    if (!(error instanceof RequestError || error instanceof RlpaError)) throw error;
    return { content: [{ type: 'text', text: error.message }], isError: true };
  }
}
