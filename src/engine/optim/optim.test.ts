import { describe, expect, it } from 'vitest';
import { EngineError } from '../../base/index.ts';
import { AdamW, learningRateAt } from './index.ts';
import type { AdamWSettings } from './index.ts';

const settings: AdamWSettings = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.5,
  gradClipNorm: 0,
};

describe('AdamW', () => {
  it('moves by the learning rate against the sign of the gradient at first, after decay', () => {
    const weight = Float32Array.of(1, -2);
    new AdamW({ weight }).step({ weight: Float32Array.of(3, -0.01) }, settings);
    expect(weight[0]).toBeCloseTo(1 * 0.95 - 0.1, 6);
    expect(weight[1]).toBeCloseTo(-2 * 0.95 + 0.1, 6);
  });

  it('returns the norm before clipping, and ignores a common scale of clipped gradients', () => {
    const run = (factor: number): Float32Array => {
      const weight = Float32Array.of(1, 1);
      const optimizer = new AdamW({ weight });
      for (const g of [1, -0.5, 0.25]) {
        const gradient = Float32Array.of(3 * factor * g, 4 * factor * g);
        const { gradNorm } = optimizer.step(
          { weight: gradient },
          { ...settings, gradClipNorm: 0.1 },
        );
        expect(gradNorm).toBeCloseTo(5 * factor * Math.abs(g), 3);
      }
      return weight;
    };
    const [a, b] = [run(1), run(8)];
    expect(a[0]).toBeCloseTo(b[0]!, 5);
    expect(a[1]).toBeCloseTo(b[1]!, 5);
  });

  it('continues bit for bit from a saved state', () => {
    const gradientAt = (t: number): Float32Array => Float32Array.of(Math.sin(t), Math.cos(t));
    const whole = Float32Array.of(0.3, 0.7);
    const first = new AdamW({ whole });
    for (let t = 0; t < 3; t += 1) first.step({ whole: gradientAt(t) }, settings);
    const copy = Float32Array.from(whole);
    const second = new AdamW({ whole: copy });
    second.restore(first.state());
    for (let t = 3; t < 6; t += 1) {
      first.step({ whole: gradientAt(t) }, settings);
      second.step({ whole: gradientAt(t) }, settings);
    }
    expect([...copy]).toEqual([...whole]);
  });

  it('refuses a gradient that is not finite and leaves the weights alone', () => {
    const weight = Float32Array.of(1, 2);
    const optimizer = new AdamW({ weight });
    expect(() => optimizer.step({ weight: Float32Array.of(1, Number.NaN) }, settings)).toThrow(
      EngineError,
    );
    expect([...weight]).toEqual([1, 2]);
    expect(optimizer.updates).toBe(0);
  });

  it('uses the learning rate given for a single parameter', () => {
    const [slow, fast] = [Float32Array.of(0), Float32Array.of(0)];
    const gradients = { slow: Float32Array.of(1), fast: Float32Array.of(1) };
    new AdamW({ slow, fast }).step(gradients, { ...settings, learningRates: { fast: 0.5 } });
    expect(slow[0]).toBeCloseTo(-0.1, 6);
    expect(fast[0]).toBeCloseTo(-0.5, 6);
  });
});

describe('learning-rate schedule', () => {
  it('grows over the warm-up and then stays constant', () => {
    const schedule = { kind: 'constant', learningRate: 2, warmupUpdates: 4 } as const;
    expect([0, 1, 3, 4, 99].map((t) => learningRateAt(schedule, t))).toEqual([0.5, 1, 2, 2, 2]);
  });

  it('falls linearly from where the decay begins to the final share', () => {
    const schedule = {
      kind: 'linear',
      learningRate: 1,
      totalUpdates: 20,
      decayFrom: 10,
      finalShare: 0.1,
    } as const;
    expect(learningRateAt(schedule, 10)).toBe(1);
    expect(learningRateAt(schedule, 15)).toBeCloseTo(0.55, 12);
    expect(learningRateAt(schedule, 50)).toBeCloseTo(0.1, 12);
  });

  it('falls along half a cosine', () => {
    const schedule = { kind: 'cosine', learningRate: 1, totalUpdates: 8 } as const;
    expect(learningRateAt(schedule, 4)).toBeCloseTo(0.5, 12);
    expect(learningRateAt(schedule, 8)).toBeCloseTo(0, 12);
  });
});
