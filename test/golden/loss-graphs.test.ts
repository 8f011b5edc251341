/** Loss graphs against numbers computed with torch 2.13: PPO and value loss with their gradients. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as engine from '../../src/engine/index.ts';
import { buildPpo } from '../../src/policy/graphs/losses.ts';
import { fixtureFolder } from './fixture.ts';

type Rows = readonly (readonly number[])[];

const reference = JSON.parse(
  fs.readFileSync(path.join(fixtureFolder, 'rl_reference.json'), 'utf8'),
) as {
  readonly clip: number;
  readonly old_logprobs: Rows;
  readonly new_logprobs: Rows;
  readonly ref_logprobs: Rows;
  readonly advantages: Rows;
  readonly mask: Rows;
  readonly old_values: Rows;
  readonly new_values: Rows;
  readonly returns: Rows;
  readonly policy_loss: number;
  readonly policy_grad: Rows;
  readonly value_loss: number;
  readonly value_grad: Rows;
  readonly kl_k3: number;
};

const flat = (rows: Rows): engine.Tensor => {
  const data = Float32Array.from(rows.flat());
  return { type: 'float32', shape: [data.length], data };
};
const maskTotal = reference.mask.flat().reduce((a, b) => a + b, 0);

async function runLoss(
  settings: { readonly klCoef: number; readonly valueCoef: number },
  wrt: 'logprobs' | 'values',
): Promise<{ loss: number; sums: Record<string, number>; gradient: number[] }> {
  const graph = engine.createGraph('loss');
  const logprobs = engine.input(graph, 'logprobs', 'float32', ['rows']);
  const values = engine.input(graph, 'values', 'float32', ['rows']);
  const loss = buildPpo(
    graph,
    {
      kind: 'ppo',
      scale: 1,
      clipEpsilon: reference.clip,
      entropyCoef: 0,
      valueClip: reference.clip,
      ...settings,
    },
    { logits: logprobs, logprobs, values },
  );
  engine.output(graph, 'loss', loss.loss);
  for (const [name, value] of Object.entries(loss.sums)) engine.output(graph, name, value);
  const [gradient] = engine.gradients(graph, loss.loss, [wrt === 'values' ? values : logprobs]);
  engine.output(graph, 'gradient', gradient!);
  const session = await engine.createSession(graph);
  const outputs = await session.run({
    logprobs: flat(reference.new_logprobs),
    values: flat(reference.new_values),
    weights: flat(reference.mask),
    advantages: flat(reference.advantages),
    behaviorLogprobs: flat(reference.old_logprobs),
    referenceLogprobs: flat(reference.ref_logprobs),
    returns: flat(reference.returns),
    oldValues: flat(reference.old_values),
    scale: { type: 'float32', shape: [], data: Float32Array.of(1 / maskTotal) },
  });
  await session.release();
  return {
    loss: Number(outputs['loss']!.data[0]),
    sums: Object.fromEntries(
      Object.keys(loss.sums).map((name) => [name, Number(outputs[name]!.data[0])]),
    ),
    gradient: Array.from(outputs['gradient']!.data, Number),
  };
}

function expectAllClose(actual: readonly number[], expected: Rows): void {
  expected.flat().forEach((value, index) => {
    expect(Math.abs(actual[index]! - value), `entry ${index}`).toBeLessThan(1e-5);
  });
}

describe('the PPO loss graph', () => {
  it('gives the reference policy loss and its gradient', async () => {
    const { loss, gradient } = await runLoss({ klCoef: 0, valueCoef: 0 }, 'logprobs');
    expect(loss).toBeCloseTo(reference.policy_loss, 5);
    expectAllClose(gradient, reference.policy_grad);
  });

  it('gives the reference clipped value loss and its gradient', async () => {
    const { sums, gradient } = await runLoss({ klCoef: 0, valueCoef: 1 }, 'values');
    expect(sums['value_loss']! / maskTotal).toBeCloseTo(reference.value_loss, 4);
    expectAllClose(gradient, reference.value_grad);
  });

  it('gives the reference k3 estimate of the KL to the reference model', async () => {
    const { sums } = await runLoss({ klCoef: 0.1, valueCoef: 0 }, 'logprobs');
    expect(sums['kl_to_reference']! / maskTotal).toBeCloseTo(reference.kl_k3, 5);
  });
});
