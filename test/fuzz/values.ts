/** What people, broken programs and attackers write where a value is expected. */
import fc from 'fast-check';

/** Numbers at the edges of what numbers are. */
export const oddNumbers = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, 1e-300, 1e300, -1e300, 2 ** 31, 2 ** 32, 2 ** 53, 1e9, 1e12),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Texts that steer terminals, end lines, name prototypes, leave folders, or are long. */
export const oddTexts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '__proto__',
      'constructor',
      'toString',
      '../../x',
      '/etc/passwd',
      '/dev/zero',
      '.',
    ],
    ...['\u001b[2J', '\u0000', '\ud800', '\u202eabc', '\r\n', 'null', 'NaN', 'Infinity', '-', '{}'],
    ...[
      'http://127.0.0.1:1',
      'file:///etc/passwd',
      '%00',
      '$HOME',
      '${HOME}',
      '`id`',
      'a'.repeat(5000),
      '['.repeat(20_000) + ']'.repeat(20_000),
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 40 }),
);

export const oddScalars = fc.oneof(
  { weight: 3, arbitrary: oddNumbers },
  { weight: 3, arbitrary: oddTexts },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
);

/** Any JSON, mostly small. */
export const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddScalars },
  { weight: 1, arbitrary: fc.array(oddScalars, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(oddTexts, oddScalars, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(nest(30, {}), nest(1000, []), [[[[]]]]) },
);

function nest(depth: number, core: unknown): unknown {
  let value = core;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Sets what stands at a path of keys, making it where it is not; returns a copy. */
export function setAt(json: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(json)) {
    const copy = [...(json as unknown[])];
    copy[Number(first)] = setAt(copy[Number(first)], rest, value);
    return copy;
  }
  const table = typeof json === 'object' && json !== null ? json : {};
  const inner = Object.hasOwn(table, first) ? (table as Record<string, unknown>)[first] : undefined;
  const entries = Object.entries(table).filter(([key]) => key !== String(first));
  return Object.fromEntries([...entries, [first, setAt(inner, rest, value)]]);
}

/** Paths of all values of some JSON, outermost first. */
export function listPaths(json: unknown, path: readonly string[] = []): string[][] {
  if (typeof json !== 'object' || json === null) return [[...path]];
  const inner = Object.entries(json).flatMap(([key, value]) => listPaths(value, [...path, key]));
  return [[...path], ...inner];
}
