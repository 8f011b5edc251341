/** Parts of the description of routes. */
import { z } from 'zod';
import { errorSchema } from '../../api/index.ts';

/** A body in JSON. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } };
}

/** An answer in JSON. */
export function jsonResponse<Status extends number, Schema extends z.ZodType>(
  status: Status,
  schema: Schema,
  description: string,
) {
  const response = { description, content: { 'application/json': { schema } } };
  return { [status]: response } as { readonly [key in Status]: typeof response };
}

/** Every failure has one shape. */
export const failures = {
  default: {
    description: 'What went wrong',
    content: { 'application/json': { schema: errorSchema } },
  },
};
