/** One sentence of what a page says, and whether it is good news. */

/** Good, to be looked at, or neither. */
export type Tone = 'good' | 'bad' | 'plain';

export type Finding = { readonly tone: Tone; readonly text: string };
