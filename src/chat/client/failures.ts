/**
 * Why a request brought no reply, and what each reason means for the next try, the books and the run.
 */
import type { SetUpBy } from './settings.ts';
import type { TokenUsage } from './tokens.ts';

export const failureKinds = [
  'rate_limited',
  'server_error',
  'timeout',
  'connection',
  'malformed',
  'too_large',
  'redirected',
  'unauthorised',
  'not_found',
  'quota',
  'refused',
] as const;

export type FailureKind = (typeof failureKinds)[number];

export type FailureRule = {
  /** May pass by itself, so the request is tried again. */
  readonly mayPass?: true;
  /** The server has probably done the work, so the most it can have used is booked. */
  readonly mayBeCharged?: true;
  /** What to do, where every further request would fail the same way. */
  readonly fatalAdvice?: (setUpBy: SetUpBy) => string;
};

export const failureRules: Readonly<Record<FailureKind, FailureRule>> = {
  rate_limited: { mayPass: true },
  server_error: { mayPass: true },
  timeout: { mayPass: true, mayBeCharged: true },
  connection: { mayPass: true, mayBeCharged: true },
  malformed: { mayPass: true, mayBeCharged: true },
  too_large: { mayBeCharged: true },
  redirected: {
    fatalAdvice: ({ address }) =>
      `Requests are never passed on. If the model is there, set ${address} to that address (it ends with /v1 on most servers).`,
  },
  unauthorised: {
    fatalAdvice: ({ key }) => `The server refused the key, or asks for one: check ${key}.`,
  },
  not_found: {
    fatalAdvice: ({ address }) =>
      `Check ${address} (it ends with /v1 on most servers) and the name of the model.`,
  },
  quota: {
    fatalAdvice: ({ toGoOn }) => `The account's quota is used up. When there is more, ${toGoOn}.`,
  },
  refused: {},
};

/** Why one request brought no reply. Holds nothing that a person wrote, and no key. */
export class CallFailure extends Error {
  readonly kind: FailureKind;
  readonly status: number | null;
  /** Value of the Retry-After header. */
  readonly retryAfter: string | null;
  /** Scheme and host that a redirect points at; null when there is none, or none that can be read. */
  readonly target: string | null;
  /** What the server says it used, where a reply could not be read; null when unknown. */
  readonly usage: TokenUsage | null;
  /** What was expected and what came, where it can be told; null elsewhere. */
  readonly mismatch: string | null;

  constructor(
    kind: FailureKind,
    rest: {
      readonly status?: number | null;
      readonly retryAfter?: string | null;
      readonly target?: string | null;
      readonly usage?: TokenUsage | null;
      readonly mismatch?: string | null;
    } = {},
  ) {
    super(kind);
    this.kind = kind;
    this.status = rest.status ?? null;
    this.retryAfter = rest.retryAfter ?? null;
    this.target = rest.target ?? null;
    this.usage = rest.usage ?? null;
    this.mismatch = rest.mismatch ?? null;
  }
}
