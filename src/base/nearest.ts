/** The known name that a mistyped one was probably meant to be. */

/** Finds the nearest name by edits, blind to case, however far off it is; null among no names. */
export function findNearest(given: string, known: readonly string[]): string | null {
  return rankNearest(given, known)?.name ?? null;
}

/** Finds a name that could well be meant: at most two edits in five letters away; null for none. */
export function findLikely(given: string, known: readonly string[]): string | null {
  const allow = (name: string): number => Math.max(1, Math.floor(name.length * 0.4));
  // As many edits at least as the lengths differ by: a long text is compared with nothing.
  const near = known.filter((name) => Math.abs(name.length - given.length) <= allow(name));
  const best = rankNearest(given, near);
  return best !== null && best.edits <= allow(best.name) ? best.name : null;
}

function rankNearest(
  given: string,
  known: readonly string[],
): { readonly name: string; readonly edits: number } | null {
  let best: { name: string; edits: number } | null = null;
  for (const name of known) {
    const edits = countEdits(given.toLowerCase(), name.toLowerCase());
    if (best === null || edits < best.edits) best = { name, edits };
  }
  return best;
}

/** Counts edits between two words: insert, delete, replace, swap of neighbours. */
export function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      const edited = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced);
      current[column] =
        isSwap && row > 1 && column > 1
          ? Math.min(edited, (beforeLast[column - 2] ?? 0) + 1)
          : edited;
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
