import { encodeU16Frame, readU16Frame } from '@diemnet/netcore';
import { SocketReader, type Socket, type WaitOptions } from '@diemnet/types';
import { decodeHandshakeMsg, encodeHandshakeMsg, type HandshakeMsg } from '@diemnet/wire';
import { HandoverSocket } from './handover-socket.js';

/** What the exchange leaves behind. */
export interface HandshakeExchanged {
  readonly theirs: HandshakeMsg;
  /** The stream after the handshake; messages that came right behind it are not lost. */
  readonly socket: Socket;
}

/** Of one exchange. */
export interface HandshakeExchangeOptions extends WaitOptions {
  /** For the socket that comes out, where the socket below does not know. */
  readonly remoteIp?: string | undefined;
  /** Our message has been sent already. @default false */
  readonly sent?: boolean | undefined;
}

/** What goes over the wire of our message. @throws WireError `ERR_MESSAGE_TOO_LARGE` */
export function handshakeFrame(ours: HandshakeMsg): Uint8Array {
  return encodeU16Frame(encodeHandshakeMsg(ours));
}

/**
 * Swaps HandshakeMsgs (DiemNet wire format, section 6): both sides send first, then read, without waiting for each
 * other. Only swaps them: whether they agree is for `negotiate` to say.
 * @throws WireError `ERR_INVALID_HANDSHAKE_MSG`; TypesError `ERR_UNEXPECTED_EOF`; what the socket reports
 */
export async function exchangeHandshake(
  socket: Socket,
  ours: HandshakeMsg,
  options: HandshakeExchangeOptions = {},
): Promise<HandshakeExchanged> {
  const reader = new SocketReader(socket);
  if (!options.sent) socket.write(handshakeFrame(ours));
  const frame = await readU16Frame(reader, { signal: options.signal });
  const theirs = decodeHandshakeMsg(frame);
  return { theirs, socket: new HandoverSocket(socket, reader, { remoteIp: options.remoteIp }) };
}
