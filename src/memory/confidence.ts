/** How sure an entry is: by how it came, how often it was confirmed, and how long ago. */
import type { BareEntry } from './rows.ts';

/** Where entries start. */
export const startConfidence = { stated: 0.9, inferred: 0.5, imported: 0.8 } as const;

/** A statement that is repeated halves the doubt. */
export function raiseConfidence(confidence: number): number {
  return 1 - (1 - confidence) / 2;
}

/** Days after which an entry that nobody confirmed is half as sure. */
const halfLifeDays = 365;
const dayMs = 86_400_000;

/** Confidence as of now: what nobody spoke of for long may have changed silently. Pinned entries do not age. */
export function ageConfidence(entry: BareEntry, nowMs: number): number {
  if (entry.pinned) return entry.confidence;
  const days = Math.max(0, nowMs - Date.parse(entry.confirmed_at)) / dayMs;
  return entry.confidence * 0.5 ** (days / halfLifeDays);
}

/** Whether an entry is old enough to be asked about again. */
export function isStale(entry: BareEntry, nowMs: number): boolean {
  return !entry.pinned && nowMs - Date.parse(entry.confirmed_at) > (halfLifeDays / 2) * dayMs;
}
