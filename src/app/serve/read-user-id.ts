/** The id of a person as a program or a flag names them, held to the rules of the server. */
import { userIdSchema } from '../../api/index.ts';
import { ConfigError } from '../../base/index.ts';

/** Reads it. Throws `ConfigError`, which says the length of what is no id and not the text. */
export function readUserId(text: string): string {
  const { data } = userIdSchema.safeParse(text);
  if (data !== undefined) return data;
  const { minLength, maxLength } = userIdSchema;
  const isLengthRight = text.length >= (minLength ?? 0) && text.length <= (maxLength ?? Infinity);
  const found = isLengthRight ? 'one with a control character' : `${text.length} characters`;
  throw new ConfigError(
    'user_invalid',
    `Expected the id of a person: ${minLength} to ${maxLength} characters, none of them a control character. Found ${found}.`,
    { details: { length: text.length }, hint: 'For example --user me' },
  );
}
