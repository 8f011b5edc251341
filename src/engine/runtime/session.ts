/**
 * Sessions: a graph made ready to run by ONNX Runtime. The only importer of the native library.
 *
 * `run` blocks the calling thread for as long as the work takes, so callers that must stay
 * responsive hold sessions in a worker thread. Feeds are read in place; outputs are fresh copies.
 * The library is loaded at the first session, so that importing the package costs nothing.
 */
import './telemetry.ts';
import { EngineError, ShapeError } from '../../base/index.ts';
import { add, createGraph, input, output, renderShape } from '../graph/index.ts';
import type { Dim, ElementType, Graph, Tensor } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { callNative } from './native-calls.ts';
import type { Device } from '../devices.ts';
import type { InferenceSession } from 'onnxruntime-node';

type Runtime = typeof import('onnxruntime-node');

/** A tensor of the native library, as far as a session looks at it. */
export type NativeTensor = {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
};

/**
 * What a session needs of the native library. Said here, because the library's own types name the
 * browser's, which a program for Node does not have.
 */
export type NativeSession = {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  createTensor(tensor: Tensor): NativeTensor;
  run(
    feeds: Readonly<Record<string, NativeTensor>>,
    outputNames: readonly string[],
  ): Promise<Readonly<Record<string, NativeTensor>>>;
  release(): Promise<void>;
};

export type SessionOptions = {
  /** Threads inside one operation; default 1. Results repeat bit for bit at a fixed number. */
  readonly threads?: number;
  /** What computes; default `cpu`. */
  readonly device?: Device;
  /** Inputs to be fixed as weights, packed once. */
  readonly weights?: Readonly<Record<string, Tensor>>;
  /** Outputs to keep; all of them by default. */
  readonly outputs?: readonly string[];
};

/** What an input of a graph takes. */
export type InputSlot = { readonly type: ElementType; readonly shape: readonly Dim[] };

let loading: Promise<Runtime> | undefined;

function loadRuntime(): Promise<Runtime> {
  loading ??= callNative(() => import('onnxruntime-node')).catch((cause: unknown) => {
    loading = undefined;
    throw new EngineError('runtime_missing', 'Could not load ONNX Runtime (onnxruntime-node).', {
      hint: 'Run npm ci again; on an unsupported platform there is no CPU library to load.',
      cause,
    });
  });
  return loading;
}

function wrapFailure(cause: unknown, doing: string): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError('runtime_failed', `ONNX Runtime failed to ${doing}: ${reason}`, { cause });
}

function checkFeed(name: string, slot: InputSlot, tensor: Tensor): void {
  const { type, shape } = tensor;
  const fits =
    type === slot.type &&
    shape.length === slot.shape.length &&
    slot.shape.every((dim, index) => typeof dim === 'string' || dim === shape[index]);
  if (fits) return;
  throw new ShapeError(
    'feed_mismatch',
    `input '${name}': expected ${slot.type}${renderShape(slot.shape)}; ` +
      `got ${type}${renderShape(shape)}.`,
    { details: { op: 'input', name, expected: slot, actual: { type, shape } } },
  );
}

/** A runnable graph; owns native memory until released. */
export class Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #native: NativeSession;
  readonly #slots: ReadonlyMap<string, InputSlot>;

  constructor(native: NativeSession, slots: ReadonlyMap<string, InputSlot>) {
    this.#native = native;
    this.#slots = slots;
    this.inputNames = native.inputNames;
    this.outputNames = native.outputNames;
  }

  /**
   * Computes outputs (all of them unless named). Feeds that the graph does not need are ignored.
   * Throws `ShapeError` for a feed that does not fit, `EngineError` for a missing one or when the
   * native library fails.
   */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    outputNames: readonly string[] = this.outputNames,
  ): Promise<Record<string, Tensor>> {
    const native: Record<string, NativeTensor> = {};
    for (const name of this.inputNames) native[name] = this.#toNative(name, feeds[name]);
    try {
      const results = await callNative(() => this.#native.run(native, outputNames));
      return Object.fromEntries(
        Object.entries(results).map(([name, value]) => [name, fromNative(value)]),
      );
    } catch (cause) {
      throw wrapFailure(cause, 'run a graph');
    }
  }

  /** Frees the native memory; the session cannot be used afterwards. */
  async release(): Promise<void> {
    await callNative(() => this.#native.release());
  }

  #toNative(name: string, tensor: Tensor | undefined): NativeTensor {
    if (!tensor) {
      throw new EngineError('feed_missing', `The input '${name}' was not given.`, {
        details: { name, expected: this.inputNames },
      });
    }
    const slot = this.#slots.get(name);
    if (slot) checkFeed(name, slot, tensor);
    return this.#native.createTensor(tensor);
  }
}

function fromNative(value: NativeTensor): Tensor {
  return {
    type: value.type as ElementType,
    shape: value.dims,
    data: value.data as Tensor['data'],
  };
}

/** The native session as this package sees it. */
function narrow(runtime: Runtime, native: InferenceSession): NativeSession {
  return {
    inputNames: native.inputNames,
    outputNames: native.outputNames,
    createTensor: ({ type, data, shape }) => new runtime.Tensor(type, data, shape),
    run: async (feeds, outputNames) =>
      (await native.run(feeds as InferenceSession.FeedsType, outputNames)) as Readonly<
        Record<string, NativeTensor>
      >,
    release: () => native.release(),
  };
}

/** What a graphics card lacks the processor computes; the runtime refuses an empty list of nodes. */
function listProviders(
  device: Device,
  processorNodes: readonly string[],
): InferenceSession.ExecutionProviderConfig[] {
  if (device === 'cpu') return ['cpu'];
  const nodes = processorNodes.length === 0 ? {} : { forceCpuNodeNames: processorNodes };
  return [{ name: device, ...nodes }, 'cpu'];
}

/**
 * Makes a graph ready to run. Throws `EngineError` when the native library refuses the graph or has
 * no such device.
 */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const runtime = await loadRuntime();
  const { threads = 1, device = 'cpu' } = options;
  const { bytes, processorNodes } = encodeModel(graph, options);
  try {
    const native = await callNative(() =>
      runtime.InferenceSession.create(bytes, {
        executionProviders: listProviders(device, processorNodes),
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        enableCpuMemArena: true,
        // Patterns are kept per input shape; with ever-changing shapes they only hold memory.
        enableMemPattern: false,
        // Errors arrive as exceptions; nothing is printed beside them.
        logSeverityLevel: 4,
        // Numbers below 1e-38 (far tails of a softmax) slow products down ten times; as zeros they do
        // not. Holds for the runtime's threads and for the thread that made the process's first session.
        extra: { session: { set_denormal_as_zero: '1' } },
      }),
    );
    return new Session(narrow(runtime, native), graph.inputs);
  } catch (cause) {
    throw wrapFailure(cause, `load the graph ${graph.name}`);
  }
}

/**
 * Makes this thread treat numbers below 1e-38 as zeros, and with it the threads it starts from here
 * on: the runtime sets the processor's mode in the thread of the process's first session, and a new
 * thread inherits its parent's. Where another thread came first it changes nothing but speed.
 */
export async function prepareThread(): Promise<void> {
  const graph = createGraph('first session');
  const x = input(graph, 'x', 'float32', [1]);
  output(graph, 'y', add(x, x));
  const session = await createSession(graph);
  await session.release();
}
