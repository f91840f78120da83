import { DiemNetError } from '@diemnet/types';

/** Codes of {@link NetworkError}. Errors of PeerManager and Peer pass through as they are. */
export type NetworkErrorCode =
  /** The definition of an application makes no sense; `details.field` names what. */
  | 'ERR_INVALID_APPLICATION'
  /** Another application has registered the protocol. */
  | 'ERR_PROTOCOL_CLASH'
  /** The protocol is not one of this application's. */
  | 'ERR_UNKNOWN_PROTOCOL'
  /** An RPC on a protocol without RPCs, or a DirectSend on one without DirectSends. */
  | 'ERR_PROTOCOL_KIND'
  /** A message that its protocol's codec cannot write. */
  | 'ERR_ENCODE_FAILED'
  /** A payload that its protocol's codec cannot read. */
  | 'ERR_DECODE_FAILED'
  /** The events have another consumer: a handler, or a `next` that waits. */
  | 'ERR_EVENTS_IN_USE'
  /** The events were closed before the application saw this one. */
  | 'ERR_EVENTS_CLOSED'
  /** The application did not keep up, and its queue dropped this event. */
  | 'ERR_EVENT_DROPPED'
  /** The application's handler has no method for this kind of event, or threw. */
  | 'ERR_EVENT_UNHANDLED';

/** An error of `@diemnet/network`. */
export class NetworkError extends DiemNetError<NetworkErrorCode> {}
