/** What is told of a request that failed for good: what happened, why it ended there, what to do. */
import { ProviderError } from '../../base/index.ts';
import { failureRules, type CallFailure } from './failures.ts';
import type { CallLimits, ModelAddress, SetUpBy } from './settings.ts';

/** Why a request is not tried again. `told_at_once`: it may pass, but somebody waits for it. */
export type GiveUpReason =
  'no_use' | 'told_at_once' | 'no_tries_left' | 'no_time_left' | 'wait_too_long';

export type GivenUp = {
  readonly failure: CallFailure;
  readonly tries: number;
  readonly reason: GiveUpReason;
  /** Seconds the server wants to be left alone, where that is the reason. */
  readonly askedSeconds?: number;
  /** Seconds after which the server would take another request, where it says so. */
  readonly retryAfterSeconds?: number;
  readonly endpoint: ModelAddress;
  readonly setUpBy: SetUpBy;
  readonly role: string;
  readonly limits: CallLimits;
};

/** Describes it. Fatal where every further request would fail the same way. */
export function describeGivenUp(end: GivenUp): ProviderError {
  const { failure, tries, role, endpoint, setUpBy } = end;
  const { kind, status, target, mismatch } = failure;
  const { fatalAdvice } = failureRules[kind];
  const happened = [
    kind.replaceAll('_', ' '),
    ...(target === null || kind !== 'redirected' ? [] : [`to ${target}`]),
    ...(status === null ? [] : [`status ${status}`]),
    ...(mismatch === null ? [] : [mismatch]),
  ].join(', ');
  return new ProviderError(
    kind,
    `The model ${endpoint.model} (${role}) gave no reply: ${happened}, after ${tries} ${tries === 1 ? 'try' : 'tries'}${explainEnd(end)}.`,
    {
      details: {
        ...{ kind, status, tries, role, reason: end.reason },
        ...(end.retryAfterSeconds === undefined
          ? {}
          : { retryAfterSeconds: end.retryAfterSeconds }),
      },
      isFatal: fatalAdvice !== undefined,
      hint: fatalAdvice?.(setUpBy) ?? adviceOf(end),
    },
  );
}

function explainEnd({ failure, reason, askedSeconds, limits }: GivenUp): string {
  const { longestWaitSeconds, totalSeconds, longestReplyBytes } = limits;
  if (failure.kind === 'too_large') return `: more than ${longestReplyBytes} bytes`;
  switch (reason) {
    case 'wait_too_long':
      return `: the server asks to wait ${askedSeconds} s, at most ${longestWaitSeconds} are waited`;
    case 'no_time_left':
      return `: the ${totalSeconds} s for all tries together are over`;
    case 'no_tries_left':
    case 'told_at_once':
    case 'no_use':
      return '';
  }
}

function adviceOf(end: GivenUp): string {
  if (end.failure.kind === 'too_large') {
    return 'Something other than a model may answer there; else raise models.limits.longestReplyBytes.';
  }
  switch (end.reason) {
    case 'wait_too_long':
      return 'Come back later (what was done is saved), or raise models.limits.longestWaitSeconds.';
    case 'no_time_left':
      return 'Check the server, or raise models.limits.totalSeconds.';
    case 'no_tries_left':
      return 'Check the server, or raise models.limits.retries.';
    case 'told_at_once':
      return adviceToWhoWaits(end);
    case 'no_use':
      return 'Check what the server accepts: the same request would fail again.';
  }
}

function adviceToWhoWaits({ failure, retryAfterSeconds, setUpBy }: GivenUp): string {
  const { address, toGoOn } = setUpBy;
  const when = retryAfterSeconds === undefined ? 'later' : `in ${retryAfterSeconds} s`;
  switch (failure.kind) {
    case 'rate_limited':
      return `The server takes no more requests for now: ${toGoOn} ${when}.`;
    case 'malformed':
      return `Something other than a model may answer there: check ${address} (it ends with /v1 on most servers).`;
    case 'connection':
      return `Check that the server runs and that ${address} names its address, then ${toGoOn}.`;
    default:
      return `It may pass: check the server, and ${toGoOn} ${when}.`;
  }
}
