/**
 * The image of the Containerfile, without a container: both stages are laid out as it says, in folders that hold
 * nothing else, and what comes out is started as it says.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startProgram, stop, type StartedServer } from '../server/start-server.ts';

const packageRoot = path.resolve(import.meta.dirname, '../..');
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-container-'));
let server: StartedServer | undefined;
afterAll(() => {
  server?.child.kill('SIGKILL');
  fs.rmSync(root, { recursive: true });
});

type Instruction = { readonly word: string; readonly rest: string };

/** Stages of the file, each a list of instructions. */
function readStages(): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const line of fs.readFileSync(path.join(packageRoot, 'Containerfile'), 'utf8').split('\n')) {
    const { word, rest } = /^(?<word>[A-Z]+) (?<rest>.+)$/u.exec(line)?.groups ?? {};
    if (word === undefined || rest === undefined) continue;
    if (word === 'FROM') stages.push([]);
    stages.at(-1)!.push({ word, rest });
  }
  return stages;
}

/** Copies what a stage copies; packages are linked, as both stages have those of the lock file. */
function layOut(stage: readonly Instruction[], folder: string, built: string): void {
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(packageRoot, 'node_modules'), path.join(folder, 'node_modules'));
  for (const { rest } of stage.filter(({ word }) => word === 'COPY')) {
    const words = rest.split(' ').filter((word) => !word.startsWith('--'));
    const to = path.join(folder, words.at(-1)!);
    for (const each of words.slice(0, -1)) {
      if (each.endsWith('node_modules')) continue;
      const from = each.startsWith('/app') ? path.join(built, each.slice(4)) : each;
      const isInto = words.at(-1) === './';
      fs.cpSync(path.resolve(packageRoot, from), isInto ? path.join(to, path.basename(from)) : to, {
        recursive: true,
      });
    }
  }
}

const read = (stage: readonly Instruction[], name: string): string[] =>
  JSON.parse(stage.find(({ word }) => word === name)!.rest) as string[];

describe('the image', () => {
  it('builds from what the file copies, and answers as it is started', async () => {
    const [build, final] = readStages();
    const [built, image] = [path.join(root, 'build'), path.join(root, 'image')];
    layOut(build!, built, built);
    const [, script] = /npm run (\S+)/u.exec(build!.map(({ rest }) => rest).join('\n'))!;
    execFileSync('npm', ['run', script!], { cwd: built, stdio: 'pipe' });
    layOut(final!, image, built);

    const key = 'key-of-the-container';
    const [program, ...args] = read(final!, 'ENTRYPOINT');
    const given = read(final!, 'CMD').map((each) => each.replace(/^\/data/u, root));
    server = await startProgram(program!, [...args, ...given, '--port', '0'], {
      cwd: image,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', RLPA_API_KEY: key },
    });
    const port = /:(\d+)/u.exec(server.url)![1];
    const ask = (place: string, headers = {}): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${place}`, { headers });
    expect(await (await ask('/')).text()).toContain('<title>rlpa');
    expect((await ask('/v1/models')).status).toBe(401);
    const models = await ask('/v1/models', { authorization: `Bearer ${key}` });
    expect(await models.json()).toMatchObject({ data: [{ id: 'trained small-world' }] });
    expect(await stop(server)).toBe(0);
    expect(fs.existsSync(path.join(root, 'profiles.db'))).toBe(true);
  }, 240_000);
});
