/** Hands command lines to a host process, and ends it when one of them does not end. */
import { fork, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export type Job = {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Standard input. */
  readonly input: string;
};

export type Outcome = {
  /** Null where the process was killed or died. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly processorMs: number;
  readonly peakBytes: number;
  /** What the case left in `Object.prototype`. */
  readonly pollution: readonly string[];
};

/** A host is renewed after so many cases, so that nothing piles up in it. */
const casesPerHost = 150;

/**
 * Wall-clock limit, in milliseconds: a machine that is busy elsewhere gets four times what a case may
 * take, or as many seconds as RLPA_FUZZ_PATIENCE says.
 */
const patienceMs = Number(process.env['RLPA_FUZZ_PATIENCE'] ?? 40) * 1000;

/** One host process, started when needed. */
export class Host {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #patienceMs: number;
  #child: ChildProcess | null = null;
  #cases = 0;

  constructor(environment: Readonly<Record<string, string>>, givenMs = patienceMs) {
    this.#environment = environment;
    this.#patienceMs = givenMs;
  }

  async run(job: Job): Promise<Outcome> {
    if (this.#cases === casesPerHost) this.close();
    const child = (this.#child ??= await this.#start());
    this.#cases += 1;
    const startMs = performance.now();
    return new Promise((resolve) => {
      const end = (answer: Partial<Outcome>): void => {
        clearTimeout(patience);
        child.removeAllListeners();
        const seconds = (performance.now() - startMs) / 1000;
        resolve({ ...died, ...answer, seconds });
      };
      const patience = setTimeout(() => child.kill('SIGKILL'), this.#patienceMs);
      child.once('message', (answer: Partial<Outcome>) => end(answer));
      child.once('exit', (code, signal) => {
        this.#child = null;
        this.#cases = 0;
        end({ stderr: `The process ended by itself: ${signal ?? `exit code ${code}`}.` });
      });
      child.send(job);
    });
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill('SIGKILL');
    this.#child = null;
    this.#cases = 0;
  }

  async #start(): Promise<ChildProcess> {
    const entry = path.join(import.meta.dirname, 'host.mjs');
    if (!fs.existsSync(path.join(root, 'dist'))) throw new Error('Build first: npm run build');
    const child = fork(entry, { env: { ...process.env, ...this.#environment } });
    await new Promise((resolve) => child.once('message', resolve));
    return child;
  }
}

const died: Outcome = {
  exitCode: null,
  stdout: '',
  stderr: '',
  seconds: 0,
  processorMs: 0,
  peakBytes: 0,
  pollution: [],
};
