/**
 * What this machine can do at best, through the same library: the two limits everything is a ratio to.
 *
 * 1. Product rate: 512 x 896 x 4864 in float32 with a constant (packed) weight, in GFLOP/s.
 * 2. Read bandwidth: the sum of a buffer far larger than the caches, in GB/s.
 * Both are medians; a benchmark measures them before and after itself, and takes the mean.
 */
import * as engine from '../dist/engine/index.js';
import { median } from './measure.mjs';

const [rows, inner, columns] = [512, 896, 4864];
const bufferFloats = 2 ** 28;

/** Measures both limits. */
export async function measureLimits(threads) {
  return { gemmGflops: await measureGemm(threads), readGbs: await measureBandwidth(threads) };
}

async function measureGemm(threads) {
  const graph = engine.createGraph('gemm');
  const x = engine.input(graph, 'x', 'float32', [rows, inner]);
  const w = engine.input(graph, 'w', 'float32', [inner, columns]);
  // One number comes back, so that copying the result is not part of the time.
  engine.output(graph, 'y', engine.reduceMax(engine.matmul(x, w)));
  const weight = { type: 'float32', shape: [inner, columns], data: fill(inner * columns) };
  const session = await engine.createSession(graph, { threads, weights: { w: weight } });
  const feeds = { x: { type: 'float32', shape: [rows, inner], data: fill(rows * inner) } };
  const seconds = await repeat(15, () => session.run(feeds));
  await session.release();
  return (2 * rows * inner * columns) / seconds / 1e9;
}

async function measureBandwidth(threads) {
  const graph = engine.createGraph('read');
  const x = engine.input(graph, 'x', 'float32', [1024, bufferFloats / 1024]);
  engine.output(graph, 'y', engine.reduceMax(x, [1]));
  const session = await engine.createSession(graph, { threads });
  const shape = [1024, bufferFloats / 1024];
  const feeds = { x: { type: 'float32', shape, data: new Float32Array(bufferFloats).fill(1) } };
  const seconds = await repeat(7, () => session.run(feeds));
  await session.release();
  return (4 * bufferFloats) / seconds / 1e9;
}

async function repeat(times, work) {
  await work();
  const seconds = [];
  for (let round = 0; round < times; round += 1) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

function fill(count) {
  return Float32Array.from({ length: count }, (_, index) => ((index * 7919) % 1000) / 1000 - 0.5);
}
