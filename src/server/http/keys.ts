/**
 * Who may ask: API keys, what each may do, and for whom.
 *
 * Only hashes of keys are kept. A server without keys is for this machine alone, and everybody on it may do
 * everything there.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { scopes, type Scope } from '../../api/index.ts';
import { RequestError } from '../errors.ts';

const keySchema = z.strictObject({
  /** Stands in the log in place of the key. */
  name: z.string().min(1).max(64),
  /** SHA-256 of the key in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  scopes: z.array(z.enum(scopes)).min(1),
  /** The only people it may speak for; everybody where it is left out. */
  users: z.array(z.string()).optional(),
  requests_per_minute: z.int().min(1).optional(),
});

/** The file that `--keys` names. */
export const keyFileSchema = z.strictObject({ keys: z.array(keySchema).min(1) });

export type ApiKey = z.infer<typeof keySchema>;

/** A key that may do everything, as a program hands it over. */
export function createFullKey(secret: string, name = 'key'): ApiKey {
  return { name, sha256: hashKey(secret), scopes: [...scopes] };
}

/** What is kept of a key. */
export function hashKey(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Who asks: a key's name, and what it may. */
export type Caller = {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly users: readonly string[] | null;
  readonly requestsPerMinute: number | null;
};

const everybody: Caller = { name: 'local', scopes, users: null, requestsPerMinute: null };

/** Finds out who asks. Throws `RequestError` for a key that is missing or unknown. */
export function identify(authorization: string | undefined, keys: readonly ApiKey[]): Caller {
  if (keys.length === 0) return everybody;
  const [, secret] = /^Bearer\s+(\S+)$/iu.exec(authorization ?? '') ?? [];
  const hash = Buffer.from(hashKey(secret ?? ''), 'hex');
  const key = keys.filter(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), hash))[0];
  if (key === undefined || secret === undefined) {
    throw new RequestError(401, 'authentication_error', {
      code: 'invalid_api_key',
      message: 'Expected a known key in the header Authorization: Bearer KEY.',
    });
  }
  return {
    name: key.name,
    scopes: key.scopes,
    users: key.users ?? null,
    requestsPerMinute: key.requests_per_minute ?? null,
  };
}

/** Throws `RequestError` where the caller may not do this, or not for this person. */
export function authorise(caller: Caller, scope: Scope, user: string | null): void {
  if (!caller.scopes.includes(scope)) {
    throw new RequestError(403, 'permission_error', {
      code: 'scope_missing',
      message: `This key lacks the scope ${scope}.`,
    });
  }
  if (user !== null && caller.users !== null && !caller.users.includes(user)) {
    throw new RequestError(403, 'permission_error', {
      code: 'user_not_allowed',
      message: 'This key is not for this person.',
    });
  }
}
