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
  /** Not hexadecimal text of the right length. */
  | 'ERR_INVALID_HEX'
  /** Not a PeerId of 16 bytes. */
  | 'ERR_INVALID_PEER_ID'
  /** Not an X25519 public key of 32 bytes. */
  | 'ERR_INVALID_PUBLIC_KEY'
  /** Not a private key of 32 bytes. */
  | 'ERR_INVALID_PRIVATE_KEY'
  /** The private key was wiped. */
  | 'ERR_PRIVATE_KEY_DISPOSED'
  /** Neither a number from 1 to 255 nor the name of a chain. */
  | 'ERR_INVALID_CHAIN_ID'
  /** Not a network id. */
  | 'ERR_INVALID_NETWORK_ID'
  /** Not the name of a role. */
  | 'ERR_INVALID_ROLE'
  /** An interval of no, or of negative, length. */
  | 'ERR_INVALID_PERIOD'
  /** The time ran out. */
  | 'ERR_ELAPSED'
  /** Given up through an AbortSignal whose reason is no Error. */
  | 'ERR_ABORTED'
  /** The stream ended before as many bytes as were wanted. */
  | 'ERR_UNEXPECTED_EOF'
  /** The stream is longer than the reader wants to read. */
  | 'ERR_READ_LIMIT'
  /** Another read waits already. */
  | 'ERR_READER_BUSY'
  /** The reader gave its socket back. */
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
