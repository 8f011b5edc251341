/** How every failure is answered: the error shape of OpenAI's API. */
import { z } from 'zod';

export const errorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.enum([
        'invalid_request_error',
        'authentication_error',
        'permission_error',
        'not_found_error',
        'rate_limit_error',
        'server_error',
        'upstream_error',
        'store_error',
      ]),
      /** The field that is meant, or null. */
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: 'Error' });

export type ErrorBody = z.infer<typeof errorSchema>;
export type ErrorType = ErrorBody['error']['type'];

/** What a key may do. */
export const scopes = ['chat', 'profile:read', 'profile:write', 'erase', 'metrics'] as const;
export type Scope = (typeof scopes)[number];
