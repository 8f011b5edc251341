import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../base/index.ts';
import { renderSettings } from './print.ts';
import { listPresets } from '../package-files.ts';
import { resolveSettings } from './resolve.ts';

const problemsOf = (set: readonly string[]): readonly { path: string; problem: string }[] => {
  try {
    resolveSettings({ preset: 'small-world', flags: { set } });
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.details['problems'] as readonly { path: string; problem: string }[];
    }
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it.each([
    ['optimizer.beta1', '1'],
    ['optimizer.learningRate', '1e30'],
    ['iterations', '1000000000'],
    ['warmStart.beta1', '1'],
    ['warmStart.beta2', '1'],
    ['warmStart.learningRate', '1e30'],
    ['warmStart.tokens', '1e300'],
    ['warmStart.model.layerCount', '1000000'],
    ['warmStart.model.vocabularySize', '1e9'],
    ['evaluation.users', '1e9'],
    ['evaluation.turns', '1e9'],
    ['engine.threads', '1000000'],
  ])('refuses %s=%s, which trains to NaN or never ends, saying why', (key, value) => {
    const [problem] = problemsOf([`${key}=${value}`]);
    expect(problem?.path).toBe(key);
    expect(problem?.problem).toMatch(/below|at most|<|less/iu);
  });

  it.each(['models.cache', 'policy.model', 'policy.adapter', 'world.personas'])(
    'takes no empty name for %s, which would be the current folder',
    (key) => {
      for (const empty of ['', ' ']) {
        expect(problemsOf([`${key}=${empty}`])).toMatchObject([{ path: key }]);
      }
    },
  );

  it('lets later layers win and remembers where each value came from', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-config-'));
    const config = path.join(folder, 'own.json');
    fs.writeFileSync(config, JSON.stringify({ turns: 5, ppo: { klCoef: 0.5 }, seed: 7 }));
    const { settings, sources } = resolveSettings(
      { preset: 'tiny', flags: { config, set: ['ppo.clipEpsilon=0.1', 'turns=6'], seed: 9 } },
      { saved: { directory: 'runs/a', values: { iterations: 12, turns: 4 } } },
    );
    expect(settings).toMatchObject({ iterations: 12, turns: 6, seed: 9 });
    expect(settings.ppo).toMatchObject({ klCoef: 0.5, clipEpsilon: 0.1 });
    const origin = (key: string): string | undefined => sources.get(key)?.origin;
    expect(origin('iterations')).toBe('run runs/a');
    expect(origin('turns')).toBe('--set turns');
    expect(origin('seed')).toBe('--seed');
    expect(origin('ppo.klCoef')).toBe(config);
    expect(origin('episodesPerIteration')).toBe('preset tiny');
    expect(origin('ppo.turnLambda')).toBe('default');
    fs.rmSync(folder, { recursive: true });
  });

  it('accepts every preset that comes with the package', () => {
    for (const preset of listPresets()) {
      expect(resolveSettings({ preset }).preset).toBe(preset);
    }
  });

  it('refuses unknown keys, naming the nearest known one', () => {
    expect(problemsOf(['ppo.clipEpsilom=0.1'])).toEqual([
      {
        path: 'ppo.clipEpsilom',
        problem: 'unknown key, the nearest known one is ppo.clipEpsilon',
      },
    ]);
    expect(problemsOf(['clipEpsilon=0.1'])[0]?.problem).toContain('ppo.clipEpsilon');
    expect(problemsOf(['sampling.topk=4'])[0]?.problem).toContain('sampling.topK');
  });

  it('lists wrong keys, wrong types and wrong ranges at once', () => {
    const problems = problemsOf(['sed=1', 'turns="many"', 'iterations=0', 'ppo.discount=2']);
    expect(problems.map((problem) => problem.path).sort()).toEqual([
      'iterations',
      'ppo.discount',
      'sed',
      'turns',
    ]);
  });

  it('says how a list is written', () => {
    const [problem] = problemsOf(['families=direct,terse']);
    expect(problem?.problem).toMatch(/'families=\["one","two"\]'$/u);
  });

  it('refuses values that do not go together', () => {
    expect(
      problemsOf(['algorithm=ppo', 'groupSize=1', 'policy.valueHead=none']).map(
        ({ path: key }) => key,
      ),
    ).toEqual(['policy.valueHead']);
    expect(problemsOf(['warmStart.model.headCount=3']).length).toBeGreaterThan(0);
    expect(problemsOf(['world.explainsProtocol=true']).map(({ path: key }) => key)).toEqual([
      'world.explainsProtocol',
    ]);
    expect(problemsOf(['world.explainsProtocol=true', 'policy.model=folder'])).toEqual([]);
  });

  it('asks for everything a model needs, and refuses it where it has no part', () => {
    const keysOf = (set: readonly string[]): string[] =>
      problemsOf(set).map(({ path: key }) => key);
    expect(keysOf(['world.judge.kind=model'])).toEqual([
      'models.judge.baseUrl',
      'models.judge.model',
    ]);
    const people = ['world.kind=free-text', 'policy.model=warm-start'];
    expect(keysOf([...people, 'world.matching.kind=model'])).toEqual([
      'models.judge.baseUrl',
      'models.judge.model',
    ]);
    expect(keysOf([...people, 'world.matching.kind=embeddings'])).toEqual([
      'models.embeddings.baseUrl',
      'models.embeddings.model',
    ]);
    expect(keysOf([...people, 'world.matching.threshold=0'])).toEqual(['world.matching.threshold']);
    expect(keysOf(['models.embeddings.temperature=1'])).toEqual(['models.embeddings.temperature']);
  });

  it("says whose setting it is that another world's has", () => {
    expect(problemsOf(['world.matching.kind=embeddings', 'world.personas=x.jsonl'])).toEqual([
      { path: 'world.matching', problem: expect.stringContaining('it is one of free-text') },
      { path: 'world.personas', problem: expect.stringContaining('--preset free-text') },
    ]);
  });

  it("reads a run of an earlier version, which wrote other worlds' settings too", () => {
    const world = { kind: 'small-world', personas: null, users: { kind: 'rule', retries: 2 } };
    const saved = { directory: 'old', values: { world } };
    const { settings } = resolveSettings({ preset: 'small-world' }, { saved });
    expect(settings.world).not.toHaveProperty('personas');
  });

  it('reads a run of an earlier version, whose credit had one lambda', () => {
    const saved = { directory: 'old', values: { ppo: { discount: 0.5, gaeLambda: 0.95 } } };
    const { settings } = resolveSettings({ preset: 'small-world' }, { saved });
    expect(settings.ppo).toMatchObject({ discount: 0.5, turnLambda: 0.9, tokenLambda: 1 });
    expect(problemsOf(['ppo.gaeLambda=0.95'])[0]?.path).toBe('ppo.gaeLambda');
  });

  it('reads a run of an earlier version, which named a provider', () => {
    const saved = { directory: 'old', values: { engine: { threads: 3, provider: 'cpu' } } };
    const { settings } = resolveSettings({ preset: 'small-world' }, { saved });
    expect(settings.engine).toMatchObject({ threads: 3, device: 'auto' });
    expect(settings.engine).not.toHaveProperty('provider');
    expect(problemsOf(['engine.provider=cpu'])[0]?.path).toBe('engine.provider');
  });

  it('names the nearest world', () => {
    const resolveIt = (): unknown => resolveSettings({ flags: { set: ['world.kind=smal-world'] } });
    expect(resolveIt).toThrowError(
      expect.objectContaining({
        code: 'unknown_world',
        hint: expect.stringContaining('Did you mean small-world?') as string,
      }) as Error,
    );
  });

  it.each([
    'models.judge.baseUrl=https://me:hidden@host/v1',
    'models.embeddings.baseUrl=https://host/v1?key=hidden',
    'models.embeddings.apiKeyEnv=sk-hidden',
  ])('refuses %s, whose value may be a secret, without repeating it', (assignment) => {
    const [problem] = problemsOf([assignment]);
    expect(problem?.path).toBe(assignment.split('=')[0]);
    expect(problem?.problem).not.toContain('hidden');
  });

  it.each(['__proto__.polluted=1', 'constructor.prototype.polluted=1', 'world.__proto__.kind=x'])(
    'refuses %s like any unknown key, and leaves everything else alone',
    (assignment) => {
      const [key = ''] = assignment.split('=');
      expect(problemsOf([assignment])[0]?.problem).toContain('unknown key');
      expect(problemsOf([assignment])[0]?.path.startsWith(key.split('.')[0] ?? '')).toBe(true);
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  it('refuses the same from a file', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-config-'));
    const config = path.join(folder, 'own.json');
    fs.writeFileSync(config, '{"__proto__": {"turns": 3}, "ppo": {"__proto__": {"klCoef": 9}}}');
    const resolve = (): unknown => resolveSettings({ preset: 'tiny', flags: { config } });
    expect(resolve).toThrowError(expect.objectContaining({ code: 'config_invalid' }));
    expect(resolve).toThrow(/ppo\.__proto__: unknown key[^]*\n {2}__proto__: unknown key/u);
    fs.rmSync(folder, { recursive: true });
  });

  it('answers at once, however many keys there are, however long and deep', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-config-'));
    const config = path.join(folder, 'own.json');
    const many = Array.from({ length: 60_000 }, (_, index) => `"key${index}": 1`).join(',');
    for (const text of [
      `{${many}}`,
      `{"turns": ${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
      `{"${'turns'.repeat(100_000)}": 1}`,
      `{"turns": [${'1,'.repeat(300_000)}1]}`,
      `{"turns": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ]) {
      fs.writeFileSync(config, text);
      const resolve = (): unknown => resolveSettings({ preset: 'tiny', flags: { config } });
      expect(resolve).toThrowError(expect.objectContaining({ code: 'config_invalid' }));
    }
    fs.truncateSync(config, 2 ** 40);
    expect(() => resolveSettings({ preset: 'tiny', flags: { config } })).toThrowError(
      expect.objectContaining({ code: 'config_unreadable' }),
    );
    fs.rmSync(folder, { recursive: true });
  });

  it('takes a section in place of null and null in place of a section', () => {
    const set = ['policy.lora={"rank": 4, "alpha": 8}'];
    const withAdapter = resolveSettings({ preset: 'small-world', flags: { set } });
    expect(withAdapter.settings.policy.lora).toEqual({ rank: 4, alpha: 8 });
    const without = resolveSettings({
      preset: 'tiny',
      flags: { set: [...set, 'policy.lora=null'] },
    });
    expect(without.settings.policy.lora).toBeNull();
  });

  it('keeps what an empty section leaves out', () => {
    const set = ['models={}', 'models.budget={}', 'policy={}', 'world={}', 'rewardWeights={}'];
    const values = { models: { judge: {} }, policy: {}, ppo: {} };
    const saved = { directory: 'run', values };
    const { settings } = resolveSettings({ preset: 'tiny', flags: { set } }, { saved });
    expect(settings).toEqual(resolveSettings({ preset: 'tiny' }).settings);
    expect(() => resolveSettings({ flags: { set: ['policy.lora={}'] } })).toThrow(
      'policy.lora.rank',
    );
  });

  it('names the presets there are when asked for another', () => {
    expect(() => resolveSettings({ flags: { preset: 'smal-world' } })).toThrowError(
      expect.objectContaining({
        code: 'unknown_preset',
        hint: expect.stringContaining('Did you mean small-world?'),
      }),
    );
  });

  it('refuses an assignment without a value', () => {
    expect(() => resolveSettings({ flags: { set: ['turns'] } })).toThrow(/KEY=VALUE/u);
  });

  it('prints one line a key with value and origin', () => {
    const text = renderSettings(resolveSettings({ flags: { iterations: 3 } }));
    expect(text).toMatch(/^iterations +3 +--iterations$/mu);
  });
});
