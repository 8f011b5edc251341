/** What a turn of a served chat is made of, from the request to what is kept of it. */
import type { RefusedChange, TurnReport, Usage } from '../../api/index.ts';
import type { SamplingOptions, StreamedReply } from '../../chat/index.ts';
import type {
  BareEntry,
  ProfileStore,
  Proposal,
  StoredConversation,
  TurnRecord,
} from '../../memory/index.ts';
import type { Profile } from '../../profile/index.ts';
import type { Conversation } from './conversation.ts';

export type TurnRequest = {
  /** Null for nobody in particular: nothing is read and nothing kept. */
  readonly user: string | null;
  readonly memory: boolean;
  readonly conversation: Conversation;
  /** In place of the model's own. */
  readonly sampling?: Partial<SamplingOptions>;
  /** Of what is sampled; drawn where it is left out. */
  readonly seed?: number | undefined;
};

export type TurnHooks = {
  /** Takes the reply piece by piece. */
  readonly onText: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
};

export type TurnResult = {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly usage: Usage;
  readonly report: TurnReport;
};

/** What happened, for counters; without a word of anybody. */
export type EngineEvent =
  | { readonly kind: 'format_problem' }
  | { readonly kind: 'answered_without_protocol' }
  | { readonly kind: 'asked_again' }
  | { readonly kind: 'changes_unreadable' }
  | { readonly kind: 'store_failed'; readonly at: 'read' | 'write' }
  | { readonly kind: 'changed'; readonly count: number }
  | { readonly kind: 'refused'; readonly reason: RefusedChange['reason'] }
  | { readonly kind: 'store_ms'; readonly milliseconds: number };

/** What the store gave for a turn. */
export type Memory = {
  readonly user: string;
  readonly store: ProfileStore;
  readonly entries: readonly BareEntry[];
  readonly profile: Profile;
  readonly stored: StoredConversation | null;
  readonly saidAt: string;
};

/** A turn as the model is shown it again. */
export type KnownExchange = {
  readonly message: string;
  readonly note: string;
  readonly output: string;
  readonly response: string;
};

export type Written = {
  readonly reply: string;
  readonly finishReason: 'stop' | 'length';
  readonly usage: Usage;
  readonly proposals: readonly Proposal[];
  readonly formatProblem: string | null;
  /** What is kept of the turn for the next one. */
  readonly kept: Pick<TurnRecord, 'message' | 'note' | 'output' | 'profileAfter'>;
  /** Keeps or drops what the model holds of the conversation, once the turn has a name. */
  settle(turnId: string | null): Promise<void>;
};

export const emptyUsage: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

export function countUsage({
  promptTokens: prompt,
  completionTokens: completion,
}: StreamedReply): Usage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

export function addUsage(first: Usage, second: Usage): Usage {
  return {
    prompt_tokens: first.prompt_tokens + second.prompt_tokens,
    completion_tokens: first.completion_tokens + second.completion_tokens,
    total_tokens: first.total_tokens + second.total_tokens,
  };
}
