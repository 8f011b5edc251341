/**
 * The graphs that models really run, with what they were fed, caught where sessions are made.
 *
 * Import this before anything that makes sessions. What runs is the real thing; it is only listened to.
 */
import { vi } from 'vitest';
import type * as sessions from '../../src/engine/runtime/session.ts';
import type { Graph, Tensor } from '../../src/engine/index.ts';

export type RecordedGraph = {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
};

/** Every graph that was run, with the feeds of its first run. */
export const recorded: RecordedGraph[] = [];

vi.mock('../../src/engine/runtime/session.ts', async (importOriginal) => {
  const original = await importOriginal<typeof sessions>();
  return {
    ...original,
    createSession: async (graph: Graph, options: sessions.SessionOptions = {}) => {
      const session = await original.createSession(graph, options);
      const run = session.run.bind(session);
      let isKnown = false;
      session.run = (feeds, names) => {
        if (!isKnown) recorded.push({ graph, feeds: { ...options.weights, ...feeds } });
        isKnown = true;
        return run(feeds, names);
      };
      return session;
    },
  };
});
