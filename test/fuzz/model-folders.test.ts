/** Model folders from elsewhere: configuration, weights, tokenizer, chat template, adapter. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { checkCases } from './check-cases.ts';
import { applyChange, changes, type Change } from './model-changes.ts';

type Case = {
  readonly changes: readonly Change[];
  readonly command: 'score' | 'chat' | 'simulate' | 'train';
};

const commands: Readonly<Record<Case['command'], (folder: string) => readonly string[]>> = {
  score: (folder) => ['score', '--model', folder, '--ids', path.join(folder, '..', 'ids.json')],
  chat: (folder) => ['chat', '--policy', folder, '--temperature', '1'],
  simulate: (folder) => ['simulate', '--policy', folder, '--turns', '2'],
  train: (folder) => [
    ...['train', '--preset', 'tiny', '--iterations', '1', '--out', path.join(folder, '..', 'run')],
    ...[
      `policy.model=${folder}`,
      'episodesPerIteration=4',
      'turns=1',
      'sampling.maxTokens=8',
    ].flatMap((text) => ['--set', text]),
  ],
};

checkCases<Case>({
  name: 'model folders',
  share: 0.2,
  cases: fc.record({
    changes: fc.array(changes, { minLength: 1, maxLength: 2 }),
    command: fc.constantFrom('score', 'chat', 'chat', 'simulate', 'train'),
  }),
  prepare: async (given, places) => {
    const folder = path.join(places.case, 'model');
    writeOutsideModel(folder, 2048);
    fs.writeFileSync(path.join(places.case, 'ids.json'), '{"input_ids": [[1, 2, 3], [4, 5]]}');
    for (const change of given.changes) applyChange(folder, change, places.secret);
    const text = `hello ${'a'.repeat(300)}b\n/profile\n`;
    return { args: [...commands[given.command](folder), '--threads', '1'], input: text };
  },
});
