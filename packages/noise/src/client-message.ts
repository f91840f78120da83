import { peerIdToBytes, type PeerId } from '@diemnet/types';
import { MESSAGE_1_OVERHEAD_BYTES, MESSAGE_2_OVERHEAD_BYTES } from './handshake/ik-handshake.js';
import { KEY_BYTES } from './limits.js';
import { TIMESTAMP_BYTES } from './anti-replay.js';

const PEER_ID_BYTES = 16;

/** The dialer's PeerId and the listener's key, in the clear: the Noise prologue. */
const PROLOGUE_BYTES = PEER_ID_BYTES + KEY_BYTES;
/** What a dialer sends: the prologue and Noise message 1. */
export const CLIENT_MESSAGE_BYTES = PROLOGUE_BYTES + MESSAGE_1_OVERHEAD_BYTES + TIMESTAMP_BYTES;
/** What a listener answers: Noise message 2, without payload. */
export const SERVER_MESSAGE_BYTES = MESSAGE_2_OVERHEAD_BYTES;

/** The parts of the dialer's 152 bytes (wire format 4.1), all views of it. */
export interface ClientMessageParts {
  readonly prologue: Uint8Array;
  readonly peerId: Uint8Array;
  readonly listenerKey: Uint8Array;
  readonly noise: Uint8Array;
}

/** Takes the dialer's 152 bytes apart. */
export function clientMessageParts(message: Uint8Array): ClientMessageParts {
  return {
    prologue: message.subarray(0, PROLOGUE_BYTES),
    peerId: message.subarray(0, PEER_ID_BYTES),
    listenerKey: message.subarray(PEER_ID_BYTES, PROLOGUE_BYTES),
    noise: message.subarray(PROLOGUE_BYTES),
  };
}

/** 152 bytes with the prologue filled in; Noise message 1 goes behind it. */
export function startClientMessage(peerId: PeerId, listenerKey: Uint8Array): Uint8Array {
  const message = new Uint8Array(CLIENT_MESSAGE_BYTES);
  message.set(peerIdToBytes(peerId));
  message.set(listenerKey, PEER_ID_BYTES);
  return message;
}
