/**
 * Where a model is reached, what it costs, and how hard it may be asked.
 *
 * Plain data, so that it can stand in a configuration file and in a run's record. A key is not part
 * of it: whoever creates the client hands the key over apart. The ranges stand in `ranges.ts`.
 */

/** Money per million tokens, in whatever currency the prices are given. */
export type Prices = { readonly prompt: number; readonly completion: number };

export type ModelAddress = {
  /** Up to and including the version: `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly prices: Prices;
};

/** What a person set a model up by, in the words of an advice. */
export type SetUpBy = {
  readonly address: string;
  readonly key: string;
  /** What to do once the server answers again. */
  readonly toGoOn: string;
};

/** A model of the settings, whose work is saved. */
export const setUpBySettings: SetUpBy = {
  address: 'baseUrl',
  key: 'the variable that apiKeyEnv names',
  toGoOn: 'continue with --resume: what was done is saved',
};

export type EndpointSettings = ModelAddress & {
  /** Field that bounds the reply; OpenAI's newer models take the second only. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
};

export type CallLimits = {
  /** Requests sent in any 60 seconds; null for no limit. */
  readonly requestsPerMinute: number | null;
  /** Prompt and completion tokens in any 60 seconds; null for no limit. */
  readonly tokensPerMinute: number | null;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Seconds a request may take, its body included. Range: up to a day. */
  readonly timeoutSeconds: number;
  /** Bytes of the longest reply that is read; a longer one is cut off and counts as failed. */
  readonly longestReplyBytes: number;
  /** Further tries of a request that failed in passing. */
  readonly retries: number;
  /** Seconds before the first further try; doubled for each one after it. Range: up to a day. */
  readonly firstWaitSeconds: number;
  /** Longest wait; a server that asks for more is not asked again. Range: up to a day. */
  readonly longestWaitSeconds: number;
  /** Seconds after the first try of a request within which a further one may begin. Range: up to a day. */
  readonly totalSeconds: number;
  /** Requests in a row that failed for good after which the server counts as gone. */
  readonly failuresInARow: number;
};

/** What all calls together may use; null for no bound. */
export type CallBudget = {
  /** Requests sent, further tries included. */
  readonly calls: number | null;
  /** Prompt and completion tokens. */
  readonly tokens: number | null;
  /** In the currency of the prices. */
  readonly money: number | null;
};

export const defaultCallLimits: CallLimits = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrency: 8,
  timeoutSeconds: 120,
  longestReplyBytes: 8_388_608,
  retries: 4,
  firstWaitSeconds: 1,
  longestWaitSeconds: 60,
  totalSeconds: 900,
  failuresInARow: 20,
};

export const unlimitedBudget: CallBudget = { calls: null, tokens: null, money: null };
