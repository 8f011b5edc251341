/**
 * Collects ONNX nodes and initializers while a graph is lowered.
 *
 * Equal helper nodes (a reshaped cosine table, a shape vector) and equal integer lists are written
 * once. Knows nothing of the graph's operations; `lower.ts` does.
 */
import type { Device } from '../devices.ts';
import type { ElementType, Tensor, Value } from '../graph/index.ts';
import type { AttributeMessage, NodeMessage, TensorMessage } from './schema.ts';

export type Attribute = number | string | readonly number[] | { readonly float: number };

export const elementTypeCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 };

function encodeAttribute(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value };
  if (typeof value === 'string') {
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.ints, ints: value };
}

export type EmitOptions = {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  /** Whatever the device, the processor computes it. */
  readonly onProcessor?: boolean;
};

/** Nodes and initializers of one model under construction. */
export class Emitter {
  readonly nodes: NodeMessage[] = [];
  readonly initializers: TensorMessage[] = [];
  /** Names of nodes that the processor is to compute. */
  readonly processorNodes: string[] = [];
  readonly #names = new Map<number, string>();
  readonly #known = new Map<string, string>();
  #count = 0;

  /** What the model is written for. */
  readonly device: Device;
  readonly #used: ReadonlySet<Value>;

  /** `used` are the values that something reads. */
  constructor(device: Device, used: ReadonlySet<Value>) {
    this.device = device;
    this.#used = used;
  }

  /** Whether something reads a value. */
  isUsed(value: Value): boolean {
    return this.#used.has(value);
  }

  /** Gives a value the name it has in the file. */
  bind(value: Value, name: string): void {
    this.#names.set(value.id, name);
  }

  /** The name of a value in the file. */
  nameOf(value: Value): string {
    const known = this.#names.get(value.id);
    if (known !== undefined) return known;
    const name = `v${value.id}`;
    this.#names.set(value.id, name);
    return name;
  }

  /** Writes a node whose outputs have given names. */
  write(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    options: EmitOptions = {},
  ): void {
    const attribute = Object.entries(options.attributes ?? {}).map(([name, value]) =>
      encodeAttribute(name, value),
    );
    const name = `${opType}_${this.nodes.length}`;
    if (options.onProcessor === true) this.processorNodes.push(name);
    const domain = options.domain ?? '';
    this.nodes.push({ input: inputs, output: outputs, name, opType, attribute, domain });
  }

  /** Writes a helper node with one output, or finds the equal one; returns the output's name. */
  helper(opType: string, inputs: readonly string[], options: EmitOptions = {}): string {
    const key = `${opType}(${inputs.join()})${JSON.stringify(options)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh();
    this.#known.set(key, name);
    this.write(opType, inputs, [name], options);
    return name;
  }

  /** Writes a tensor. */
  tensor(name: string, tensor: Tensor): void {
    const { buffer, byteOffset, byteLength } = tensor.data;
    this.initializers.push({
      name,
      dims: tensor.shape,
      dataType: elementTypeCodes[tensor.type],
      rawData: new Uint8Array(buffer, byteOffset, byteLength),
    });
  }

  /** The name of an int64 vector (or scalar). */
  integers(list: readonly number[] | number): string {
    const key = `int64 ${JSON.stringify(list)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const values = typeof list === 'number' ? [list] : list;
    const name = this.#fresh();
    this.#known.set(key, name);
    const data = BigInt64Array.from(values, (value) =>
      value === Infinity ? 0x7fffffffffffffffn : BigInt(value),
    );
    const shape = typeof list === 'number' ? [] : [values.length];
    this.tensor(name, { type: 'int64', shape, data });
    return name;
  }

  /** The name of a float32 scalar. */
  float(number: number): string {
    const key = `float ${number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh();
    this.#known.set(key, name);
    this.tensor(name, { type: 'float32', shape: [], data: Float32Array.of(number) });
    return name;
  }

  #fresh(): string {
    this.#count += 1;
    return `h${this.#count}`;
  }
}
