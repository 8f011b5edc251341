/** Who a chat is with: the first of the places where clients put it. */
import { type ChatRequestBody, userIdSchema } from '../../api/index.ts';
import { RequestError } from '../errors.ts';

/** Header for clients that can set no field. */
export const userHeader = 'x-rlpa-user';

/** `off` switches memory off for one request. */
export const memoryHeader = 'x-rlpa-memory';

/** Reads the person's id; null where nobody is named. Throws `RequestError` for a header that is no id. */
export function readUser(body: ChatRequestBody, header: string | undefined): string | null {
  return body.safety_identifier ?? body.user ?? body.metadata?.user_id ?? readUserHeader(header);
}

/** Reads the header alone. Throws `RequestError` where it holds no id. */
export function readUserHeader(header: string | undefined): string | null {
  if (header === undefined) return null;
  const { data } = userIdSchema.safeParse(decodeHeader(header));
  if (data !== undefined) return data;
  throw new RequestError(400, 'invalid_request_error', {
    code: 'invalid_user',
    param: userHeader,
    message: `The header ${userHeader} holds no id of a person.`,
  });
}

/** Headers hold Latin letters only; other ids come percent-encoded. */
function decodeHeader(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

/** Whether memory is wanted: every place may switch it off. */
export function wantsMemory(body: ChatRequestBody, header: string | undefined): boolean {
  return body.rlpa?.memory !== 'off' && body.metadata?.memory !== 'off' && header !== 'off';
}
