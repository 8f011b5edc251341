/**
 * Memory around any model of the Vercel AI SDK: `wrapLanguageModel({ model, middleware })`.
 *
 * Before a call the person's profile is put in front of the prompt; beside the call the server reads the
 * person's message and notes what it says of them. Tools, files and the rest of a call pass through.
 * A server that does not answer in time costs memory, never the call: `onError` hears of it.
 */
import type { Client } from './client.ts';

export type MemoryOptions = {
  readonly client: Client;
  /** Who speaks. */
  readonly user: string;
  /** Longest profile in the prompt; 512 by default. */
  readonly maxTokens?: number;
  /** False to read the profile and learn nothing. */
  readonly learns?: boolean;
  /** Longest wait for the profile before a call, and for the notes beside it; 10,000 by default. */
  readonly timeoutMs?: number;
  readonly onError?: (error: unknown) => void;
};

/** A message of the SDK, as far as it is looked at. */
type PromptMessage = {
  readonly role: string;
  readonly content: unknown;
};

type Call<Params> = { readonly params: Params };

/** Of a call, as far as the middleware looks at it. */
export type MemoryCallParams = {
  readonly prompt: readonly unknown[];
  readonly abortSignal?: AbortSignal | undefined;
};

/** The shape of the SDK's `LanguageModelMiddleware`, without the SDK. */
export type MemoryMiddleware = {
  readonly specificationVersion: 'v3';
  transformParams<Params extends MemoryCallParams>(call: Call<Params>): Promise<Params>;
  wrapGenerate<Result>(
    call: Call<MemoryCallParams> & { doGenerate(): PromiseLike<Result> },
  ): Promise<Result>;
  wrapStream<Result>(
    call: Call<MemoryCallParams> & { doStream(): PromiseLike<Result> },
  ): Promise<Result>;
};

/** Creates the middleware. */
export function createMemoryMiddleware(options: MemoryOptions): MemoryMiddleware {
  const { client, user, maxTokens = 512, learns = true, timeoutMs = 10_000 } = options;
  const profile = client.user(user);
  const report = options.onError ?? ((): void => undefined);
  const limit = ({ abortSignal }: MemoryCallParams): AbortSignal =>
    AbortSignal.any([
      AbortSignal.timeout(timeoutMs),
      ...(abortSignal === undefined ? [] : [abortSignal]),
    ]);
  const learn = async (params: MemoryCallParams): Promise<void> => {
    const { prompt } = params;
    const messages = readMessages(prompt as readonly PromptMessage[]);
    if (!learns || messages.at(-1)?.role !== 'user') return;
    await profile.observe(messages, { signal: limit(params) }).catch(report);
  };
  return {
    specificationVersion: 'v3',
    async transformParams({ params }) {
      const asked = { maxTokens, signal: limit(params) };
      const text = await profile.promptText(asked).catch((error: unknown) => {
        report(error);
        return '';
      });
      if (text === '') return params;
      return { ...params, prompt: [{ role: 'system', content: text }, ...params.prompt] };
    },
    async wrapGenerate({ doGenerate, params }) {
      const [result] = await Promise.all([doGenerate(), learn(params)]);
      return result;
    },
    async wrapStream({ doStream, params }) {
      void learn(params);
      return doStream();
    },
  };
}

/** Texts of the person and the assistant; the profile that was put in front is none of them. */
function readMessages(
  prompt: readonly PromptMessage[],
): { role: 'user' | 'assistant'; content: string }[] {
  return prompt.flatMap(({ role, content }) => {
    if (role !== 'user' && role !== 'assistant') return [];
    const text = Array.isArray(content)
      ? (content as readonly { readonly type?: string; readonly text?: string }[])
          .flatMap((part) => (part.type === 'text' && part.text !== undefined ? [part.text] : []))
          .join('\n')
      : String(content);
    return text.trim() === '' ? [] : [{ role, content: text }];
  });
}
