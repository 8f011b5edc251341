/**
 * Whether these tests can run: an adapter of WebGPU must be there, a graphics card or software.
 * `vitest.webgpu.config.ts` points to the software Vulkan of Debian's chromium where it is installed.
 */
import { afterAll, describe } from 'vitest';
import {
  createGraph,
  createSession,
  findDevice,
  input,
  neg,
  output,
} from '../../src/engine/index.ts';

const problem = await findDevice('webgpu').then(
  () => null,
  (error: unknown) => (error as Error).message,
);

/** Describes tests on WebGPU; where it is not there they are skipped, and the name says why. */
export function describeOnWebGpu(name: string, define: () => void): void {
  if (problem === null) describe(name, define);
  else describe.skip(`${name} (skipped: ${problem})`, define);
}

/** Keeps the adapter open from file to end: opening it takes longer than most of these graphs. */
export async function holdAdapter(): Promise<void> {
  if (problem !== null) return;
  const graph = createGraph('hold');
  output(graph, 'y', neg(input(graph, 'x', 'float32', [1])));
  const session = await createSession(graph, { device: 'webgpu' });
  afterAll(() => session.release());
}
