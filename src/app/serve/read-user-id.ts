/** The id of a person as a program or a flag names them, held to the rules of the server. */
import { userIdSchema } from '../../api/index.ts';
import { ConfigError } from '../../base/index.ts';

/** Reads it. Throws `ConfigError`, which says the length of what is no id and not the text. */
export function readUserId(text: string): string {
  const { data, error } = userIdSchema.safeParse(text);
  if (data !== undefined) return data;
  const { minLength, maxLength } = userIdSchema;
  const [issue] = error.issues;
  const problem =
    issue?.code === 'custom'
      ? issue.message
      : `Expected ${minLength} to ${maxLength} characters, found ${text.length}.`;
  throw new ConfigError('user_invalid', `No id of a person: ${problem}`, {
    details: { length: text.length },
    hint: 'For example --user me',
  });
}
