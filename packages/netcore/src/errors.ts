import { DiemNetError } from '@diemnet/types';

/** Codes of the errors of this package. */
export type NetcoreErrorCode =
  /** An address this transport cannot listen on or dial. Thrown synchronously, before any input or output. */
  | 'ERR_UNSUPPORTED_ADDRESS'
  /** A name has no address, or none of the wanted family. */
  | 'ERR_NAME_NOT_RESOLVED'
  /** Somebody listens there already. */
  | 'ERR_ADDRESS_IN_USE'
  /** The address is not one of this machine, or nobody listens on the memory port. */
  | 'ERR_ADDRESS_NOT_AVAILABLE'
  /** The system does not allow this address or connection. */
  | 'ERR_PERMISSION_DENIED'
  /** Nobody listens at the remote address. */
  | 'ERR_CONNECTION_REFUSED'
  /** The remote broke the connection off. */
  | 'ERR_CONNECTION_RESET'
  /** The system gave the connection up, e.g. because keepalive was not answered. */
  | 'ERR_CONNECTION_TIMED_OUT'
  /** There is no route to the host or its network. */
  | 'ERR_HOST_UNREACHABLE'
  /** An attempt to connect took longer than `connectTimeoutMs`. */
  | 'ERR_CONNECT_TIMEOUT'
  /** A write after the end, or to a socket that is gone. */
  | 'ERR_BROKEN_PIPE'
  /** Any other failure of a socket; `details.systemCode` says which. */
  | 'ERR_SOCKET_FAILED'
  /** One inbound connection could not be accepted; the listener goes on. */
  | 'ERR_ACCEPT_FAILED'
  /** A u16 frame above its limit, to be written or announced. */
  | 'ERR_FRAME_TOO_LARGE'
  /** The connection does not begin with a PROXY v2 header. */
  | 'ERR_PROXY_HEADER_SIGNATURE'
  /** A PROXY header of another version or command. */
  | 'ERR_PROXY_HEADER_VERSION'
  /** A PROXY header with an unknown address family. */
  | 'ERR_PROXY_HEADER_FAMILY'
  /** Shorter than its addresses need. */
  | 'ERR_PROXY_HEADER_TOO_SHORT'
  /** Longer than we are willing to read. */
  | 'ERR_PROXY_HEADER_TOO_LONG'
  /** The sender is not among the trusted proxies. */
  | 'ERR_PROXY_NOT_TRUSTED'
  /** The HTTP proxy answered something other than 200. */
  | 'ERR_HTTP_PROXY_REFUSED'
  /** The HTTP proxy's answer is no HTTP, ends early, or is too long. */
  | 'ERR_HTTP_PROXY_RESPONSE'
  /** Not an IP address or network in CIDR form. */
  | 'ERR_INVALID_IP_NETWORK'
  /** An option makes no sense. */
  | 'ERR_INVALID_OPTION';

/** An error of `@diemnet/netcore`. */
export class NetcoreError extends DiemNetError<NetcoreErrorCode> {}
