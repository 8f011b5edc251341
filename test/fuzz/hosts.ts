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
  /** Takes the answer of the case under way. */
  #onEnd: (answer: Partial<Outcome>) => void = () => undefined;
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
    const answer = await new Promise<Partial<Outcome>>((resolve) => {
      const patience = setTimeout(() => child.kill('SIGKILL'), this.#patienceMs);
      const end = (found: Partial<Outcome>): void => {
        clearTimeout(patience);
        this.#onEnd = () => undefined;
        resolve(found);
      };
      this.#onEnd = end;
      child.send(job, (error) => {
        if (error !== null) end({ stderr: `The process had ended by itself: ${error.message}` });
      });
    });
    return { ...died, ...answer, seconds: (performance.now() - startMs) / 1000 };
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill('SIGKILL');
    this.#forget();
  }

  #forget(): void {
    this.#child = null;
    this.#cases = 0;
  }

  async #start(): Promise<ChildProcess> {
    const entry = path.join(import.meta.dirname, 'host.mjs');
    if (!fs.existsSync(path.join(root, 'dist'))) throw new Error('Build first: npm run build');
    const child = fork(entry, { env: { ...process.env, ...this.#environment } });
    await new Promise((resolve) => child.once('message', resolve));
    child.on('message', (answer: Partial<Outcome>) => this.#onEnd(answer));
    child.on('error', () => undefined);
    child.on('exit', (code, signal) => {
      this.#forget();
      this.#onEnd({ stderr: `The process ended by itself: ${signal ?? `exit code ${code}`}.` });
    });
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
