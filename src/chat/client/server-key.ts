/**
 * A secret together with the only server it may be sent to.
 *
 * The secret stands in a private field, so that neither an inspected nor a serialised object shows
 * it, and leaves only as the header of a request to that server.
 */
import { ConfigError } from '../../base/index.ts';

/** Shorter ones are what servers without keys are given ("ollama"); hiding them would tear words apart. */
const shortestSecret = 8;

export class ServerKey {
  /** Scheme, host and port the key was given for. */
  readonly origin: string;
  readonly #secret: string;

  /** Throws `ConfigError` for a secret that cannot stand in a header. */
  constructor(secret: string, server: URL) {
    if (!/^[\x21-\x7e]+$/u.test(secret)) {
      throw new ConfigError('key_malformed', `The key for ${server.origin} cannot be a key.`, {
        hint: 'Expected letters, digits and signs without spaces or line breaks.',
      });
    }
    this.origin = server.origin;
    this.#secret = secret;
  }

  /** The header for a request to the key's own server. Throws `ConfigError` for any other. */
  authorize(url: URL): { readonly authorization: string } {
    if (url.origin === this.origin) return { authorization: `Bearer ${this.#secret}` };
    throw new ConfigError(
      'key_misdirected',
      `The key for ${this.origin} is not for ${url.origin}.`,
    );
  }

  /** A server that repeats the key must not put it into cache, records and errors. */
  hideIn(text: string): string {
    if (this.#secret.length < shortestSecret) return text;
    const pattern = this.#secret.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`);
    return text.replaceAll(new RegExp(pattern, 'gi'), '[key]');
  }
}
