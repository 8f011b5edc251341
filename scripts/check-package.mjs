// Packs the package, installs it into an empty project, imports every subpath, and checks its types.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const { exports: subpaths, name } = JSON.parse(
  fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-package-'));
try {
  run('npx', ['publint', '--strict'], root);
  const [{ filename, size, entryCount }] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder], root),
  );
  console.log(`${filename}: ${(size / 1e6).toFixed(2)} MB, ${entryCount} files`);
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  );
  fs.writeFileSync(path.join(folder, '.npmrc'), 'ignore-scripts=true\n');
  run('npm', ['install', '--no-audit', '--no-fund', path.join(folder, filename)], folder);

  const names = Object.keys(subpaths)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => name + key.slice(1));
  const lines = names.map((each, index) => `import * as m${index} from '${each}';`);
  const use = `console.log([${names.map((_, index) => `m${index}`)}].map((m) => Object.keys(m).length).join(' '));`;
  fs.writeFileSync(path.join(folder, 'use.ts'), [...lines, use, ''].join('\n'));
  fs.writeFileSync(path.join(folder, 'use.mjs'), [...lines, use, ''].join('\n'));
  const exported = run('node', ['use.mjs'], folder).trim();
  console.log(`${names.length} subpaths import; names exported: ${exported}`);
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = path.join(root, 'node_modules', '@types');
  run(
    'node',
    [
      tsc,
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--skipLibCheck',
      '--typeRoots',
      types,
      '--types',
      'node',
      'use.ts',
    ],
    folder,
  );
  console.log('types resolve from every subpath');
  console.log(run('npx', ['rlpa', '--version'], folder).trim());
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
