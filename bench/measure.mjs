/** Timing and counting that the benchmarks share. */
import * as fs from 'node:fs';
import { EmbeddedBackend, loadPolicyWeights } from '../dist/policy/index.js';

/** AdamW settings of every training step measured here. */
export const adam = {
  learningRate: 1e-4,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  gradClipNorm: 1,
};

/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Seconds of each of some runs, after runs that do not count. */
export async function time(work, { warm = 1, runs = 5 } = {}) {
  for (let run = 0; run < warm; run += 1) await work();
  const seconds = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

/** Opens a model in this thread. */
export function openBackend(
  model,
  { threads, maxTokensPerBatch = 8192, layout, samplers, decodeBits, ...policy },
) {
  const weights = loadPolicyWeights({ model, valueHead: 'none', seed: 1, ...policy });
  return new EmbeddedBackend({
    weights,
    threads,
    maxTokensPerBatch,
    ...(layout ? { layout } : {}),
    ...(samplers ? { samplers } : {}),
    ...(decodeBits ? { decodeBits } : {}),
  });
}

/** Forgets the highest resident memory so far, where the system lets one (Linux). */
export function resetPeakMemory() {
  globalThis.gc?.();
  try {
    fs.writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak includes what measuring the limits needed: one GiB.
  }
}

/** Resident memory now and at its highest since the reset, in GiB. */
export function readMemory() {
  const residentGib = process.memoryUsage.rss() / 2 ** 30;
  try {
    const found = /VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
    return { residentGib, peakGib: Number(found?.[1]) / 2 ** 20 };
  } catch {
    return { residentGib, peakGib: process.resourceUsage().maxRSS / 2 ** 20 };
  }
}

/** Token ids that differ from each other. */
export function drawIds(count, vocabulary, seed = 1) {
  return Int32Array.from(
    { length: count },
    (_, index) => (index * 7919 + seed * 104_729) % vocabulary,
  );
}

/** Conversations of a backend, whose texts grow by what is added and by what is sampled. */
export class Talks {
  #texts = new Map();

  constructor(backend) {
    this.backend = backend;
  }

  /** Adds tokens to the named conversations and samples so many more in each. */
  async go(added, { tokens, seed, stopIds = [] }) {
    const requests = added.map(([sequenceId, ids], index) => ({
      sequenceId,
      promptIds: [...(this.#texts.get(sequenceId) ?? []), ...ids],
      sampling: { maxTokens: tokens, temperature: 1 },
      stopIds,
      seed: seed + index,
    }));
    const results = await this.backend.sample(requests);
    requests.forEach(({ sequenceId, promptIds }, index) => {
      this.#texts.set(sequenceId, [...promptIds, ...results[index].ids]);
    });
    return results;
  }

  /** Forgets all conversations. */
  async close() {
    await this.backend.closeSequences([...this.#texts.keys()]);
    this.#texts.clear();
  }
}

/** Parameters of the layers' linear maps, and of the output projection. */
export function countProducts(config) {
  const headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  const width = config.hidden_size;
  const queries = config.num_attention_heads * headDim;
  const keys = config.num_key_value_heads * headDim;
  const layer = 2 * width * (queries + keys) + 3 * width * config.intermediate_size;
  return { layers: layer * config.num_hidden_layers, head: width * config.vocab_size, queries };
}

/**
 * Floating-point operations that a training step cannot do without, on sequences of one length with
 * every token scored. Per product: one forward, one for the gradient of its input, and one for the
 * gradient of its weight where that is trained. Attention is counted in its causal half.
 */
export function countStepFlops(config, { sequences, tokens, loraRank = 0 }) {
  const { layers, head, queries } = countProducts(config);
  const all = sequences * tokens;
  const attention = (2 * 2 * sequences * tokens * tokens * queries * config.num_hidden_layers) / 2;
  const passes = loraRank > 0 ? 2 : 3;
  const adapters = loraRank > 0 ? 3 * 2 * all * countAdapters(config, loraRank) : 0;
  return passes * 2 * all * (layers + head) + 3 * attention + adapters;
}

function countAdapters(config, rank) {
  const width = config.hidden_size;
  const headDim = config.head_dim ?? width / config.num_attention_heads;
  const queries = config.num_attention_heads * headDim;
  const keys = config.num_key_value_heads * headDim;
  const inner = config.intermediate_size;
  const sides = 2 * (width + queries) + 2 * (width + keys) + 3 * (width + inner);
  return rank * sides * config.num_hidden_layers;
}

/** Processor, and how busy it is with other work. */
export function describeLoad() {
  try {
    return Number(fs.readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
  } catch {
    return null;
  }
}
