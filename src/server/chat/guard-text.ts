/**
 * Messages as a prompt takes them: text that a tokenizer or a parser would read as marks of the protocol or of
 * a chat template is broken up, so that nobody can speak in another role by writing its tag.
 */
import { protocolTags } from '../../protocol/index.ts';

const templateMarks =
  /<\|[^|>\n]{0,64}\|>|<\/?s>|<\/?(?:start|end)_of_turn>|\[\/?INST\]|<\/?SYS>/giu;

/** Breaks marks up; other text stays as it is. */
export function guardText(text: string): string {
  let guarded = text.replace(templateMarks, breakUp);
  for (const tag of protocolTags) guarded = guarded.replaceAll(new RegExp(tag, 'giu'), breakUp);
  return guarded;
}

function breakUp(mark: string): string {
  return mark.replaceAll(/[<>[\]]/gu, ' ').trim();
}
