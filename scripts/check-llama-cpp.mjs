/**
 * Holds what is exported against llama.cpp: a short LoRA training here, merged and written as GGUF,
 * must continue 20 prompts by 30 tokens in llama.cpp as it does here, token by token. Where the two
 * part, the two best tokens were nearly as likely as each other.
 *
 * usage: node scripts/check-llama-cpp.mjs MODEL [PACKING]     after npm run build
 *
 * llama.cpp comes by the npm package node-llama-cpp, whose binaries are in its packages; it is
 * installed into a folder of its own (RLPA_PEERS, by default in the system's folder for temporary
 * files), never among the dependencies here.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportModel } from '../dist/app/index.js';
import { loadChatTemplate } from '../dist/chat/index.js';
import { EmbeddedBackend, loadPolicyWeights } from '../dist/policy/index.js';
import { loadTokenizer } from '../dist/tokenizer/index.js';

const [model, packing = 'F16'] = process.argv.slice(2);
if (model === undefined) throw new Error('usage: node scripts/check-llama-cpp.mjs MODEL [PACKING]');

const newTokens = 30;
/** Nats between the two best tokens within which they may change places. */
const closeNats = 1e-2;

const subjects = [
  ...['the weather', 'a good book', 'my dog', 'cooking rice', 'the sea', 'old trains', 'chess'],
  ...['a birthday', 'learning to swim', 'the moon', 'coffee', 'winter', 'a small garden', 'maps'],
  ...['music', 'bread', 'a long walk', 'birds', 'paper', 'numbers'],
];

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-llama-'));
const tokenizer = loadTokenizer(model);
const template = loadChatTemplate(model);
const prompts = subjects.map((subject) =>
  template.render([{ role: 'user', content: `Tell me about ${subject}.` }], true),
);

const adapter = path.join(scratch, 'adapter');
const ours = await continueHere();
const file = path.join(scratch, 'merged.gguf');
await exportModel({ model: adapter, out: file, packing });
const theirs = await continueThere(file);
let equal = 0;
const far = [];
for (const [index, there] of theirs.entries()) {
  const here = ours.results[index];
  const at = here.findIndex((id, position) => id !== there[position]);
  if (at < 0) equal += 1;
  else {
    const gap = await ours.gap(index, at, there[at]);
    console.log(`prompt ${index + 1}: they part at token ${at + 1}, ${gap.toFixed(5)} nats apart`);
    if (!(gap < closeNats)) far.push(index + 1);
  }
}
await ours.close();
fs.rmSync(scratch, { recursive: true });
console.log(`${equal} of ${prompts.length} continuations are equal, packing ${packing}`);
if (far.length > 0) throw new Error(`too far apart: prompts ${far.join(', ')}`);

/** Trains an adapter for some steps, saves it, and continues the prompts greedily. */
async function continueHere() {
  const weights = loadPolicyWeights({
    model: { kind: 'folder', path: model },
    valueHead: 'none',
    seed: 1,
    lora: { rank: 8, alpha: 16 },
  });
  const threads = os.availableParallelism();
  const backend = new EmbeddedBackend({ weights, threads, maxTokensPerBatch: 1024 });
  const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
  for (let step = 0; step < 4; step += 1) {
    const batch = subjects.slice(step * 4, step * 4 + 4).map((subject, index) => {
      const text = `${prompts[step * 4 + index]}Ahoy! You ask about ${subject}, and I love ${subject}.`;
      const ids = Int32Array.from(tokenizer.encode(text));
      return { ids, weights: new Float32Array(ids.length).fill(1) };
    });
    const tokens = batch.reduce((sum, { ids }) => sum + ids.length - 1, 0);
    const loss = { kind: 'cross_entropy', scale: 1 / tokens };
    const result = await backend.forwardBackward(batch, loss);
    await backend.optimStep({ ...adam, gradClipNorm: 1 });
    console.log(`training step ${step + 1}: loss ${result.loss.toFixed(3)}`);
  }
  await backend.saveModel(adapter);
  const sampled = await backend.sample(
    prompts.map((prompt, index) => ({
      promptIds: tokenizer.encode(prompt),
      sampling: { temperature: 0, maxTokens: newTokens },
      stopIds: tokenizer.stopIds,
      seed: index,
    })),
  );
  const results = sampled.map(({ ids }) => ids);
  return {
    results,
    close: () => backend.close(),
    /** Log-probability of our token less that of theirs, given all before it. */
    gap: async (index, at, other) => {
      const before = [...tokenizer.encode(prompts[index]), ...results[index].slice(0, at)];
      const rows = [results[index][at], other].map((id) => Int32Array.from([...before, id ?? 0]));
      const scores = await backend.score(rows, 'current');
      return scores[0].logprobs.at(-1) - scores[1].logprobs.at(-1);
    },
  };
}

/** Continues the prompts in llama.cpp, from its own reading of their text. */
async function continueThere(place) {
  const { getLlama } = await import(pathToFileURL(installPeer()).href);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const loaded = await llama.loadModel({ modelPath: place });
  const context = await loaded.createContext({ contextSize: 512, threads: 1 });
  const sequence = context.getSequence();
  const stops = new Set(tokenizer.stopIds);
  const all = [];
  // One thread: threads that wait for each other in a loop stand still on a busy machine.
  for (const [index, prompt] of prompts.entries()) {
    await sequence.clearHistory();
    const tokens = loaded.tokenize(prompt, true);
    const expected = tokenizer.encode(prompt);
    if (tokens.join() !== expected.join()) {
      throw new Error(
        `llama.cpp reads other tokens: ${tokens.join()} instead of ${expected.join()}`,
      );
    }
    const ids = [];
    for await (const id of sequence.evaluate(tokens, { temperature: 0 })) {
      ids.push(id);
      if (ids.length >= newTokens || stops.has(id)) break;
    }
    all.push(ids);
    console.log(`llama.cpp: prompt ${index + 1} of ${prompts.length}`);
  }
  await llama.dispose();
  return all;
}

function installPeer() {
  const folder = process.env.RLPA_PEERS ?? path.join(os.tmpdir(), 'rlpa-peers');
  const entry = path.join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
  if (!fs.existsSync(entry)) {
    fs.mkdirSync(folder, { recursive: true });
    const args = [
      'install',
      '--ignore-scripts',
      '--no-save',
      '--prefix',
      folder,
      'node-llama-cpp@3',
    ];
    execFileSync('npm', args, { stdio: 'inherit' });
  }
  return entry;
}
