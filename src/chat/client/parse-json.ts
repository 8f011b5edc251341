/**
 * Reads JSON that a stranger sent.
 *
 * What is nested beyond reason is refused before the parser sees it: it costs the parser fifty times
 * its size, and whatever walks it afterwards its stack.
 */

/** Levels of brackets; what the protocol sends has fewer than ten. */
const deepest = 64;

/** Parses a text; undefined where it is no JSON, or too deep. */
export function parseForeignJson(text: string): unknown {
  if (isDeeper(text, deepest)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Says whether brackets outside of strings are nested deeper than so many levels. */
function isDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let isString = false;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index];
    if (letter === '"') isString = !isString;
    else if (isString) index += letter === '\\' ? 1 : 0;
    else if (letter === '[' || letter === '{') depth += 1;
    else if (letter === ']' || letter === '}') depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}
