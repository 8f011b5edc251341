/** The address of a model server: where it is, and no secret. */
import { ConfigError } from '../../base/index.ts';

/** Reads a server's address. Throws `ConfigError` for one that is none, or may hold a secret. */
export function parseBaseUrl(baseUrl: string): URL {
  if (isPlainUrl(baseUrl)) return new URL(baseUrl);
  // It is not repeated: it may be a key in the wrong place.
  throw new ConfigError(
    'base_url_invalid',
    'A model server must be an http or https address without user, password, ? and #.',
    { hint: 'For example http://localhost:11434/v1. A key is handed over apart.' },
  );
}

/** Says whether a text is the address of a server and nothing more. */
export function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/u.test(protocol) && `${username}${password}${search}${hash}` === '';
}
