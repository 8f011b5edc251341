/**
 * Every key of the settings, in every piece of work: it is used there, or it is refused.
 *
 * What is refused is tried by giving the key. What is accepted must be what the table here says is used,
 * and some module outside of the settings must read it by name. That reading it changes what is computed
 * is shown for the trainer's settings in `rl/settings-use.test.ts`.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../base/index.ts';
import { worldDefinitions } from '../../worlds/index.ts';
import {
  compare,
  evaluate,
  openChat,
  rescore,
  score,
  simulate,
  train,
  warmStart,
} from '../index.ts';
import { createDefaultSettings } from './defaults.ts';
import { flattenSettings, nestSettings } from './layers.ts';

type Given = { readonly settings: Record<string, unknown> };

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-used-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const nowhere = path.join(root, 'nothing');
const taken = path.join(root, 'taken');
fs.mkdirSync(path.join(taken, 'by somebody'), { recursive: true });

/** Each piece of work, asked for something that is not there, so that it ends after looking at its settings. */
const works: Readonly<Record<string, (given: Given) => Promise<unknown>>> = {
  train: (given) => train({ ...given, out: nowhere, resume: true }),
  compare: (given) => compare({ ...given, comparison: nowhere, out: nowhere }),
  evaluate: (given) => evaluate({ ...given, policy: nowhere }),
  simulate: (given) => simulate({ ...given, policy: nowhere }).next(),
  chat: (given) => openChat({ ...given, policy: nowhere }),
  rescore: (given) => rescore({ ...given, run: nowhere, out: `${nowhere}-too` }),
  warmStart: (given) => warmStart({ ...given, out: taken }),
  score: (given) => score({ ...given, model: nowhere, rows: [[1, 2]] }),
};

const world = (...names: string[]): string[] => names.map((name) => `world.${name}`);
const models = (...names: string[]): string[] => names.map((name) => `models.${name}`);
const calls = models('limits', 'budget', 'cache');
const dialect = world(
  'profileMode',
  'contextTurns',
  'explainsProtocol',
  'namesOpenSlots',
  'showsNotes',
);
const measuring = ['users', 'turns', 'decoding', 'temperature', 'bestOf', 'seed'].map(
  (name) => `evaluation.${name}`,
);

/** Sections and keys that each piece of work uses; training uses everything but a remote policy. */
const used: Readonly<Record<string, readonly string[]>> = {
  evaluate: ['world', 'models', 'engine', 'sampling.maxTokens', ...measuring],
  simulate: ['world', 'models', 'engine', 'sampling.maxTokens'],
  chat: [
    ...world('kind', 'personas'),
    ...dialect,
    ...models('policy'),
    ...calls,
    ...['engine', 'sampling.maxTokens'],
  ],
  rescore: [
    ...world('kind', 'judge', 'matching', 'profileReward', 'penalties', 'parts'),
    ...models('judge', 'embeddings'),
    ...calls,
  ],
  warmStart: [
    ...world('kind', 'personas', 'onBadRow', 'testShare', 'validationShare'),
    ...world('parts'),
    ...dialect,
    ...['policy.model', 'policy.adapter', 'policy.lora', 'warmStart', 'engine'],
  ],
  score: ['threads', 'maxTokensPerBatch', 'layout', 'device', 'frozenBits'].map(
    (name) => `engine.${name}`,
  ),
};
const unusedInTraining: Readonly<Record<string, readonly string[]>> = {
  train: ['models.policy', 'evaluation.decoding', 'evaluation.bestOf', 'engine.decodeBits'],
  compare: [
    ...['models.policy', 'seed', 'evaluation.beforeAndAfter', 'evaluation.bestOf'],
    'engine.decodeBits',
  ],
};

const isUnder = (key: string, sections: readonly string[]): boolean =>
  sections.some((section) => key === section || key.startsWith(`${section}.`));

function isUsed(work: string, key: string): boolean {
  const unused = unusedInTraining[work];
  return unused === undefined ? isUnder(key, used[work] ?? []) : !isUnder(key, unused);
}

const leaves = new Map(
  worldDefinitions.flatMap((definition) => flattenSettings(createDefaultSettings(definition))),
);
leaves.set('sampling.topK', 0).set('sampling.topP', 1).set('sampling.minP', 0);

async function isRefused(work: string, key: string): Promise<boolean> {
  try {
    await works[work]!({ settings: nestSettings([[key, leaves.get(key)]]) });
    throw new Error(`${work} found something in ${nowhere}`);
  } catch (error) {
    return error instanceof ConfigError && error.code === 'settings_unused';
  }
}

describe.each(Object.keys(works))('%s', (work) => {
  it('takes the settings that it uses, and refuses all others by name', async () => {
    const wrong: string[] = [];
    for (const key of leaves.keys()) {
      const refused = await isRefused(work, key);
      if (refused === isUsed(work, key)) wrong.push(`${key} is ${refused ? 'refused' : 'taken'}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** Names that the source reads from an object, or reads by, outside of the settings' own folder. */
function listReadNames(): ReadonlySet<string> {
  const source = path.resolve(import.meta.dirname, '../..');
  const own = path.join('app', 'settings');
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.add(node.name.text);
    if (ts.isCallExpression(node)) {
      for (const each of node.arguments.filter(ts.isStringLiteral)) names.add(each.text);
    }
    if (ts.isBindingElement(node)) names.add((node.propertyName ?? node.name).getText());
    ts.forEachChild(node, visit);
  };
  for (const file of fs.readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.startsWith(own)) continue;
    const text = fs.readFileSync(path.join(source, file), 'utf8');
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  }
  return names;
}

describe('a setting', () => {
  it('is read by its name where the work is done', () => {
    const read = listReadNames();
    const unread = [...leaves.keys()].filter((key) => !read.has(key.split('.').at(-1) ?? key));
    expect(unread).toEqual([]);
  });
});
