/** Who a chat is with: the first of the places where clients put it. */
import { type ChatRequestBody, memoryModeSchema, userIdSchema } from '../../api/index.ts';
import { RequestError } from '../errors.ts';

/** Header for clients that can set no field. */
export const userHeader = 'x-rlpa-user';

/** `off`, in any case, switches memory off for one request. */
export const memoryHeader = 'x-rlpa-memory';

/** Reads the person's id; null where nobody is named. Throws `RequestError` for a header that is no id. */
export function readUser(body: ChatRequestBody, header: string | undefined): string | null {
  return body.safety_identifier ?? body.user ?? body.metadata?.user_id ?? readUserHeader(header);
}

/** Reads the header alone. Throws `RequestError` where it holds no id. */
export function readUserHeader(header: string | undefined): string | null {
  if (header === undefined) return null;
  const { data, error } = userIdSchema.safeParse(decodeHeader(header));
  if (data !== undefined) return data;
  throw invalidUser(error.issues[0]?.message ?? 'Expected the id of a person.');
}

/** Whatever else it is taken for would be another person's id than its sender means. */
function decodeHeader(header: string): string {
  try {
    if (/^[\x20-\x7e]*$/u.test(header)) return decodeURIComponent(header);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
  }
  throw invalidUser(
    'Expected an id in ASCII, anything else percent-encoded in UTF-8 (ü is %C3%BC, % itself is %25), found something else.',
  );
}

function invalidUser(problem: string): RequestError {
  return new RequestError(400, 'invalid_request_error', {
    code: 'invalid_user',
    param: userHeader,
    message: `${userHeader}: ${problem}`,
  });
}

/** Whether memory is wanted: every place may switch it off. Throws `RequestError` for a header that is neither. */
export function wantsMemory(body: ChatRequestBody, header: string | undefined): boolean {
  const { data: asked, success } = memoryModeSchema.safeParse(header?.trim().toLowerCase() ?? 'on');
  if (!success) {
    throw new RequestError(400, 'invalid_request_error', {
      code: 'invalid_memory',
      param: memoryHeader,
      message: `${memoryHeader}: Expected on or off, found something else. Leave the header out for on.`,
    });
  }
  return body.rlpa?.memory !== 'off' && body.metadata?.memory !== 'off' && asked !== 'off';
}
