/**
 * The engine's KL term against a policy over two tokens solved by hand.
 *
 * With logits (x, 0), p = sigmoid(x) and a reference q, the derivative of KL(policy || reference) in x is
 * p (1 - p) (ln(p / q) - ln((1 - p) / (1 - q))). A batch in which each token stands as often as the
 * behaviour policy draws it gives it exactly. (k3 by itself would give p - q, the derivative of
 * KL(reference || policy).)
 */
import { describe, expect, it } from 'vitest';
import * as engine from '../../src/engine/index.ts';
import { buildPpo, buildTokenLogprobs } from '../../src/policy/graphs/losses.ts';

type Case = { readonly policy: number; readonly behavior: number; readonly reference: number };

const floats = (data: readonly number[], shape: readonly number[]): engine.Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(data),
});

/** Mean loss of the KL term alone over four tokens, and its derivative in the first token's logit. */
async function solve({
  policy,
  behavior,
  reference,
}: Case): Promise<{ loss: number; slope: number }> {
  const graph = engine.createGraph('kl');
  const logits = engine.input(graph, 'logits', 'float32', ['rows', 2]);
  const targets = engine.input(graph, 'targets', 'int32', ['rows']);
  const { loss } = buildPpo(
    graph,
    {
      ...{ kind: 'ppo', scale: 1, clipEpsilon: 0.2, klCoef: 1 },
      ...{ entropyCoef: 0, valueCoef: 0, valueClip: 0 },
    },
    { logits, logprobs: buildTokenLogprobs(logits, targets) },
  );
  const [gradient] = engine.gradients(graph, loss, [logits]);
  engine.output(graph, 'loss', loss);
  engine.output(graph, 'gradient', gradient!);
  const session = await engine.createSession(graph);
  const tokens = [0, 1, 2, 3].map((index) => (index < behavior * 4 ? 0 : 1));
  const logOf = (p: number): number[] => tokens.map((token) => Math.log(token === 0 ? p : 1 - p));
  const x = Math.log(policy / (1 - policy));
  const outputs = await session.run({
    logits: floats(
      tokens.flatMap(() => [x, 0]),
      [4, 2],
    ),
    targets: { type: 'int32', shape: [4], data: Int32Array.from(tokens) },
    weights: floats([1, 1, 1, 1], [4]),
    advantages: floats([0, 0, 0, 0], [4]),
    behaviorLogprobs: floats(logOf(behavior), [4]),
    referenceLogprobs: floats(logOf(reference), [4]),
    scale: floats([0.25], []),
  });
  await session.release();
  const slopes = Array.from(outputs['gradient']!.data, Number);
  const slope = slopes.reduce((sum, value, index) => sum + (index % 2 === 0 ? value : 0), 0);
  return { loss: Number(outputs['loss']!.data[0]), slope };
}

describe('the KL term of the PPO graph', () => {
  it.each<Case>([
    { policy: 0.75, behavior: 0.75, reference: 0.5 },
    { policy: 0.75, behavior: 0.5, reference: 0.25 },
    { policy: 0.75, behavior: 0.25, reference: 0.25 },
    { policy: 0.25, behavior: 0.75, reference: 0.125 },
  ])('has value and gradient of KL(policy || reference): %o', async (given) => {
    const { policy: p, reference: q } = given;
    const [first, second] = [Math.log(p / q), Math.log((1 - p) / (1 - q))];
    const { loss, slope } = await solve(given);
    expect(loss).toBeCloseTo(p * first + (1 - p) * second, 6);
    expect(slope).toBeCloseTo(p * (1 - p) * (first - second), 6);
  });
});
