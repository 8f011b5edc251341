/** What a low-rank adapter is: its size, and the names of its weights. */

export type LoraSettings = { readonly rank: number; readonly alpha: number };

/** Name of a low-rank weight of a projection. */
export function loraName(projection: string, part: 'A' | 'B'): string {
  return `${projection}.lora_${part}.weight`;
}
