/** Runs the built command line as a person would: as a subprocess, with nothing but its output. */
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
const entry = path.join(root, 'dist', 'cli', 'main.js');

export type Outcome = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  readonly input?: string;
  readonly cwd?: string;
  /** Laid over this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called every few milliseconds while it runs. */
  readonly onTick?: (child: ChildProcess) => void;
};

/** Runs `rlpa` with the arguments until it ends. */
export function runRlpa(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  if (!fs.existsSync(entry)) throw new Error('Build first: npm run build');
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const ticking = setInterval(() => options.onTick?.(child), 5);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) => {
    child.on('close', (exitCode) => {
      clearInterval(ticking);
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Makes an empty folder that the caller removes. */
export function createScratch(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-test-'));
}
