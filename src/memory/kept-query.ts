/**
 * Queries of every turn, built and compiled once: with a small model that takes longer than to run them.
 *
 * The builder is shown marks in place of values; what is asked later goes where its mark stands in the
 * compiled query. So such a query must be the same whatever the values are.
 */
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export type KeptQuery<Given, Row> = (db: Kysely<Tables>, given: Given) => Promise<Row[]>;

/** Stands for the value of a name. */
class Mark {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Makes a query of the values that are named; compiled when it is first asked, once for each kind of database. */
export function keepQuery<Given extends object, Row>(
  names: readonly (keyof Given & string)[],
  build: (db: Kysely<Tables>, given: Given) => Compilable<Row>,
): KeptQuery<Given, Row> {
  const kept = new Map<unknown, CompiledQuery<Row>>();
  return async (db, given) => {
    const kind = db.getExecutor().adapter.constructor;
    let compiled = kept.get(kind);
    if (compiled === undefined) {
      const marks = Object.fromEntries(names.map((name) => [name, new Mark(name)]));
      compiled = build(db, marks as unknown as Given).compile();
      kept.set(kind, compiled);
    }
    const values = given as Readonly<Record<string, unknown>>;
    const parameters = compiled.parameters.map((each) =>
      each instanceof Mark ? values[each.name] : each,
    );
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}
