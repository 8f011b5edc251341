/** The cases of a training backend, run with every one there is: this thread, a worker, and the tables of tests. */
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  EmbeddedBackend,
  loadPolicyWeights,
  type EmbeddedOptions,
  type ValueHeadKind,
} from '../../src/policy/index.ts';
import type * as policy from '../../src/policy/index.ts';
import { TableBackend } from '../../src/rl/testing/table-backend.ts';
import { createTinyConfig } from '../fixtures/tiny-config.ts';
import { describeBackend } from './backend-cases.ts';

const config = createTinyConfig({
  vocabularySize: 10,
  contextTokens: 96,
  initializerRange: 0.3,
  eosTokenIds: [9],
});

const model = { kind: 'new', config, seed: 5 } as const;

const openEmbedded =
  (layout: EmbeddedOptions['layout'], valueHead: ValueHeadKind) =>
  async (): Promise<EmbeddedBackend> =>
    new EmbeddedBackend({
      weights: loadPolicyWeights({ model, valueHead, seed: 6 }),
      threads: 1,
      maxTokensPerBatch: 64,
      layout: layout ?? 'auto',
    });

describeBackend('the engine, one graph', openEmbedded('whole', 'detached'));
describeBackend('the engine, layer by layer, without a value head', openEmbedded('blocks', 'none'));

/** A worker thread runs built JavaScript, so the build is opened here; its types are the source's. */
const built = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/policy/index.js'));
const { createWorkerBackend } = (await import(built.href)) as typeof policy;

describeBackend('the engine in a worker with two sampling threads', () =>
  createWorkerBackend({
    model,
    valueHead: 'separate',
    seed: 6,
    threads: 2,
    maxTokensPerBatch: 64,
    layout: 'whole',
  }),
);

describeBackend('tables', async () => new TableBackend(10));
