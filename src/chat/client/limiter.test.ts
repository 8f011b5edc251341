import { describe, expect, it } from 'vitest';
import { RateLimiter } from './limiter.ts';
import { createManualClock } from './testing/manual-clock.ts';

describe('the rate limiter', () => {
  it('lets so many requests through in any minute, in the order in which they came', async () => {
    const { clock, sleep, waits } = createManualClock();
    const limiter = new RateLimiter({ requestsPerMinute: 2, tokensPerMinute: null }, clock, sleep);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (number) => {
        await limiter.acquire(10);
        order.push(number);
      }),
    );
    expect(order).toEqual([1, 2, 3, 4, 5]);
    expect(waits).toEqual([60_000, 60_000]);
  });

  it('counts tokens, as estimated first and as used afterwards', async () => {
    const { clock, sleep, waits } = createManualClock();
    const limiter = new RateLimiter(
      { requestsPerMinute: null, tokensPerMinute: 100 },
      clock,
      sleep,
    );
    const correct = await limiter.acquire(90);
    correct(20);
    await limiter.acquire(80);
    expect(waits).toEqual([]);
    await limiter.acquire(1);
    expect(waits).toEqual([60_000]);
  });

  it('lets a request beyond the whole limit go alone instead of never', async () => {
    const { clock, sleep, waits } = createManualClock();
    const limiter = new RateLimiter(
      { requestsPerMinute: null, tokensPerMinute: 100 },
      clock,
      sleep,
    );
    await limiter.acquire(500);
    await limiter.acquire(10);
    expect(waits).toEqual([60_000]);
  });

  it('holds everybody back while the server wants a pause', async () => {
    const { clock, sleep, waits } = createManualClock();
    const limiter = new RateLimiter(
      { requestsPerMinute: null, tokensPerMinute: null },
      clock,
      sleep,
    );
    limiter.pause(3000);
    await limiter.acquire(1);
    await limiter.acquire(1);
    expect(waits).toEqual([3000]);
  });

  it('goes on with the next when one who waits is interrupted', async () => {
    const { clock, sleep } = createManualClock();
    const limiter = new RateLimiter({ requestsPerMinute: 1, tokensPerMinute: null }, clock, sleep);
    await limiter.acquire(1);
    const interrupted = AbortSignal.abort(new Error('stop'));
    await expect(limiter.acquire(1, interrupted)).rejects.toThrow('stop');
    await limiter.acquire(1);
  });
});
