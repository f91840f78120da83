/** What a {@link DiemNetError} carries besides its message. */
export interface DiemNetErrorOptions<Details> {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Facts about the failure, for programs; never keys or raw network bytes. */
  readonly details?: Details;
}

/**
 * Base of every error that DiemNet packages throw or report.
 *
 * Match on `code`, not on the class: codes are stable and survive two copies of a package.
 */
export class DiemNetError<
  Code extends string = string,
  Details extends object = Readonly<Record<string, unknown>>,
> extends Error {
  readonly code: Code;
  readonly details: Details | undefined;

  constructor(code: Code, message: string, options: DiemNetErrorOptions<Details> = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.details = options.details;
  }

  toJSON(): { name: string; code: Code; message: string; details?: Details } {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** Codes of the errors that this package throws. */
export type TypesErrorCode =
  | 'ERR_INVALID_HEX'
  | 'ERR_INVALID_PEER_ID'
  | 'ERR_INVALID_PUBLIC_KEY'
  | 'ERR_INVALID_PRIVATE_KEY'
  | 'ERR_PRIVATE_KEY_DISPOSED'
  | 'ERR_INVALID_CHAIN_ID'
  | 'ERR_INVALID_NETWORK_ID'
  | 'ERR_INVALID_ROLE'
  | 'ERR_INVALID_PERIOD'
  | 'ERR_ELAPSED'
  | 'ERR_ABORTED'
  | 'ERR_UNEXPECTED_EOF'
  | 'ERR_READ_LIMIT'
  | 'ERR_READER_BUSY'
  | 'ERR_READER_RELEASED';

/** An error of `@diemnet/types`. */
export class TypesError extends DiemNetError<TypesErrorCode> {}

/** True if `error` is a DiemNetError (of any copy of this package), with the given code if there is one. */
export function isDiemNetError(error: unknown, code?: string): error is DiemNetError {
  return (
    error instanceof Error &&
    'details' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    (code === undefined || error.code === code)
  );
}

/** The code of a typed error, Node's code of a system error, or its name. For logs and metrics. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    return typeof code === 'string' ? code : error.name;
  }
  return 'unknown';
}
