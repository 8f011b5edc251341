/** `rlpa doctor`: can this machine run the engine, and is the base checkpoint whole? */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { RlpaError } from '../../base/index.ts';
import {
  createGraph,
  createSession,
  findDevice,
  input,
  matmul,
  output,
  settleDevice,
} from '../../engine/index.ts';
import { renderTable } from '../../eval/index.ts';
import { defaultWorld, worldDefinitions } from '../../worlds/index.ts';
import { defineRunner } from '../command.ts';
import { baseFolder, hashFiles, readProvenance, trainedFolder } from '../../app/index.ts';
type Check = {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
};

const neededNode = [20, 19] as const;
const neededBytes = 1.5 * 2 ** 30;

export const runDoctor = defineRunner<{ readonly json?: boolean }>(async (options, context) => {
  const checks = [
    checkNode(),
    await checkRuntime(),
    await checkDevices(),
    checkThreads(),
    checkMemory(),
    ...checkCheckpoints(),
  ];
  const isWell = checks.every(({ ok }) => ok);
  context.print(
    options.json === true ? JSON.stringify({ ok: isWell, checks }) : renderChecks(checks),
  );
  if (isWell) return;
  throw new RlpaError('doctor_found_problems', 'This installation has problems, see above.');
});

function renderChecks(checks: readonly Check[]): string {
  const columns = ['check', 'state', 'found'].map((title) => ({ title, align: 'left' as const }));
  const rows = checks.map(({ name, ok, found, advice }) => [
    name,
    ok ? 'ok' : 'PROBLEM',
    advice === undefined ? found : `${found}: ${advice}`,
  ]);
  return renderTable(columns, rows);
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1]);
  const advice = ok ? {} : { advice: `use Node ${neededNode.join('.')} or later` };
  return { name: 'node', ok, found: process.version, ...advice };
}

/** Multiplies two small matrices through the whole engine. */
async function checkRuntime(): Promise<Check> {
  const name = 'onnx runtime';
  try {
    const graph = createGraph('doctor');
    const a = input(graph, 'a', 'float32', [1, 2]);
    const b = input(graph, 'b', 'float32', [2, 1]);
    output(graph, 'c', matmul(a, b));
    const session = await createSession(graph, { threads: 1 });
    const { c } = await session.run({
      a: { type: 'float32', shape: [1, 2], data: Float32Array.of(2, 3) },
      b: { type: 'float32', shape: [2, 1], data: Float32Array.of(4, 5) },
    });
    await session.release();
    const ok = Number(c?.data[0]) === 23;
    return { name, ok, found: ok ? 'computes' : `2*4 + 3*5 gave ${String(c?.data[0])}` };
  } catch (error) {
    const advice =
      error instanceof RlpaError && error.hint !== undefined ? error.hint : 'run npm ci';
    return { name, ok: false, found: (error as Error).message, advice };
  }
}

/** What there is beside the processor. A computer without it is well. */
async function checkDevices(): Promise<Check> {
  const name = 'devices';
  const used = `cpu (used by default: ${settleDevice('auto').reason})`;
  try {
    await findDevice('webgpu');
    return { name, ok: true, found: `${used}; webgpu computes (--device webgpu)` };
  } catch (error) {
    return { name, ok: true, found: `${used}; webgpu: ${(error as Error).message}` };
  }
}

function checkThreads(): Check {
  const threads = os.availableParallelism();
  return { name: 'threads', ok: true, found: `${threads} used by default (--threads)` };
}

function checkMemory(): Check {
  const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const ok = os.totalmem() >= neededBytes;
  return {
    name: 'memory',
    ok,
    found: `${gibibytes(os.totalmem())} in all, ${gibibytes(os.freemem())} free`,
    ...(ok ? {} : { advice: 'the small world needs about 1.5 GiB' }),
  };
}

function checkCheckpoints(): Check[] {
  const folders = { base: baseFolder, trained: trainedFolder };
  return Object.entries(folders).flatMap(([sort, folder]) =>
    worldDefinitions
      .map(({ kind }) => ({ kind, place: path.join(folder, kind) }))
      .filter(({ kind, place }) => kind === defaultWorld.kind || fs.existsSync(place))
      .map(({ kind, place }) => checkCheckpoint(`${sort} ${kind}`, place)),
  );
}

function checkCheckpoint(name: string, folder: string): Check {
  const advice = 'install the package again';
  const provenance = readProvenance(folder);
  if (provenance === null) {
    return { name, ok: false, found: `no checkpoint in ${folder}`, advice };
  }
  const found = hashFiles(folder);
  const changed = Object.entries(provenance.files).filter(([file, hash]) => found[file] !== hash);
  return changed.length === 0
    ? { name, ok: true, found: `${Object.keys(provenance.files).length} files, hashes good` }
    : { name, ok: false, found: `changed: ${changed.map(([file]) => file).join(', ')}`, advice };
}
