/**
 * Native calls and the end of the process.
 *
 * A thread that is ended in the middle of a native call takes the process down with it: the library
 * throws where no JavaScript may run any more, and nothing catches that. So every thread says when it
 * is inside the library, and the end of the process (`process.exit`, a second Ctrl-C) waits until all
 * are out of it and lets no further call begin. A call that takes longer than the wait is cut off.
 * The main thread is not counted: it cannot end while it is inside.
 */
import process from 'node:process';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { EngineError } from '../../base/index.ts';

const key = 'rlpa native calls';
const [endingWord, callsWord] = [0, 1];

/** How long the end of the process waits, in milliseconds. */
const longestWait = 5000;

/** Whether the process ends, and how many threads are inside the library; one pair for all threads. */
const words = openWords();

function openWords(): Int32Array {
  const inherited = getEnvironmentData(key) as unknown;
  if (inherited instanceof SharedArrayBuffer) return new Int32Array(inherited);
  const created = new Int32Array(new SharedArrayBuffer(8));
  setEnvironmentData(key, created.buffer);
  if (isMainThread) process.once('exit', waitForCalls);
  return created;
}

function waitForCalls(): void {
  Atomics.store(words, endingWord, 1);
  for (;;) {
    const calls = Atomics.load(words, callsWord);
    if (calls === 0 || Atomics.wait(words, callsWord, calls, longestWait) === 'timed-out') return;
  }
}

/** Makes a native call. Throws what it throws, `EngineError` when the process is about to end. */
export async function callNative<Result>(call: () => Promise<Result>): Promise<Result> {
  if (isMainThread) return call();
  Atomics.add(words, callsWord, 1);
  try {
    if (Atomics.load(words, endingWord) === 1) {
      throw new EngineError('process_ending', 'The process ends; nothing more is computed.');
    }
    return await call();
  } finally {
    if (Atomics.sub(words, callsWord, 1) === 1) Atomics.notify(words, callsWord);
  }
}
