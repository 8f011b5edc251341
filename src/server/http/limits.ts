/** How much one key and one person may ask: requests in any minute, answers at once, bytes of a body. */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { RequestError } from '../errors.ts';
import type { Caller } from './keys.ts';

export type RequestLimits = {
  /** Of one key, where the key names no limit of its own; null for no limit. */
  readonly requestsPerMinute: number | null;
  /** Chat messages of one person; null for no limit. */
  readonly messagesPerMinute: number | null;
  /** Replies that are written at once; more are turned away. */
  readonly concurrentChats: number;
  /** Longest body. */
  readonly bodyBytes: number;
};

export const defaultRequestLimits: RequestLimits = {
  requestsPerMinute: null,
  messagesPerMinute: 120,
  concurrentChats: 512,
  bodyBytes: 4 * 1024 * 1024,
};

export type RateLimits = {
  /** Throws `RequestError` 429 where the key asked too often. */
  countRequest(caller: Caller): Promise<void>;
  /** Throws `RequestError` 429 where the person wrote too often. */
  countMessage(caller: Caller, user: string): Promise<void>;
};

/** Creates the limits of one server; several servers count each for itself. */
export function createRateLimits(limits: RequestLimits): RateLimits {
  const limiters = new Map<number, RateLimiterMemory>();
  const consume = async (key: string, points: number | null): Promise<void> => {
    if (points === null) return;
    const limiter = limiters.get(points) ?? new RateLimiterMemory({ points, duration: 60 });
    limiters.set(points, limiter);
    try {
      await limiter.consume(key);
    } catch (rejection) {
      if (rejection instanceof Error) throw rejection;
      const { msBeforeNext = 60_000 } = rejection as { readonly msBeforeNext?: number };
      const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
      throw new RequestError(429, 'rate_limit_error', {
        code: 'rate_limit_exceeded',
        message: `More than ${points} requests in a minute. Try again in ${seconds} s.`,
        retryAfterSeconds: seconds,
      });
    }
  };
  return {
    countRequest: ({ name, requestsPerMinute }) =>
      consume(`key/${name}`, requestsPerMinute ?? limits.requestsPerMinute),
    countMessage: ({ name }, user) => consume(`user/${name}/${user}`, limits.messagesPerMinute),
  };
}
