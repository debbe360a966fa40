/** The one error type that crosses process borders: a public face (what, what next) and a private cause. */

/**
 * Why a request could not be done, in words a program can branch on.
 * - `invalid`: the input breaks a rule; sending it again unchanged cannot work.
 * - `not-found`, `conflict`, `forbidden`, `limit`: what they say.
 * - `unavailable`: something needed is not there now (a disk, a network, a stopped server); trying later may work.
 * - `timeout`, `cancelled`: time or a person ended it.
 * - `failed`: the work ran and ended badly (a build, a release that never became healthy).
 * - `internal`: a bug in Windlass. Its text is never shown; its cause is in the server's log.
 */
export const errorCodes = [
  'invalid',
  'not-found',
  'conflict',
  'forbidden',
  'limit',
  'unavailable',
  'timeout',
  'cancelled',
  'failed',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What a person or another process may see of an error. */
export interface PublicError {
  code: ErrorCode;
  /** What happened, one sentence without a full stop at its end. */
  message: string;
  /** What to do next, one sentence. */
  hint?: string;
}

/** An expected failure. `message` and `hint` are shown to people; `cause` only ever reaches the log. */
export class WindlassError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WindlassError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The public face of anything thrown. Bugs (every other error type) become `internal` and keep their text private. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof WindlassError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  return {
    code: 'internal',
    message: 'Windlass hit a bug',
    hint: 'The server log has the details; see `windlass doctor`.',
  };
}

/** The inverse of `toPublicError`, for clients. */
export function fromPublicError(error: PublicError): WindlassError {
  return new WindlassError(error.code, error.message, { hint: error.hint });
}

/** Makes an unhandled member of a union a compile error, and a bug if it happens all the same. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
