import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../base/index.ts';
import { checkConsent } from './consent.ts';
import type { ConfigFlags } from './flag-layers.ts';
import { resolveSettings } from './resolve.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-consent-'));
const run = path.join(root, 'run');
fs.mkdirSync(run);
afterAll(() => fs.rmSync(root, { recursive: true }));

const judge = { baseUrl: 'https://far.example/v1', model: 'm', apiKeyEnv: 'SOME_TOKEN' };

type Saved = { readonly judge?: object; readonly cache?: string; readonly preset?: string };

/** Opens a run folder with these models; gives what is told of it. */
function open(saved: Saved, flags: ConfigFlags = {}): readonly string[] {
  const { preset, ...models } = saved;
  const world = { judge: { kind: 'model', selfInferred: false } };
  const values = Object.keys(models).length === 0 ? { world } : { world, models };
  const resolved = resolveSettings(
    { flags },
    { saved: { directory: run, values, ...(preset === undefined ? {} : { preset }) } },
  );
  const { settings, ...rest } = resolved;
  return checkConsent({ ...rest, models: settings.models, sections: ['judge'], reads: [] });
}

describe('what a run folder asks for', () => {
  it('is refused, and told with the flags that would allow it', () => {
    expect(() => open({ judge })).toThrow(ConfigError);
    expect(() => open({ judge })).toThrow(
      /models\.judge: sends conversations to https:\/\/far\.example, with the key in SOME_TOKEN/u,
    );
    try {
      open({ judge, cache: path.join(root, 'other place') });
    } catch (error) {
      expect((error as ConfigError).code).toBe('consent_missing');
      expect((error as ConfigError).hint).toContain(
        `--allow-server https://far.example=SOME_TOKEN --allow-cache '${path.join(root, 'other place')}'`,
      );
    }
    expect.assertions(4);
  });

  it('is used where it was allowed, and told', () => {
    expect(open({ judge }, { allowServer: ['https://far.example=SOME_TOKEN'] })).toEqual([
      `${run}, models.judge: sends conversations to https://far.example, with the key in SOME_TOKEN`,
    ]);
    const keyless = { ...judge, apiKeyEnv: null };
    expect(open({ judge: keyless }, { allowServer: ['https://far.example:443/'] })).toHaveLength(1);
  });

  it.each([
    'https://far.example',
    'https://far.example=OTHER_TOKEN',
    'http://far.example=SOME_TOKEN',
    'https://far.example:8443=SOME_TOKEN',
    'https://other.example=SOME_TOKEN',
  ])('is not what was allowed where that is %s', (allowed) => {
    expect(() => open({ judge }, { allowServer: [allowed] })).toThrow('SOME_TOKEN');
  });

  it.each(['far.example', 'far.example=SOME_TOKEN', 'https://far.example=', 'https://a=B=C', ''])(
    'cannot be allowed by %j',
    (allowed) => {
      expect(() => open({ judge }, { allowServer: [allowed] })).toThrow('ORIGIN=VARIABLE');
    },
  );

  it('is of no matter where the person names server and key', () => {
    const own = ['baseUrl=http://localhost:1/v1', 'apiKeyEnv=MY_TOKEN'];
    const set = own.map((text) => `models.judge.${text}`);
    expect(open({ judge }, { set })).toEqual([]);
  });

  it('is refused for a variable alone, and for a server alone', () => {
    const server = { ...judge, apiKeyEnv: null };
    expect(() => open({ judge: server }, { set: ['models.judge.apiKeyEnv=MY_TOKEN'] })).toThrow(
      'with the key in MY_TOKEN',
    );
    const variable = { apiKeyEnv: 'SOME_TOKEN', model: 'm' };
    const set = ['models.judge.baseUrl=http://localhost:1/v1'];
    expect(() => open({ judge: variable }, { set })).toThrow('with the key in SOME_TOKEN');
  });

  it('is refused where the folder only names a preset that names them', () => {
    expect(() => open({ preset: 'paper' })).toThrow('OPENAI_API_KEY');
    const values = { world: { judge: { kind: 'model', selfInferred: false } } };
    const saved = { directory: run, values };
    const { settings, ...rest } = resolveSettings({ flags: { preset: 'paper' } }, { saved });
    expect(
      checkConsent({ ...rest, models: settings.models, sections: ['judge'], reads: [] }),
    ).toEqual([]);
  });
});

describe('the cache of a run folder', () => {
  const local = { ...judge, apiKeyEnv: null };
  const flags = { allowServer: ['https://far.example'] };

  it('may lie inside of it, or where everybody has it', () => {
    expect(open({ judge: local, cache: path.join(run, 'cache', 'deep') }, flags)).toHaveLength(1);
    expect(open({ judge: local, cache: '.rlpa-cache' }, flags)).toHaveLength(1);
  });

  it.each([
    path.join(run, '..', 'elsewhere'),
    `${run}-other`,
    os.tmpdir(),
    path.join(run, 'link', 'deep'),
  ])('may not lie outside of it: %s', (cache) => {
    if (!fs.existsSync(path.join(run, 'link'))) fs.symlinkSync(root, path.join(run, 'link'));
    expect(() => open({ judge: local, cache }, flags)).toThrow('outside of the run');
    const allowCache = [cache];
    expect(open({ judge: local, cache }, { ...flags, allowCache })).toHaveLength(2);
  });

  it('may not hold what a terminal takes for orders', () => {
    expect(() => open({ judge: local, cache: '\u001b[2Jx' }, flags)).toThrow('control characters');
  });
});

describe('what a run folder wants read', () => {
  const reads = ['world.personas', 'policy.model', 'policy.adapter'];
  const openToRead = (
    { personas = null, ...policy }: Readonly<Record<string, string | null>>,
    flags: ConfigFlags = {},
  ): readonly string[] => {
    const values = { world: { kind: 'free-text', personas }, policy };
    const { settings, ...rest } = resolveSettings({ flags }, { saved: { directory: run, values } });
    return checkConsent({ ...rest, models: settings.models, sections: [], reads });
  };
  const people = path.join(root, 'people.jsonl');
  const model = path.join(root, 'a model');

  it('may lie inside of it, or come with the package', () => {
    const inside = path.join(run, 'people.jsonl');
    expect(openToRead({ personas: inside, model: path.join(run, 'base') })).toEqual([]);
    for (const named of ['base', 'warm-start']) expect(openToRead({ model: named })).toEqual([]);
  });

  it('is refused elsewhere, all of it at once, with the flags that would allow it', () => {
    const read = (): readonly string[] =>
      openToRead({ personas: people, model, adapter: path.join(run, '..', 'adapter') });
    expect(read).toThrow(`world.personas: reads ${people}, outside of the run`);
    expect(read).toThrow(`policy.model: reads ${model}, outside of the run`);
    expect(read).toThrow(`policy.adapter: reads ${path.join(root, 'adapter')}, outside of the run`);
    try {
      read();
    } catch (error) {
      expect((error as ConfigError).hint).toContain(
        `--allow-read ${people} --allow-read '${model}' --allow-read ${path.join(root, 'adapter')}`,
      );
    }
    expect.assertions(4);
  });

  it('is told where it was allowed, and needs no more where the person names it', () => {
    const allowRead = [people];
    expect(openToRead({ personas: people }, { allowRead })).toEqual([
      `${run}, world.personas: reads ${people}, outside of the run`,
    ]);
    expect(openToRead({ personas: '/etc/passwd' }, { personas: people })).toEqual([]);
    expect(() => openToRead({ personas: `${people}.old` }, { allowRead })).toThrow(ConfigError);
  });

  it('is where a link in the folder leads', () => {
    fs.writeFileSync(people, '');
    fs.symlinkSync(people, path.join(run, 'people'));
    expect(() => openToRead({ personas: path.join(run, 'people') })).toThrow(`reads ${people}`);
  });
});

describe('a key that a preset or a file gives', () => {
  const to = (baseUrl: string, ...more: readonly string[]): string =>
    resolveSettings({
      flags: {
        preset: 'paper',
        set: [
          `models.judge.baseUrl=${baseUrl}`,
          'models.judge.model=m',
          'world.personas=p.jsonl',
          ...more,
        ],
      },
    }).settings.models.judge.apiKeyEnv ?? 'none';

  it('goes with the server it was given for', () => {
    expect(to('https://api.openai.com/v2')).toBe('OPENAI_API_KEY');
  });

  it('does not go with another one', () => {
    expect(() => to('http://localhost:1/v1')).toThrow(
      'models.judge.apiKeyEnv: was given for https://api.openai.com, and baseUrl is now at http://localhost:1',
    );
  });

  it('goes there when it is given anew, or not at all', () => {
    expect(to('http://localhost:1/v1', 'models.judge.apiKeyEnv=MY_TOKEN')).toBe('MY_TOKEN');
    expect(to('http://localhost:1/v1', 'models.judge.apiKeyEnv=null')).toBe('none');
  });
});
