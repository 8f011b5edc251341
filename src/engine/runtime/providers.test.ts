/** Execution providers: what is there is found, and what is not is refused by name. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../base/index.ts';
import {
  createGraph,
  createSession,
  executionProviders,
  input,
  listProviders,
  output,
} from '../index.ts';
import { pickProviders, requireProvider } from './providers.ts';

describe('execution providers', () => {
  it('always include the CPU', async () => {
    expect(await listProviders()).toContainEqual({ name: 'cpu', isBundled: true });
  });

  it('are those of the runtime that this package knows', () => {
    expect(
      pickProviders([
        { name: 'cuda', bundled: false },
        { name: 'cpu', bundled: true },
        { name: 'xnnpack', bundled: true },
      ]),
    ).toEqual([
      { name: 'cpu', isBundled: true },
      { name: 'cuda', isBundled: false },
    ]);
  });

  it('are refused where the runtime lacks them, saying what it has', async () => {
    expect(() => requireProvider('cuda', [{ name: 'cpu', bundled: true }])).toThrow(ConfigError);
    const graph = createGraph('g');
    output(graph, 'y', input(graph, 'x', 'float32', [1]));
    const found = (await listProviders()).map(({ name }) => name);
    const missing = executionProviders.find((name) => !found.includes(name));
    if (!missing) return;
    await expect(createSession(graph, { provider: missing })).rejects.toMatchObject({
      code: 'provider_missing',
    });
  });
});
