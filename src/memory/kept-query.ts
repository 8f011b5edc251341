/**
 * Queries of every turn, built and compiled once: with a small model that takes longer than to run them.
 *
 * The builder is shown marks in place of values; what is asked later goes where its mark stands in the
 * compiled query. So such a query must be the same whatever the values are.
 */
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export type KeptQuery<Given, Row> = (db: Kysely<Tables>, given: Given) => Promise<Row[]>;

/** A connection that answers at once: with a small model, waiting in line for one costs as much as its answer. */
export type DirectConnection = {
  /** Somebody's transaction is open. */
  readonly inTransaction: boolean;
  run(sql: string, parameters: readonly unknown[]): unknown[];
};

const directConnections = new WeakMap<object, DirectConnection>();

/** Lets the kept queries of a database be asked of its only connection, wherever nobody else's transaction is open. */
export function askDirectly(db: Kysely<Tables>, connection: DirectConnection): void {
  directConnections.set(db.getExecutor().adapter, connection);
}

/** Stands for the value of a name, or for one of its list. */
class Mark {
  readonly name: string;
  readonly index: number | null;

  constructor(name: string, index: number | null) {
    this.name = name;
    this.index = index;
  }
}

/**
 * Makes a query of the values that are named; compiled when it is first asked, once for each kind of database.
 * A list must hold something and stand where a value more than once is no matter: it is filled up to a power of
 * two with its last one, so that there are few queries.
 */
export function keepQuery<Given extends object, Row>(
  names: readonly (keyof Given & string)[],
  build: (db: Kysely<Tables>, given: Given) => Compilable<Row>,
): KeptQuery<Given, Row> {
  const kept = new Map<unknown, Map<string, CompiledQuery<Row>>>();
  return async (db, given) => {
    const kind = db.getExecutor().adapter.constructor;
    const values = given as Readonly<Record<string, unknown>>;
    const sizes = names.map((name) => sizeOf(values[name]));
    const shape = sizes.join();
    const ofKind = kept.get(kind) ?? new Map<string, CompiledQuery<Row>>();
    kept.set(kind, ofKind);
    let compiled = ofKind.get(shape);
    if (compiled === undefined) {
      const marks = Object.fromEntries(
        names.map((name, place) => [name, markFor(name, sizes[place]!)]),
      );
      compiled = build(db, marks as unknown as Given).compile();
      ofKind.set(shape, compiled);
    }
    const parameters = compiled.parameters.map((each) =>
      each instanceof Mark ? readMark(each, values[each.name]) : each,
    );
    const direct = directConnections.get(db.getExecutor().adapter);
    if (direct !== undefined && (db.isTransaction || !direct.inTransaction)) {
      return direct.run(compiled.sql, parameters) as Row[];
    }
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}

/** Places of a list; 0 for a value. */
function sizeOf(value: unknown): number {
  return Array.isArray(value) ? 2 ** Math.ceil(Math.log2(value.length)) : 0;
}

function markFor(name: string, size: number): Mark | Mark[] {
  if (size === 0) return new Mark(name, null);
  return Array.from({ length: size }, (_, index) => new Mark(name, index));
}

function readMark({ index }: Mark, value: unknown): unknown {
  if (index === null || !Array.isArray(value)) return value;
  return value[Math.min(index, value.length - 1)];
}
