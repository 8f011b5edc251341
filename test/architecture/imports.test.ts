/** Reads every import of the library and holds it to the table of allowed directions. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const source = path.resolve(import.meta.dirname, '../../src');

/**
 * Folder to the folders it may import; `base` is open to all, `app` and `cli` may import everything
 * below them. Tests, and what only tests import, may build on `worlds` as well.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  engine: [],
  gguf: [],
  hub: [],
  tokenizer: ['gguf'],
  profile: [],
  api: [],
  chat: ['gguf', 'tokenizer'],
  client: ['api'],
  memory: ['api', 'profile', 'chat'],
  server: ['api', 'memory', 'profile', 'chat', 'protocol'],
  policy: ['engine', 'gguf', 'tokenizer', 'chat'],
  users: ['chat', 'profile'],
  rewards: ['chat', 'profile', 'users'],
  protocol: ['chat', 'profile'],
  env: ['chat', 'profile', 'protocol', 'users', 'rewards'],
  worlds: ['chat', 'profile', 'protocol', 'users', 'rewards', 'env'],
  runlog: ['env'],
  rl: ['policy', 'engine', 'env', 'runlog', 'tokenizer', 'chat', 'protocol', 'rewards'],
  eval: ['chat', 'profile', 'protocol', 'env', 'runlog', 'rewards'],
  report: ['profile', 'env', 'runlog', 'eval'],
};

type Import = { readonly file: string; readonly folder: string; readonly target: string };

const files = fs
  .readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'));

const imports = files.flatMap((file): Import[] => {
  const text = fs.readFileSync(path.join(source, file), 'utf8');
  const folder = file.split(path.sep)[0]!;
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!);
  return found.map((target) => ({ file, folder, target }));
});

const inside = imports
  .filter(({ target }) => target.startsWith('.'))
  .map((each) => ({
    ...each,
    resolved: path.relative(source, path.resolve(source, path.dirname(each.file), each.target)),
  }));

const isTest = (file: string): boolean =>
  file.endsWith('.test.ts') || file.split(path.sep).includes('testing');

describe('imports', () => {
  it('go only where the table allows', () => {
    const wrong = inside.filter(({ file, folder, resolved }) => {
      const [target] = resolved.split(path.sep);
      if (!file.includes(path.sep) || target === folder || target === 'base') return false;
      if (folder === 'cli' || (folder === 'app' && target !== 'cli')) return false;
      if (isTest(file) && target === 'worlds') return false;
      return !allowed[folder]?.includes(target!);
    });
    expect(wrong.map(({ file, resolved }) => `${file} imports ${resolved}`)).toEqual([]);
  });

  it('reach another folder through its index only', () => {
    const wrong = inside.filter(({ file, folder, resolved }) => {
      const parts = resolved.split(path.sep);
      return file.includes(path.sep) && parts[0] !== folder && parts.slice(1).join() !== 'index.ts';
    });
    expect(wrong.map(({ file, resolved }) => `${file} imports ${resolved}`)).toEqual([]);
  });

  it('name the native runtime in engine/runtime only', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        target.startsWith('onnxruntime') && !file.startsWith(path.join('engine', 'runtime')),
    );
    expect(wrong.map(({ file }) => file).filter((file) => !file.startsWith('cli'))).toEqual([]);
  });

  it('know every folder of the source', () => {
    const folders = new Set(
      files.filter((file) => file.includes(path.sep)).map((file) => file.split(path.sep)[0]!),
    );
    for (const folder of folders) expect([...Object.keys(allowed), 'app', 'cli']).toContain(folder);
  });
});

describe('the text of a turn', () => {
  const places = (pattern: RegExp): string[] =>
    files
      .filter((file) => !isTest(file))
      .filter((file) => pattern.test(fs.readFileSync(path.join(source, file), 'utf8')))
      .map((file) => file.split(path.sep).join('/'));

  it('is tagged in one file', () => {
    expect(places(/<\/?(?:profile|response)\\?>/u)).toEqual(['protocol/output.ts']);
  });

  it('is composed, read and applied by the dialogue alone', () => {
    const outside = places(/\b(?:composeMessages|completeOutput)\(/u);
    expect(outside.filter((file) => !file.startsWith('protocol/'))).toEqual([]);
  });
});

describe('globals', () => {
  const code = files
    .filter((file) => !isTest(file))
    .map((file) => ({ file, text: fs.readFileSync(path.join(source, file), 'utf8') }));
  const users = (pattern: RegExp, owner: string): string[] =>
    code
      .filter(({ file, text }) => pattern.test(text) && !file.startsWith(owner))
      .map(({ file }) => file);

  it('randomness and time come from base', () => {
    expect(users(/Math\.random\(|Date\.now\(|new Date\(|performance\.now\(/, 'base')).toEqual([]);
  });

  it('requests to servers belong to the client of models, to that of the hub and to that of our own server', () => {
    // `app().fetch` answers a request inside the program.
    const found = users(/node:https'|(?<!\)\.)\bfetch\(/, path.join('chat', 'client'));
    const others = found.filter((file) => !file.startsWith('client'));
    expect(others).toEqual([path.join('hub', 'requests.ts')]);
  });

  it('drivers of databases are named in one file', () => {
    const wrong = imports.filter(({ target }) => /^(?:libsql|pg)$/u.test(target));
    expect([...new Set(wrong.map(({ file }) => file))]).toEqual([
      path.join('memory', 'open-database.ts'),
    ]);
  });

  it('the process and the terminal belong to the command line', () => {
    const exceptions = [
      // Reads how long the processors worked.
      path.join('base', 'clock.ts'),
      // Lets native calls end before the process does.
      path.join('engine', 'runtime', 'native-calls.ts'),
      // Tells the native runtime to report nothing.
      path.join('engine', 'runtime', 'telemetry.ts'),
    ];
    const pattern = /\bprocess\.(?!pid)|node:process|node:readline|node:tty/;
    expect(users(pattern, 'cli').sort()).toEqual(exceptions);
  });
});

/** Rooms of the policy; each may import those before it. The interface of the backend is open to all. */
const policyRooms = ['files', 'weights', 'graphs', 'runners', 'threads', 'sampling', 'embedded'];

describe('subfolders', () => {
  it('of the policy build on each other in one order', () => {
    const rank = (room: string | undefined): number => policyRooms.indexOf(room ?? '');
    const wrong = inside.filter(({ file, folder, resolved }) => {
      const [target, room] = resolved.split(path.sep);
      const own = file.split(path.sep).length > 2 ? file.split(path.sep)[1] : undefined;
      if (isTest(file) || folder !== 'policy' || target !== folder || own === undefined)
        return false;
      const isInterface = room === 'backend.ts' || room === 'check-input.ts';
      return rank(room) < 0 ? !isInterface : rank(room) > rank(own);
    });
    expect(wrong.map(({ file, resolved }) => `${file} imports ${resolved}`)).toEqual([]);
  });

  it('the maths of rl rest on base alone', () => {
    const math = path.join('rl', 'math');
    const wrong = inside.filter(
      ({ file, resolved }) =>
        file.startsWith(math) && !isTest(file) && !/^(?:base|rl[\\/]math)[\\/]/.test(resolved),
    );
    expect(wrong.map(({ file, resolved }) => `${file} imports ${resolved}`)).toEqual([]);
  });

  it('nothing imports the command line, and echarts is drawn with in eval only', () => {
    const wrong = imports.filter(
      ({ folder, target }) =>
        (target === 'echarts' && folder !== 'eval') ||
        (target === 'commander' && folder !== 'cli') ||
        (/(?:^|\/)cli\//.test(target) && folder !== 'cli'),
    );
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });
});
