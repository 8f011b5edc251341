/** Failures of a request, and the shape in which every failure is answered: that of OpenAI's API. */
import type { ErrorBody, ErrorType } from '../api/index.ts';
import {
  AbortedError,
  ConfigError,
  ProfileError,
  ProviderError,
  StoreError,
} from '../base/index.ts';

type Told = {
  readonly message: string;
  readonly code: string;
  readonly param?: string | null;
  readonly retryAfterSeconds?: number;
};

/** A request that cannot be answered as it stands. */
export class RequestError extends Error {
  readonly status: number;
  readonly type: ErrorType;
  readonly told: Told;

  constructor(status: number, type: ErrorType, told: Told) {
    super(told.message);
    this.name = 'RequestError';
    this.status = status;
    this.type = type;
    this.told = told;
  }

  get body(): ErrorBody {
    const { message, code, param = null } = this.told;
    return { error: { message, type: this.type, param, code } };
  }
}

/** Makes a failure one that can be answered. What is not meant for the outside is told by its kind alone. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof StoreError) {
    return new RequestError(503, 'store_error', {
      code: error.code,
      message:
        error.code === 'store_not_cleaned'
          ? 'It is deleted, but the database file could not be written anew and may still hold bytes of it. Ask again when there is room on the disk.'
          : 'The profile store does not answer; nothing was changed. Try again later.',
    });
  }
  if (error instanceof ProviderError) return describeUpstream(error);
  if (error instanceof ProfileError) {
    return new RequestError(400, 'invalid_request_error', {
      code: error.code,
      message: error.message,
      param: 'slot',
    });
  }
  if (error instanceof ConfigError && error.code === 'context_overflow') {
    return new RequestError(400, 'invalid_request_error', {
      code: 'context_length_exceeded',
      param: 'messages',
      message: 'The message is longer than this model can read.',
    });
  }
  if (error instanceof AbortedError) {
    return new RequestError(499, 'server_error', {
      code: 'aborted',
      message: 'The request was called off.',
    });
  }
  return new RequestError(500, 'server_error', {
    code: 'internal_error',
    message: 'The server failed at this request; its log names the error.',
  });
}

function describeUpstream({ code, details }: ProviderError): RequestError {
  const { retryAfterSeconds } = details as { readonly retryAfterSeconds?: number };
  const told = {
    code: `upstream_${code}`,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
  switch (code) {
    case 'rate_limited':
      return new RequestError(429, 'rate_limit_error', {
        ...told,
        message:
          'The model behind this server takes no more requests at the moment. Try again later.',
      });
    case 'timeout':
      return new RequestError(504, 'upstream_error', {
        ...told,
        message: 'The model behind this server did not answer in time.',
      });
    default:
      return new RequestError(502, 'upstream_error', {
        ...told,
        message: `The model behind this server gave no answer (${code.replaceAll('_', ' ')}).`,
      });
  }
}
