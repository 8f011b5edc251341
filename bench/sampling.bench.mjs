/** Sampling: tokens a second as a share of what products and memory allow, and the cost of late turns. */
import { ensureModel } from './make-model.mjs';
import { countProducts, drawIds, median, openBackend, Talks } from './measure.mjs';
import { sizes } from './sizes.mjs';

/** Seconds that decoding one token for every row must take: products, and reading weights and cache. */
function countLimitSeconds(config, { rows, context, weightBytes }, { gemmGflops, readGbs }) {
  const { layers, head, queries } = countProducts(config);
  const keys = (queries / config.num_attention_heads) * config.num_key_value_heads;
  const flops =
    2 * rows * (layers + head) + 4 * rows * context * queries * config.num_hidden_layers;
  const cacheBytes = 2 * 4 * rows * context * keys * config.num_hidden_layers;
  return {
    products: flops / 1e9 / gemmGflops,
    cache: cacheBytes / 1e9 / readGbs,
    weights: (weightBytes * (layers + head)) / 1e9 / readGbs,
  };
}

/** What is said in a turn, by conversation. */
function say(rows, count, vocabulary, turn) {
  return Array.from({ length: rows }, (_, row) => [
    `s${row}`,
    drawIds(count, vocabulary, row + turn),
  ]);
}

/** Decoding at a context of about the given length. */
function createDecodeCase({
  name,
  size,
  rows,
  context,
  tokens = 32,
  runs = 5,
  isLarge = false,
  ...options
}) {
  const about = `decode, ${size}, ${rows} rows, context ${context}`;
  const config = sizes[size];
  const run = async ({ threads }) => {
    const model = { kind: 'folder', path: ensureModel(size) };
    const backend = openBackend(model, { threads, samplers: threads, ...options });
    const talks = new Talks(backend);
    const rates = [];
    for (let round = 0; round <= runs; round += 1) {
      await talks.close();
      const vocabulary = config.vocab_size;
      const prompt = context - Math.floor(tokens / 2);
      await talks.go(say(rows, prompt, vocabulary, 1), { tokens: 1, seed: 1000 });
      const start = performance.now();
      await talks.go(say(rows, 1, vocabulary, 2), { tokens, seed: 2000 });
      // The first round also makes the graphs.
      if (round > 0) rates.push((rows * tokens * 1000) / (performance.now() - start));
    }
    await backend.close();
    const tokensPerSecond = median(rates);
    const secondsPerStep = rows / tokensPerSecond;
    return {
      figures: { about, tokensPerSecond, secondsPerStep },
      ratios: (limits) => {
        const bytes = options.frozenBits ? options.frozenBits / 8 : 4;
        const limit = countLimitSeconds(config, { rows, context, weightBytes: bytes }, limits);
        const wide = countLimitSeconds(config, { rows, context, weightBytes: 4 }, limits);
        return {
          shareOfProductsAndCache: (limit.products + limit.cache) / secondsPerStep,
          shareOfWeightBandwidth: limit.weights / secondsPerStep,
          shareOfWeightBandwidthFloat32: wide.weights / secondsPerStep,
        };
      },
    };
  };
  return { name, about, isLarge, run };
}

/** Turns of a conversation: the tenth against the second, for equal new tokens. */
const turns = {
  name: 'turns',
  about: 'ten turns of 16 + 24 tokens, small default, 64 rows',
  isLarge: false,
  async run({ threads }) {
    const backend = openBackend(
      { kind: 'folder', path: ensureModel('default') },
      { threads, samplers: threads },
    );
    const vocabulary = sizes.default.vocab_size;
    const talks = new Talks(backend);
    const seconds = Array.from({ length: 10 }, () => []);
    for (let round = 0; round < 6; round += 1) {
      await talks.close();
      for (let turn = 0; turn < 10; turn += 1) {
        const start = performance.now();
        await talks.go(say(64, 16, vocabulary, turn), { tokens: 24, seed: 1000 * turn });
        if (round > 0) seconds[turn].push((performance.now() - start) / 1000);
      }
    }
    await backend.close();
    const medians = seconds.map(median);
    return {
      figures: {
        about: turns.about,
        turn2Seconds: medians[1],
        turn10Seconds: medians[9],
        medians,
      },
      ratios: () => ({ turn10OverTurn2: medians[9] / medians[1] }),
    };
  },
};

/**
 * 64 conversations that go on by themselves, with replies of 8 to 40 tokens, against the same ones a
 * turn at a time: there everybody waits for the longest reply, here nobody waits.
 */
const joining = {
  name: 'joining',
  about: 'conversations that join and leave one batch against turns of all together, 64 x 6 turns',
  isLarge: false,
  async run({ threads }) {
    const backend = openBackend(
      { kind: 'folder', path: ensureModel('default') },
      { threads, samplers: threads },
    );
    const vocabulary = sizes.default.vocab_size;
    const all = Array.from({ length: 64 }, (_, row) => row);
    const tokensOf = (row, turn) => 8 + ((row * 7 + turn * 13) % 33);
    const talks = new Talks(backend);
    const goOn = (row, turn) =>
      talks.go([[`s${row}`, drawIds(16, vocabulary, row + turn)]], {
        tokens: tokensOf(row, turn),
        seed: 1000 * turn + row,
      });
    const measure = async (work) => {
      await talks.close();
      const start = performance.now();
      await work();
      return (performance.now() - start) / 1000;
    };
    const turnsOf = (work) =>
      Array.from({ length: 6 }, (_, turn) => turn).reduce(
        (before, turn) => before.then(() => work(turn)),
        Promise.resolve(),
      );
    const together = () => turnsOf((turn) => Promise.all(all.map((row) => goOn(row, turn))));
    const apart = () => Promise.all(all.map((row) => turnsOf((turn) => goOn(row, turn))));
    const seconds = { together: [], apart: [] };
    for (let round = 0; round < 6; round += 1) {
      const found = { together: await measure(together), apart: await measure(apart) };
      if (round === 0) continue;
      for (const name of Object.keys(seconds)) seconds[name].push(found[name]);
    }
    await backend.close();
    const ratios = seconds.apart.map((each, round) => each / seconds.together[round]);
    return {
      figures: {
        about: joining.about,
        togetherSeconds: median(seconds.together),
        apartSeconds: median(seconds.apart),
        apartOverTogether: median(ratios),
      },
    };
  },
};

/** Decoding by weights in 8 bits against decoding by whole ones, by turns in one process. */
const rounded = {
  name: 'rounded',
  about: 'decode, 135m, 1 to 8 rows, context 200, by weights in 8 bits against 32',
  isLarge: false,
  async run({ threads }) {
    const model = { kind: 'folder', path: ensureModel('135m') };
    const vocabulary = sizes['135m'].vocab_size;
    const tokens = 16;
    const talks = [8, 32].map(
      (decodeBits) => new Talks(openBackend(model, { threads, decodeBits })),
    );
    const figures = { about: rounded.about };
    for (const rows of [1, 2, 4, 8]) {
      const rates = [[], []];
      for (let round = 0; round <= 5; round += 1) {
        for (const [index, each] of talks.entries()) {
          await each.close();
          await each.go(say(rows, 200 - tokens, vocabulary, 1), { tokens: 1, seed: 1000 });
          const start = performance.now();
          await each.go(say(rows, 1, vocabulary, 2), { tokens, seed: 2000 });
          const rate = (rows * tokens * 1000) / (performance.now() - start);
          if (round > 0) rates[index].push(rate);
        }
      }
      figures[`tokensPerSecond${rows}`] = median(rates[0]);
      figures[`ratio${rows}`] = median(rates[0].map((rate, round) => rate / rates[1][round]));
    }
    for (const each of talks) await each.backend.close();
    return { figures };
  },
};

const lora = { lora: { rank: 16, alpha: 32 } };
const single = { size: '0.5b', rows: 1, context: 64, tokens: 12, runs: 3, isLarge: true, ...lora };

export const cases = [
  createDecodeCase({
    name: 'decode-default-64',
    size: 'default',
    rows: 64,
    context: 200,
    runs: 25,
  }),
  createDecodeCase({ name: 'decode-4.2m-64', size: '4.2m', rows: 64, context: 400 }),
  turns,
  joining,
  rounded,
  createDecodeCase({
    name: 'decode-0.5b-1',
    ...single,
  }),
  createDecodeCase({
    name: 'decode-0.5b-16',
    size: '0.5b',
    rows: 16,
    context: 64,
    tokens: 8,
    runs: 3,
    isLarge: true,
    ...lora,
  }),
  ...[16, 8].map((frozenBits) =>
    createDecodeCase({
      name: `decode-0.5b-1-${frozenBits}bit`,
      ...single,
      frozenBits,
    }),
  ),
  createDecodeCase({
    name: 'decode-3b-1',
    size: '3b',
    rows: 1,
    context: 64,
    tokens: 6,
    runs: 2,
    isLarge: true,
    frozenBits: 16,
    ...lora,
  }),
];
