/** A saved state comes back bit for bit; a damaged one is refused and says what to do. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedBackend } from '../embedded/embedded-backend.ts';
import type { ModelConfig } from '../files/index.ts';
import { loadPolicyWeights } from './policy-weights.ts';

const config: ModelConfig = {
  modelType: 'qwen2',
  vocabularySize: 24,
  hiddenSize: 16,
  intermediateSize: 24,
  layerCount: 1,
  headCount: 4,
  kvHeadCount: 2,
  headDim: 4,
  ropeTheta: 10_000,
  rmsNormEpsilon: 1e-6,
  tieEmbeddings: false,
  attentionBias: true,
  outputBias: false,
  queryKeyNorm: false,
  contextTokens: 64,
  initializerRange: 0.1,
  eosTokenIds: [2],
};

const adam = {
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  gradClipNorm: 1,
};

const ids = Int32Array.of(3, 5, 7, 9, 11, 13, 2);
const datum = {
  ids,
  weights: new Float32Array(ids.length).fill(1),
  behaviorLogprobs: new Float32Array(ids.length).fill(-3),
  referenceLogprobs: new Float32Array(ids.length).fill(-3),
  advantages: Float32Array.from(ids, (_, index) => (index % 3) - 1),
  returns: Float32Array.from(ids, (_, index) => index / 5),
};
const loss = {
  kind: 'ppo',
  scale: 1 / 6,
  clipEpsilon: 0.2,
  klCoef: 0.02,
  entropyCoef: 0.01,
  valueCoef: 0.5,
  valueClip: 0,
} as const;

function create(valueHead: 'detached' | 'shared' | 'separate', lora = false): EmbeddedBackend {
  return new EmbeddedBackend({
    weights: loadPolicyWeights({
      model: { kind: 'new', config, seed: 4 },
      valueHead,
      seed: 5,
      ...(lora ? { lora: { rank: 2, alpha: 4 } } : {}),
    }),
    threads: 1,
    maxTokensPerBatch: 256,
  });
}

async function update(backend: EmbeddedBackend): Promise<void> {
  await backend.forwardBackward([datum], loss);
  await backend.optimStep(adam);
}

const scoreOf = async (backend: EmbeddedBackend, model: 'current' | 'reference') =>
  (await backend.score([ids], model))[0]!;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-state-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

describe('the state of a backend', () => {
  for (const [kind, lora] of [
    ['detached', false],
    ['shared', true],
    ['separate', false],
  ] as const) {
    it(`continues bit for bit after a load (${kind} value head${lora ? ', LoRA' : ''})`, async () => {
      const first = create(kind, lora);
      await first.freezeReference();
      await update(first);
      await first.saveState(folder);
      await update(first);
      const second = create(kind, lora);
      await second.loadState(folder);
      await update(second);
      expect(await scoreOf(second, 'current')).toEqual(await scoreOf(first, 'current'));
      expect(await scoreOf(second, 'reference')).toEqual(await scoreOf(first, 'reference'));
      expect((await scoreOf(first, 'current')).values).toBeDefined();
      await Promise.all([first.close(), second.close()]);
    });
  }

  it('is refused when a file is truncated, and the weights in use stay as they were', async () => {
    const backend = create('detached');
    await backend.saveState(folder);
    const file = path.join(folder, 'weights.safetensors');
    fs.truncateSync(file, fs.statSync(file).size - 10);
    const before = await scoreOf(backend, 'current');
    await expect(backend.loadState(folder)).rejects.toMatchObject({
      code: 'safetensors_damaged',
      details: { file },
    });
    expect(await scoreOf(backend, 'current')).toEqual(before);
    await backend.close();
  });

  it('is refused when its save never finished or another version wrote it', async () => {
    const backend = create('detached');
    await expect(backend.loadState(folder)).rejects.toMatchObject({ code: 'state_missing' });
    await backend.saveState(folder);
    const file = path.join(folder, 'state.json');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"format": 2', '"format": 99'));
    await expect(backend.loadState(folder)).rejects.toMatchObject({ code: 'state_version' });
    fs.writeFileSync(file, 'null');
    await expect(backend.loadState(folder)).rejects.toMatchObject({ code: 'content_malformed' });
    await backend.close();
  });
});

describe('a trained adapter', () => {
  it('leaves the model as it was until it is trained, then changes it', async () => {
    const plain = create('detached');
    const adapted = create('detached', true);
    expect((await scoreOf(adapted, 'current')).logprobs).toEqual(
      (await scoreOf(plain, 'current')).logprobs,
    );
    await adapted.freezeReference();
    await update(adapted);
    expect((await scoreOf(adapted, 'current')).logprobs).not.toEqual(
      (await scoreOf(adapted, 'reference')).logprobs,
    );
    await Promise.all([plain.close(), adapted.close()]);
  });

  it('is saved in the PEFT layout and gives the same numbers when read back', async () => {
    const base = path.join(folder, 'base');
    const plain = create('detached');
    await plain.saveModel(base);
    const model = { kind: 'folder', path: base } as const;
    const options = { threads: 1, maxTokensPerBatch: 256 };
    const lora = { rank: 2, alpha: 4 };
    const trained = new EmbeddedBackend({
      weights: loadPolicyWeights({ model, valueHead: 'detached', seed: 5, lora }),
      ...options,
    });
    await update(trained);
    const adapter = path.join(folder, 'adapter');
    await trained.saveModel(adapter);
    const read = new EmbeddedBackend({
      weights: loadPolicyWeights({ model: { ...model, adapter }, valueHead: 'none', seed: 5 }),
      ...options,
    });
    expect((await scoreOf(read, 'current')).logprobs).toEqual(
      (await scoreOf(trained, 'current')).logprobs,
    );
    await Promise.all([plain.close(), trained.close(), read.close()]);
  });
});
