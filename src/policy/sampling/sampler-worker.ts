/** Entry of a sampling thread: one sampler over its own copy of the weights, on one core. */
import { parentPort, workerData } from 'node:worker_threads';
import type { GraphOptions } from '../graphs/graph-options.ts';
import type { TrainedWeights } from '../runners/runner.ts';
import { WholeRunner } from '../runners/whole-runner.ts';
import { answerCalls, type WorkerMethod } from '../threads/worker-calls.ts';
import { answerSample } from './remote-sample.ts';
import { Sampler } from './sampler.ts';

if (parentPort) {
  const options = workerData as GraphOptions;
  const runner = new WholeRunner(options);
  let weights: TrainedWeights = {};
  const sampler = new Sampler(options.config, (call) => runner.step({ ...call, weights }));
  const methods: Readonly<Record<string, WorkerMethod>> = {
    setWeights: async ([tensors]) => {
      weights = tensors as TrainedWeights;
      sampler.closeAll();
    },
    sample: answerSample(sampler),
    closeSequences: async ([ids]) => sampler.close(ids as readonly string[]),
    close: () => runner.release(),
  };
  answerCalls(parentPort, (name) => methods[name]!);
}
