/**
 * A Jinja template from elsewhere, run within bounds.
 *
 * What it may handle is counted: every text and list that an expression yields, by size, so that no
 * doubling in a loop fills the memory. How long it may take is bounded outside (`TimeLimit`), because
 * a single filter can be exponential.
 */
import { Environment, Interpreter, Template } from '@huggingface/jinja';

/** Longest template, in characters; the longest of published models have some 30,000. */
export const longestTemplate = 200_000;

/** Characters and list items (at 8 each) one rendering may handle beside those of its messages. */
const mostHandled = 50_000_000;

/** How often a rendering may handle its messages; templates read each a few times. */
const mostReadings = 100;

/** How much longer than its messages a rendering may be: instructions of its own, and marks. */
const mostOwnChars = 200_000;
const mostLengthening = 20;

/** Longest list that `range` makes. */
const longestRange = 100_000;

/** Renders a template. Throws what the template raises, and where it goes beyond its bounds. */
export function renderBounded(
  template: Template,
  variables: Readonly<Record<string, unknown>>,
  messageChars: number,
): string {
  const environment = new BaseEnvironment();
  for (const [name, value] of Object.entries({ ...globals, ...variables })) {
    environment.set(name, value);
  }
  const most = mostHandled + mostReadings * messageChars;
  const text = String(new CountingInterpreter(environment, most).run(template.parsed).value);
  const longest = mostOwnChars + mostLengthening * messageChars;
  if (text.length <= longest) return text;
  throw new Error(`It writes ${text.length} characters, where ${longest} would be plenty.`);
}

/** The part of the library's classes used here; its own types do not resolve in Node's module system. */
interface LibraryEnvironment {
  set(name: string, value: unknown): unknown;
}

interface LibraryInterpreter {
  run(program: unknown): { readonly value: unknown };
  evaluate(statement: unknown, environment: LibraryEnvironment): { readonly value: unknown };
}

const BaseEnvironment = Environment as new () => LibraryEnvironment;
const BaseInterpreter = Interpreter as new (environment: LibraryEnvironment) => LibraryInterpreter;

class CountingInterpreter extends BaseInterpreter {
  readonly #most: number;
  #handled = 0;

  constructor(environment: LibraryEnvironment, most: number) {
    super(environment);
    this.#most = most;
  }

  override evaluate(
    statement: unknown,
    environment: LibraryEnvironment,
  ): { readonly value: unknown } {
    const result = super.evaluate(statement, environment);
    this.#handled += measure(result.value);
    if (this.#handled > this.#most) {
      throw new Error(`It handles more than ${this.#most} characters.`);
    }
    return result;
  }
}

function measure(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return 8 * value.length;
  return value instanceof Map ? 16 * value.size : 1;
}

/** What the library gives every template; it hands out no list of it. */
const globals: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
  raise_exception: (message: string): never => {
    throw new Error(message);
  },
  strftime_now: (format: string): string =>
    new Template('{{ strftime_now(format) }}').render({ format }),
};

function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!(count <= longestRange)) {
    throw new Error(`range: expected at most ${longestRange} numbers, found ${count}`);
  }
  return Array.from({ length: count }, (_, index) => start + index * step);
}
