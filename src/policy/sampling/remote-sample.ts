/** `sample` between threads: the signal and the tokens go with the call as aborts and events. */
import type { SampledToken, SampleOptions, SampleRequest, SampleResult } from '../backend.ts';
import type { WorkerCaller, WorkerMethod } from '../threads/worker-calls.ts';

type SampleMethod = (
  requests: readonly SampleRequest[],
  options?: SampleOptions,
) => Promise<readonly SampleResult[]>;

type TokenEvent = readonly [index: number, token: SampledToken];

/** Calls `sample` in another thread; tokens are sent only where somebody listens. */
export function callSample(caller: WorkerCaller): SampleMethod {
  return async (requests, { signal, onToken } = {}) => {
    const onEvent = onToken && ((event: unknown): void => onToken(...(event as TokenEvent)));
    const args = [requests, onToken !== undefined];
    const results = await caller.call('sample', args, { signal, onEvent });
    return results as readonly SampleResult[];
  };
}

/** Answers such calls. */
export function answerSample(sampler: { readonly sample: SampleMethod }): WorkerMethod {
  return ([requests, isHeard], { signal, emit }) => {
    const onToken = (...event: TokenEvent): void => emit(event);
    return sampler.sample(requests as readonly SampleRequest[], {
      signal,
      ...(isHeard === true ? { onToken } : {}),
    });
  };
}
