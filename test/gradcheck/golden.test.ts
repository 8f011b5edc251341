/** A small forward and backward graph in print; a change here is a change of what is computed. */
import { expect, it } from 'vitest';
import * as op from '../../src/engine/index.ts';

it('prints a linear layer with a masked loss and its gradients', () => {
  const graph = op.createGraph('linear');
  const x = op.input(graph, 'x', 'float32', ['batch', 'tokens', 4]);
  const weight = op.input(graph, 'weight', 'float32', [3, 4]);
  const bias = op.input(graph, 'bias', 'float32', [3]);
  const scores = op.add(op.matmul(x, weight, { transposeB: true }), bias);
  const logprobs = op.logSoftmax(op.reshape(scores, ['batch*tokens', 3]));
  const targets = op.input(graph, 'targets', 'int32', ['batch*tokens', 1]);
  const lossMask = op.input(graph, 'lossMask', 'float32', ['batch*tokens', 1]);
  const picked = op.gatherElements(logprobs, targets, 1);
  const loss = op.neg(op.reduceSum(op.mul(picked, lossMask)));
  op.output(graph, 'loss', loss);
  const [dWeight, dBias] = op.gradients(graph, loss, [weight, bias]);
  op.output(graph, 'dWeight', dWeight as op.Value);
  op.output(graph, 'dBias', dBias as op.Value);
  expect(op.printGraph(graph)).toMatchInlineSnapshot(`
    "graph linear
      %0: float32[batch, tokens, 4] = input x
      %1: float32[3, 4] = input weight
      %2: float32[3] = input bias
      %3: float32[batch, tokens, 3] = matmul %0 %1 transposeA=false transposeB=true alpha=1
      %4: float32[batch, tokens, 3] = add %3 %2
      %5: float32[batch*tokens, 3] = reshape %4 dims=[batch*tokens, 3]
      %6: float32[batch*tokens, 3] = logSoftmax %5
      %7: int32[batch*tokens, 1] = input targets
      %8: float32[batch*tokens, 1] = input lossMask
      %9: float32[batch*tokens, 1] = gatherElements %6 %7 axis=1
      %10: float32[batch*tokens, 1] = mul %9 %8
      %11: float32[] = reduceSum %10 axes=[0, 1] keepDims=false
      %12: float32[] = neg %11
      %13: float32[] = constant {1}
      %14: float32[] = neg %13
      %15: float32[batch*tokens, 1] = mul %14 %8
      %16: float32[batch*tokens, 3] = softmax %5
      %17: float32[batch*tokens, 1] = neg %15
      %18: float32[batch*tokens, 3] = mul %16 %17
      %19: float32[batch*tokens, 3] = scatterElements %18 %7 %15 axis=1
      %20: float32[batch, tokens, 3] = reshapeLike %19 %4
      %21: float32[3] = reduceSum %20 axes=[0, 1] keepDims=false
      %22: float32[batch*tokens, 4] = reshape %0 dims=[batch*tokens, 4]
      %23: float32[3, 4] = matmul %19 %22 transposeA=true transposeB=false alpha=1
      outputs loss=%12 dWeight=%23 dBias=%21"
  `);
});
