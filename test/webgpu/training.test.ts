/** Ten iterations in the small world by the command line, on WebGPU and on the processor. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createScratch, runRlpa } from '../e2e/command-line.ts';
import { describeOnWebGpu } from './adapter.ts';

const scratch = createScratch();
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const run = ['train', '--preset', 'small-world', '--iterations', '10', '--threads', '1'];
const small = ['episodesPerIteration=8', 'turns=1', 'evaluation.turns=1', 'sampling.maxTokens=24'];

/** Null where nothing was there to measure. */
type Metrics = Readonly<Record<string, number | null>>;

async function train(device: string): Promise<readonly Metrics[]> {
  const out = path.join(scratch, device);
  const settings = small.flatMap((text) => ['--set', text]);
  const { exitCode, stderr } = await runRlpa([
    ...run,
    ...['--out', out, '--device', device],
    ...settings,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr.split('\n')[0]).toBe(`Device: ${device} (as asked for)`);
  const lines = fs.readFileSync(path.join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Metrics);
}

describeOnWebGpu('training on WebGPU', () => {
  it('gives the metrics of the processor for ten iterations', { timeout: 900_000 }, async () => {
    const expected = await train('cpu');
    const found = await train('webgpu');
    expect(found.length).toBe(10);
    for (const [index, metrics] of found.entries()) {
      const other = expected[index]!;
      expect(Object.keys(metrics)).toEqual(Object.keys(other));
      for (const [name, value] of Object.entries(metrics)) {
        const words = `${name} of iteration ${index + 1}`;
        const wanted = other[name] ?? null;
        if (value === null || wanted === null) expect(value, words).toBe(wanted);
        else {
          const scale = Math.max(1, Math.abs(wanted));
          expect(Math.abs(value - wanted) / scale, words).toBeLessThan(1e-3);
        }
      }
    }
  });
});
