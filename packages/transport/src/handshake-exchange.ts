import { readU16Frame, writeU16Frame } from '@diemnet/netcore';
import { SocketReader, type Socket, type WaitOptions } from '@diemnet/types';
import { decodeHandshakeMsg, encodeHandshakeMsg, type HandshakeMsg } from '@diemnet/wire';
import { HandoverSocket } from './handover-socket.js';

/** What the exchange leaves behind. */
export interface HandshakeExchanged {
  readonly theirs: HandshakeMsg;
  /** The stream after the handshake; messages that came right behind it are not lost. */
  readonly socket: Socket;
}

/**
 * Swaps HandshakeMsgs (DiemNet wire format, section 6): both sides send first, then read, without waiting for each
 * other. Only swaps them: whether they agree is for `negotiate` to say.
 * @throws WireError `ERR_INVALID_HANDSHAKE_MSG`; TypesError `ERR_UNEXPECTED_EOF`; what the socket reports
 */
export async function exchangeHandshake(
  socket: Socket,
  ours: HandshakeMsg,
  options: WaitOptions & { readonly remoteIp?: string | undefined } = {},
): Promise<HandshakeExchanged> {
  const reader = new SocketReader(socket);
  writeU16Frame(socket, encodeHandshakeMsg(ours));
  const frame = await readU16Frame(reader, { signal: options.signal });
  const theirs = decodeHandshakeMsg(frame);
  return { theirs, socket: new HandoverSocket(socket, reader, { remoteIp: options.remoteIp }) };
}
