/** Does memory stay where it is? Many sampling calls and training steps, of ever-changing shapes or of the same. */
import { ensureModel } from './make-model.mjs';
import { adam, drawIds, openBackend, readMemory, Talks } from './measure.mjs';
import { sizes } from './sizes.mjs';

/** A small fixed sequence of numbers in [0, 1). */
function createNumbers() {
  let state = 12_345;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

async function run({ threads, about, isChanging }) {
  const size = 'default';
  const { vocab_size: vocabulary } = sizes[size];
  const backend = openBackend(
    { kind: 'folder', path: ensureModel(size) },
    { threads, valueHead: 'detached' },
  );
  const next = createNumbers();
  const between = (low, high) => (isChanging ? low + Math.floor(next() * (high - low)) : high - 1);

  const talks = new Talks(backend);
  const sampleOnce = async (call) => {
    const rows = between(1, 65);
    if (call % 5 === 0) await talks.close();
    const added = Array.from({ length: rows }, (_, row) => [
      `s${row}`,
      drawIds(between(1, 40), vocabulary, row),
    ]);
    await talks.go(added, { tokens: between(1, 12), seed: call * 64, stopIds: [3] });
  };
  const trainOnce = async () => {
    const batch = Array.from({ length: between(4, 17) }, (_, row) => {
      const length = between(40, 600);
      return {
        ids: drawIds(length, vocabulary, row),
        weights: Float32Array.from({ length }, (_unused, index) => Number(index % 3 === 0)),
      };
    });
    await backend.forwardBackward(batch, { kind: 'cross_entropy', scale: 1e-3 });
    await backend.optimStep(adam);
  };

  const readings = { sample: [], train: [] };
  const read = () => {
    globalThis.gc?.();
    return readMemory().residentGib;
  };
  const start = performance.now();
  for (let call = 0; call < 1000; call += 1) {
    await sampleOnce(call);
    if (call === 9 || call % 250 === 249) readings.sample.push(read());
  }
  for (let step = 0; step < 200; step += 1) {
    await trainOnce();
    if (step === 9 || step % 50 === 49) readings.train.push(read());
  }
  const seconds = (performance.now() - start) / 1000;
  await backend.close();
  const growth = (list) => list[list.length - 1] / list[0] - 1;
  return {
    figures: {
      about,
      seconds,
      residentAfterTenSamplesGib: readings.sample[0],
      residentAfterSamplesGib: readings.sample.at(-1),
      samplingGrowth: growth(readings.sample),
      residentAfterTenStepsGib: readings.train[0],
      residentAfterStepsGib: readings.train.at(-1),
      trainingGrowth: growth(readings.train),
      readings,
    },
  };
}

function createCase(name, shapes, isChanging) {
  const about = `1,000 sampling calls and 200 training steps of ${shapes}, small default`;
  const runCase = ({ threads }) => run({ threads, about, isChanging });
  return { name, about, isLarge: false, run: runCase };
}

export const cases = [
  createCase('leak', 'changing shapes', true),
  createCase('leak-same-shapes', 'the same shapes', false),
];
