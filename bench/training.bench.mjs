/** Training steps: full at the small sizes, LoRA at the Qwen2.5 sizes, as a share of the product rate. */
import { ensureModel } from './make-model.mjs';
import { adam, countStepFlops, drawIds, median, openBackend, time } from './measure.mjs';
import { sizes } from './sizes.mjs';

function createCase({
  name,
  size,
  sequences,
  tokens,
  loraRank = 0,
  runs = 5,
  isLarge = false,
  ...options
}) {
  const kind = loraRank > 0 ? `LoRA r=${loraRank}` : 'full';
  const about = `${kind} step, ${size}, ${sequences}x${tokens} tokens`;
  const run = async ({ threads }) => {
    const model = { kind: 'folder', path: ensureModel(size) };
    const lora = loraRank > 0 ? { lora: { rank: loraRank, alpha: 2 * loraRank } } : {};
    const start = performance.now();
    const backend = openBackend(model, { threads, ...lora, ...options });
    const loadSeconds = (performance.now() - start) / 1000;
    const batch = Array.from({ length: sequences }, (_, row) => ({
      ids: drawIds(tokens, sizes[size].vocab_size, row),
      weights: new Float32Array(tokens).fill(1),
    }));
    const loss = { kind: 'cross_entropy', scale: 1 / (sequences * (tokens - 1)) };
    const passes = [];
    const step = async () => {
      const begin = performance.now();
      await backend.forwardBackward(batch, loss);
      passes.push((performance.now() - begin) / 1000);
      await backend.optimStep(adam);
    };
    const seconds = await time(step, { warm: 1, runs });
    await backend.close();
    const flops = countStepFlops(sizes[size], { sequences, tokens, loraRank });
    const stepSeconds = median(seconds);
    return {
      figures: {
        about,
        loadSeconds,
        stepSeconds,
        passSeconds: median(passes.slice(1)),
        tokensPerSecond: (sequences * tokens) / stepSeconds,
        gflop: flops / 1e9,
      },
      ratios: ({ gemmGflops }) => ({ shareOfGemmLimit: flops / 1e9 / stepSeconds / gemmGflops }),
    };
  };
  return { name, about, isLarge, run };
}

export const cases = [
  createCase({ name: 'full-default', size: '0.49m', sequences: 16, tokens: 288, runs: 15 }),
  createCase({ name: 'full-4.2m', size: '4.2m', sequences: 16, tokens: 128, runs: 11 }),
  createCase({
    name: 'full-4.2m-blocks',
    size: '4.2m',
    sequences: 16,
    tokens: 128,
    runs: 11,
    layout: 'blocks',
  }),
  createCase({
    name: 'lora-0.5b',
    size: '0.5b',
    sequences: 1,
    tokens: 256,
    loraRank: 16,
    isLarge: true,
  }),
  ...[16, 8].map((frozenBits) =>
    createCase({
      name: `lora-0.5b-${frozenBits}bit`,
      size: '0.5b',
      sequences: 1,
      tokens: 256,
      loraRank: 16,
      isLarge: true,
      frozenBits,
    }),
  ),
  createCase({
    name: 'full-0.5b',
    size: '0.5b',
    sequences: 1,
    tokens: 256,
    runs: 3,
    isLarge: true,
  }),
  createCase({
    name: 'lora-1.5b',
    size: '1.5b',
    sequences: 1,
    tokens: 256,
    loraRank: 16,
    runs: 3,
    isLarge: true,
  }),
  createCase({
    name: 'lora-3b',
    size: '3b',
    sequences: 1,
    tokens: 256,
    loraRank: 16,
    runs: 3,
    isLarge: true,
  }),
];
