/**
 * Makes a model folder of a given size with random weights in bfloat16: `node bench/make-model.mjs
 * 0.5b`. Written to models/random-SIZE, which git ignores; made once.
 *
 * Linear maps have deviation 1/sqrt(in), so that activations stay of order one as in a trained model.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { listModelShapes, parseModelConfig } from '../dist/policy/index.js';
import { sizes } from './sizes.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** A shard is closed once it holds this many bytes. */
const shardBytes = 1.5 * 2 ** 30;

/** Returns the folder of a size, made first if it is not there. */
export function ensureModel(size) {
  const json = sizes[size];
  if (!json) {
    throw new Error(`Expected one of ${Object.keys(sizes).join(', ')}, found '${size}'.`);
  }
  const folder = path.join(root, 'models', `random-${size}`);
  if (fs.existsSync(path.join(folder, 'model.safetensors.index.json'))) return folder;
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'config.json');
  fs.writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
  writeShards(folder, Object.entries(listModelShapes(parseModelConfig(json, file))));
  return folder;
}

function writeShards(folder, shapes) {
  const shards = [[]];
  let held = 0;
  for (const [name, shape] of shapes) {
    const bytes = 2 * shape.reduce((a, b) => a * b, 1);
    if (held + bytes > shardBytes && held > 0) {
      shards.push([]);
      held = 0;
    }
    shards[shards.length - 1].push({ name, shape, bytes });
    held += bytes;
  }
  const map = {};
  const random = createGenerator(1);
  shards.forEach((tensors, index) => {
    const name = `model-${index + 1}-of-${shards.length}.safetensors`;
    for (const tensor of tensors) map[tensor.name] = name;
    writeShard(path.join(folder, name), tensors, random);
  });
  const index = path.join(folder, 'model.safetensors.index.json');
  fs.writeFileSync(index, `${JSON.stringify({ metadata: {}, weight_map: map }, null, 2)}\n`);
}

function writeShard(file, tensors, random) {
  const header = {};
  let offset = 0;
  for (const { name, shape, bytes } of tensors) {
    header[name] = { dtype: 'BF16', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const handle = fs.openSync(file, 'w');
  fs.writeSync(handle, length);
  fs.writeSync(handle, text);
  for (const tensor of tensors) fs.writeSync(handle, new Uint8Array(draw(tensor, random).buffer));
  fs.closeSync(handle);
}

/** Uniform numbers of the wanted deviation, as the upper halves of float32. */
function draw({ name, shape, bytes }, random) {
  const halves = new Uint16Array(bytes / 2);
  if (name.endsWith('.bias')) return halves;
  if (name.endsWith('norm.weight')) return halves.fill(0x3f80);
  const deviation = name.includes('embed_tokens') ? 0.02 : 1 / Math.sqrt(shape[1]);
  const values = new Float32Array(4096);
  const words = new Uint32Array(values.buffer);
  for (let from = 0; from < halves.length; from += values.length) {
    const count = Math.min(values.length, halves.length - from);
    for (let index = 0; index < count; index += 1) {
      values[index] = (random() - 0.5) * Math.sqrt(12) * deviation;
      halves[from + index] = words[index] >>> 16;
    }
  }
  return halves;
}

/** A small fast generator (xorshift, 32 bits); its quality does not matter here. */
function createGenerator(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(ensureModel(process.argv[2] ?? ''));
}
