/** What a schema found wrong with parsed JSON, in words: key, what was expected, what was found. */

/** A problem as the schemas report it. */
export type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

const longestValue = 60;

/** Describes each problem of a value; the value itself is called `root` where it has no key. */
export function describeIssues(issues: readonly Issue[], value: unknown, root: string): string[] {
  return issues.map(({ path, message }) => {
    const key = path.map(String).join('.');
    return `${key === '' ? root : key}: ${message}, found ${describeFound(value, path)}`;
  });
}

/** Describes what stands at a path of a value: the value itself where it is short, else its kind. */
export function describeFound(value: unknown, path: readonly PropertyKey[]): string {
  let found: unknown = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part))
      return 'nothing';
    found = (found as Record<PropertyKey, unknown>)[part];
  }
  if (Array.isArray(found)) return `a list of ${found.length}`;
  if (typeof found === 'object' && found !== null) return 'a table';
  const text = typeof found === 'string' ? JSON.stringify(found) : String(found);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
