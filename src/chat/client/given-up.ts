/** What is told of a request that failed for good: what happened, why it ended there, what to do. */
import { ProviderError } from '../../base/index.ts';
import { failureRules, type CallFailure } from './failures.ts';
import type { CallLimits, ModelAddress } from './settings.ts';

/** Why a request is not tried again. */
export type GiveUpReason = 'no_use' | 'no_tries_left' | 'no_time_left' | 'wait_too_long';

export type GivenUp = {
  readonly failure: CallFailure;
  readonly tries: number;
  readonly reason: GiveUpReason;
  /** Seconds the server wants to be left alone, where that is the reason. */
  readonly askedSeconds?: number;
  /** Seconds after which the server would take another request, where it says so. */
  readonly retryAfterSeconds?: number;
  readonly endpoint: ModelAddress;
  readonly role: string;
  readonly limits: CallLimits;
};

/** Describes it. Fatal where every further request would fail the same way. */
export function describeGivenUp(end: GivenUp): ProviderError {
  const { failure, tries, role, endpoint } = end;
  const { kind, status, target } = failure;
  const { fatalAdvice } = failureRules[kind];
  const happened = [
    kind.replaceAll('_', ' '),
    ...(target === null || kind !== 'redirected' ? [] : [`to ${target}`]),
    ...(status === null ? [] : [`status ${status}`]),
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
      hint: fatalAdvice ?? adviceOf(end),
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
    case 'no_use':
      return '';
  }
}

function adviceOf({ failure, reason }: GivenUp): string {
  if (failure.kind === 'too_large') {
    return 'Something other than a model may answer there; else raise models.limits.longestReplyBytes.';
  }
  switch (reason) {
    case 'wait_too_long':
      return 'Come back later (what was done is saved), or raise models.limits.longestWaitSeconds.';
    case 'no_time_left':
      return 'Check the server, or raise models.limits.totalSeconds.';
    case 'no_tries_left':
      return 'Check the server, or raise models.limits.retries.';
    case 'no_use':
      return 'Check what the server accepts: the same request would fail again.';
  }
}
