/** What a low-rank adapter is: its size, the names of its weights, and what it adds to a map. */

export type LoraSettings = { readonly rank: number; readonly alpha: number };

/** Name of a low-rank weight of a projection. */
export function loraName(projection: string, part: 'A' | 'B'): string {
  return `${projection}.lora_${part}.weight`;
}

/**
 * Works a low-rank pair into the weight beside it, in place: `alpha / rank * B A` is added. Shape:
 * weight `[out, in]`, A `[rank, in]`, B `[out, rank]`.
 */
export function addLowRank(
  weight: Float32Array,
  { a, b }: { readonly a: Float32Array; readonly b: Float32Array },
  { rank, alpha }: LoraSettings,
): void {
  const columns = a.length / rank;
  const sum = new Float64Array(columns);
  for (let row = 0; row < weight.length / columns; row += 1) {
    sum.fill(0);
    for (let part = 0; part < rank; part += 1) {
      const factor = (alpha / rank) * b[row * rank + part]!;
      const from = part * columns;
      for (let column = 0; column < columns; column += 1) {
        sum[column]! += factor * a[from + column]!;
      }
    }
    const at = row * columns;
    for (let column = 0; column < columns; column += 1) weight[at + column]! += sum[column]!;
  }
}
