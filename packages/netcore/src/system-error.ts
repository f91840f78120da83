import { NetcoreError, type NetcoreErrorCode } from './errors.js';

const CODES: Readonly<Record<string, NetcoreErrorCode>> = {
  EADDRINUSE: 'ERR_ADDRESS_IN_USE',
  EADDRNOTAVAIL: 'ERR_ADDRESS_NOT_AVAILABLE',
  EACCES: 'ERR_PERMISSION_DENIED',
  EPERM: 'ERR_PERMISSION_DENIED',
  ECONNREFUSED: 'ERR_CONNECTION_REFUSED',
  ECONNRESET: 'ERR_CONNECTION_RESET',
  ECONNABORTED: 'ERR_CONNECTION_RESET',
  EPIPE: 'ERR_BROKEN_PIPE',
  ETIMEDOUT: 'ERR_CONNECTION_TIMED_OUT',
  EHOSTUNREACH: 'ERR_HOST_UNREACHABLE',
  ENETUNREACH: 'ERR_HOST_UNREACHABLE',
  EHOSTDOWN: 'ERR_HOST_UNREACHABLE',
};

/** The typed error for what Node reported, which becomes its cause. `what` starts the message. */
export function fromSystemError(what: string, error: unknown, fallback?: NetcoreErrorCode): NetcoreError {
  const systemCode = (error as { code?: unknown } | undefined)?.code;
  const known = typeof systemCode === 'string' ? CODES[systemCode] : undefined;
  const code = fallback ?? known ?? 'ERR_SOCKET_FAILED';
  const message = error instanceof Error ? error.message : String(error);
  return new NetcoreError(code, `${what}: ${message}`, { cause: error, details: { systemCode } });
}
