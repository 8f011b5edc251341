/** Run folders that were cut off, damaged or made by somebody else, opened by every command that does. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll } from 'vitest';
import { runRlpa } from '../e2e/command-line.ts';
import { checkCases } from './check-cases.ts';
import { mutate, mutations, type Mutation } from './mutations.ts';

const template = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-fuzz-run-'));
const small = ['episodesPerIteration=4', 'turns=2', 'sampling.maxTokens=16', 'checkpointEvery=1'];
const set = [...small, 'policy.model=base'].flatMap((text) => ['--set', text]);
/** What says how long a training takes is given every time, so that no folder can ask for more. */
const resume = ['--resume', '--threads', '1', '--iterations', '3', ...set];

beforeAll(async () => {
  const out = path.join(template, 'run');
  const train = ['train', '--preset', 'tiny', '--iterations', '2', '--threads', '1', '--out', out];
  const { exitCode, stderr } = await runRlpa([...train, ...set]);
  if (exitCode !== 0) throw new Error(stderr);
});

afterAll(() => fs.rmSync(template, { recursive: true, force: true }));

/** Files by their place in a folder that is made later, and some that a run does not have. */
const names = [
  ...['config.json', 'config.json', 'config.json', 'environment.json', 'metrics.jsonl'],
  ...['timings.jsonl', 'events.out.tfevents.rlpa', 'checkpoints/latest', 'checkpoints', 'model'],
  ...[
    'episodes/iteration-00001.jsonl',
    'episodes/iteration-00002.jsonl',
    'episodes',
    'ledger.json',
  ],
  ...['checkpoints/iteration-00002', 'checkpoints/iteration-00002/manifest.json', '.rlpa'],
  ...['checkpoints/iteration-00002/state.json', 'checkpoints/iteration-00002/policy/state.json'],
  ...[
    'checkpoints/iteration-00002/policy/weights.safetensors',
    '.rlpa/lock',
    '.rlpa/manifest.jsonl',
  ],
  ...['checkpoints/iteration-00002/policy/first-moments.safetensors', '.rlpa/manifest.json'],
  ...['model/config.json', 'model/model.safetensors', 'model/tokenizer.json', '.rlpa/holder.json'],
  ...['model/tokenizer_config.json', 'model/generation_config.json', 'diagnostics', 'report.html'],
  ...[
    'evaluation/base.json',
    'summary.json',
    'comparison.json',
    'notes.txt',
    'episodes/extra.jsonl',
  ],
];

type Case = {
  readonly mutations: readonly (readonly [string, Mutation])[];
  readonly command: 'train' | 'report' | 'eval' | 'simulate' | 'chat' | 'rescore' | 'score';
};

const commands: Readonly<Record<Case['command'], (run: string) => readonly string[]>> = {
  train: (run) => ['train', '--out', run, ...resume],
  report: (run) => ['report', run],
  eval: (run) => [
    'eval',
    'world',
    '--policy',
    run,
    '--people',
    '1',
    '--turns',
    '2',
    '--threads',
    '1',
  ],
  simulate: (run) => ['simulate', '--policy', run, '--turns', '2', '--threads', '1'],
  chat: (run) => ['chat', '--policy', run, '--threads', '1'],
  rescore: (run) => ['rescore', run, '--out', path.join(path.dirname(run), 'again')],
  score: (run) => ['score', '--model', run, '--ids', path.join(path.dirname(run), 'ids.json')],
};

checkCases<Case>({
  name: 'run folders',
  share: 0.15,
  cases: fc.record({
    mutations: fc.array(fc.tuple(fc.constantFrom(...names), mutations), {
      minLength: 1,
      maxLength: 3,
    }),
    command: fc.constantFrom<Case['command']>(
      ...(['train', 'train', 'report', 'eval', 'simulate', 'chat', 'rescore', 'score'] as const),
    ),
  }),
  prepare: async (given, places) => {
    const run = path.join(places.case, 'run');
    fs.cpSync(path.join(template, 'run'), run, { recursive: true });
    fs.writeFileSync(path.join(places.case, 'ids.json'), '{"input_ids": [[1, 2, 3]]}');
    for (const [name, mutation] of given.mutations) {
      const file = path.join(run, name);
      if (isReachable(run, file)) mutate(file, mutation, places.secret);
    }
    return { args: commands[given.command](run), input: 'hello there\n/profile\n' };
  },
});

/** Whether a file can be written: nothing on its way was made a file or a link by an earlier change. */
function isReachable(run: string, file: string): boolean {
  const parts = path.relative(run, path.dirname(file)).split(path.sep);
  return parts.every((_, index) => {
    const folder = path.join(run, ...parts.slice(0, index + 1));
    const stats = fs.lstatSync(folder, { throwIfNoEntry: false });
    return stats === undefined || stats.isDirectory();
  });
}
