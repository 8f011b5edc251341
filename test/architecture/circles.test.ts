/** The import graph has no circle: neither among files, nor among folders. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';

const source = path.resolve(import.meta.dirname, '../../src');

/** Operations and their shape rules know each other by design. */
const mayTurn = path.join('engine', 'graph');

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

const files = fs
  .readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) => !file.split(path.sep).includes('testing') && !file.startsWith(mayTurn));

/** Every import and re-export, of types too; a dynamic import waits until everything is loaded. */
const readImports = (file: string): string[] =>
  [...fs.readFileSync(path.join(source, file), 'utf8').matchAll(/\bfrom\s+'(\.[^']+)'/gu)]
    .map(([, target]) => path.join(path.dirname(file), target ?? ''))
    .filter((target) => !target.startsWith(mayTurn));

const fileGraph: Graph = new Map(files.map((file) => [file, new Set(readImports(file))]));

/** What folders of the given depth import; a folder and the one around it are not compared. */
const foldFolders = (depth: number): Graph => {
  const folderOf = (file: string): string =>
    path.dirname(file).split(path.sep).slice(0, depth).join(path.sep);
  const isWithin = (inner: string, outer: string): boolean =>
    outer === '.' || inner === outer || inner.startsWith(outer + path.sep);
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of fileGraph) {
    const folder = folderOf(file);
    const known = graph.get(folder) ?? new Set();
    for (const target of [...targets].map(folderOf)) {
      if (!isWithin(target, folder) && !isWithin(folder, target)) known.add(target);
    }
    graph.set(folder, known);
  }
  return graph;
};

/** The first circle found, as a path that ends where it began; null without one. */
function findCircle(graph: Graph): string | null {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string | null => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node].join(' -> ');
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...trail, node]);
      if (circle !== null) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== null) return circle;
  }
  return null;
}

describe('no circle', () => {
  it('is found where there is one', () => {
    const graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b'])],
    ]);
    expect(findCircle(graph)).toBe('b -> c -> b');
  });

  it('runs through files', () => {
    expect(findCircle(fileGraph)).toBeNull();
  });

  it.each([1, 2, 3])('runs through folders, %i deep', (depth) => {
    expect(files.length).toBeGreaterThan(100);
    expect(findCircle(foldFolders(depth))).toBeNull();
  });
});
