/**
 * The embedding table outside of the graphs: rows looked up by token, and their gradient.
 *
 * Looking rows up is a copy, and adding gradients to them a short loop; the runtime's scatter takes
 * many times as long, and would return the gradient of the whole vocabulary.
 */

/** Rows of a table by id. Shape: table `[V, D]`, ids `[N]` give `[N, D]`. */
export function takeRows(table: Float32Array, ids: Int32Array, width: number): Float32Array {
  const data = new Float32Array(ids.length * width);
  for (let row = 0; row < ids.length; row += 1) {
    const from = ids[row]! * width;
    data.set(table.subarray(from, from + width), row * width);
  }
  return data;
}

/** Adds rows to those of a table that have the given ids; duplicates add up, in order. */
export function addRows(
  table: Float32Array,
  ids: Int32Array,
  rows: Float32Array,
  width: number,
): void {
  for (let row = 0; row < ids.length; row += 1) {
    const to = ids[row]! * width;
    const from = row * width;
    for (let index = 0; index < width; index += 1) table[to + index]! += rows[from + index]!;
  }
}
