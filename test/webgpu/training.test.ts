/** Ten iterations in the small world by the command line, on WebGPU and on the processor. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createScratch, runRlpa } from '../e2e/command-line.ts';
import { describeOnWebGpu } from './adapter.ts';

const scratch = createScratch();
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const run = ['train', '--preset', 'small-world', '--iterations', '10', '--threads', '1'];
const small = ['episodesPerIteration=4', 'turns=2', 'algorithm=ppo', 'validation.users=0'];

type Metrics = Readonly<Record<string, number>>;

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
  return lines.map((line) => (JSON.parse(line) as { readonly metrics: Metrics }).metrics);
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
        const scale = Math.max(1, Math.abs(other[name]!));
        expect(Math.abs(value - other[name]!) / scale, `${index} ${name}`).toBeLessThan(1e-3);
      }
    }
  });
});
