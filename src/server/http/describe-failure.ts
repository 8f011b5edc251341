/**
 * Failures in words for whoever asked: places and expectations. What was sent is not repeated, being perhaps a
 * person's words.
 */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { findLikely, ProfileError } from '../../base/index.ts';
import { RequestError, toRequestError } from '../errors.ts';

/** Makes whatever a route throws a failure that can be answered. */
export async function describeFailure(error: Error, { req }: Context): Promise<RequestError> {
  if (error instanceof HTTPException) {
    return error.status === 415 ? describeType() : describeBody(await req.text());
  }
  if (error instanceof ProfileError && error.code === 'unknown_slot') return describeSlot(error);
  return toRequestError(error);
}

/** Names places and expectations of what does not fit its schema. */
export function describeIssues(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): RequestError {
  const told = issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`);
  return new RequestError(400, 'invalid_request_error', {
    code: 'invalid_request',
    param: issues[0]?.path.map(String).join('.') || null,
    message: told.join('; '),
  });
}

function describeType(): RequestError {
  return new RequestError(415, 'invalid_request_error', {
    code: 'invalid_body',
    message: 'Expected a body in JSON with content-type: application/json.',
  });
}

function describeBody(text: string): RequestError {
  const found = text.trim() === '' ? 'an empty one' : `malformed JSON: ${findFault(text)}`;
  return new RequestError(400, 'invalid_request_error', {
    code: 'invalid_body',
    message: `Expected a body in JSON, found ${found}.`,
  });
}

/** What the parser says, without the piece of the text that it quotes. */
function findFault(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error.message.replace(/, (?:\.\.\.)?".*$/su, '');
  }
  return 'it could not be read';
}

function describeSlot({ code, details, message }: ProfileError): RequestError {
  const { slot, known } = details as { readonly slot: string; readonly known: readonly string[] };
  const likely = findLikely(slot, known);
  const meant = likely === null ? '' : ` Did you mean ${likely}?`;
  return new RequestError(400, 'invalid_request_error', {
    ...{ code, param: 'slot' },
    message: `${message}${meant} Its slots: ${known.join(', ')}.`,
  });
}
