// What a project outside of the clone meets: packs the package, installs it into an empty project as the
// README says, checks its types strictly, libraries included, and runs the README's lines and every example.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-package-'));
const run = async (command, args, cwd = folder) =>
  (await promisify(execFile)(command, args, { cwd, maxBuffer: 1e8 })).stdout;
const write = (name, ...lines) =>
  fs.writeFileSync(path.join(folder, name), [...lines, ''].join('\n'));

/** The command and the program that the README gives a project of one's own. */
function readReadme() {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, install] = /`npm (i --ignore-scripts) FILE\.tgz`/u.exec(readme) ?? [];
  const [, program] = /```ts\n([\s\S]*?)```/u.exec(readme) ?? [];
  if (install === undefined || program === undefined) {
    throw new Error('Expected an install command and a block of TypeScript in README.md.');
  }
  return { install: install.split(' '), program };
}

async function installPackage({ install, program }) {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], root);
  const [{ filename, size, entryCount }] = JSON.parse(packed);
  console.log(`${filename}: ${(size / 1e6).toFixed(2)} MB, ${entryCount} files`);
  await run('npx', ['publint', 'run', path.join(folder, filename), '--strict'], root);
  write('package.json', JSON.stringify({ name: 'outside', private: true, type: 'module' }));
  await run('npm', [...install, '--no-audit', '--no-fund', path.join(folder, filename)]);
  fs.cpSync(path.join(folder, 'node_modules/rlpa/examples'), path.join(folder, 'examples'), {
    recursive: true,
  });
  write('ten-lines.ts', program);
}

async function importSubpaths() {
  const { exports: subpaths, name } = JSON.parse(
    fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  const names = Object.keys(subpaths)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => name + key.slice(1));
  write(
    'subpaths.ts',
    ...names.map((each, index) => `import * as m${index} from '${each}';`),
    `console.log([${names.map((_, index) => `m${index}`)}].map((m) => Object.keys(m).length).join(' '));`,
  );
  console.log(
    `${names.length} subpaths import; names exported: ${await runProgram('subpaths.ts')}`,
  );
}

async function checkTypes() {
  const compilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: false,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023'],
    typeRoots: [path.join(root, 'node_modules', '@types')],
    types: ['node'],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts', 'examples/*.ts'] }));
  fs.rmSync(path.join(folder, 'examples', 'tsconfig.json'), { force: true });
  await run('node', [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')]);
  console.log('types hold, libraries included');
}

/** Runs a program as `npx jiti` does: jiti comes with the package. */
async function runProgram(file, ...args) {
  const jiti = path.join(folder, 'node_modules', 'jiti', 'lib', 'jiti-cli.mjs');
  return (await run('node', [jiti, path.join(folder, file), ...args])).trim();
}

/** A model server that greets whoever asks. */
async function startServer() {
  const content = '<profile> </profile> <response> nice to meet you . </response>';
  const answer = {
    choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  };
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function runExamples() {
  const server = await startServer();
  const args = {
    'evaluate-remote.ts': [`http://127.0.0.1:${server.address().port}/v1#any`],
    'own-world.ts': ['--train', path.join(folder, 'own-world')],
  };
  const files = fs
    .readdirSync(path.join(folder, 'examples'))
    .filter((name) => name.endsWith('.ts'));
  try {
    for (const file of files) {
      const shown = await runProgram(path.join('examples', file), ...(args[file] ?? []));
      console.log(`examples/${file}: ${shown.split('\n').at(-1)}`);
    }
  } finally {
    // While it listens, the script would not end after an example that fails.
    server.close();
  }
}

try {
  await installPackage(readReadme());
  await importSubpaths();
  await checkTypes();
  console.log((await runProgram('ten-lines.ts')).split('\n')[0]);
  await runExamples();
  console.log(`rlpa ${(await run('npx', ['rlpa', '--version'])).trim()}`);
} catch (error) {
  console.error(error.stdout ?? '', error.stderr ?? '', error.message);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
