/**
 * Runs command lines one after another, as `rlpa` would, and answers how each ended.
 *
 * A process of its own, so that one that never ends can be killed; many cases share it, because
 * starting Node and loading the package costs more than most of them. What `runCommandLine` adds
 * (signals, streams that break) is tested where it is used, in test/e2e.
 */
import * as fs from 'node:fs';
import { Readable } from 'node:stream';
import { describeFailure } from '../../dist/cli/failure.js';
import { createProgram } from '../../dist/cli/program.js';

let [stdout, stderr] = ['', ''];

/** What commands and commander write past their context. */
process.stdout.write = (text) => ((stdout += text), true);
process.stderr.write = (text) => ((stderr += text), true);

process.on('message', async ({ args, cwd, input }) => {
  const startUsage = process.cpuUsage();
  resetPeak();
  process.chdir(cwd);
  [stdout, stderr] = ['', ''];
  const exitCode = await run(args, input);
  const { user, system } = process.cpuUsage(startUsage);
  process.send({
    exitCode,
    stdout,
    stderr,
    processorMs: (user + system) / 1000,
    peakBytes: readPeak(),
    pollution: Object.keys(Object.prototype),
  });
});

async function run(args, input) {
  const context = {
    signal: new AbortController().signal,
    clock: { nowMs: () => performance.now(), timestamp: () => new Date().toISOString() },
    log: (text) => {
      stderr += `${text}\n`;
    },
    onProgress: () => undefined,
    environment: process.env,
    command: 'rlpa',
    record: {},
    print: (text) => {
      stdout += `${text}\n`;
    },
    write: (text) => {
      stdout += text;
    },
    endProgress: () => undefined,
    input: Readable.from([input]),
    isInteractive: false,
  };
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const { text, exitCode } = describeFailure(error, { isDebug: false, isInterrupted: false });
    stderr += text;
    return exitCode;
  }
}

/** Peak memory of this process since the last reset; where the system does not tell, what it holds now. */
function readPeak() {
  try {
    const status = fs.readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return process.memoryUsage().rss;
  }
}

function resetPeak() {
  try {
    fs.writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak then counts from the start of the process.
  }
}

process.send('ready');
