import { CLIENT_MESSAGE_BYTES } from '@diemnet/noise';
import { hexToBytes } from '@diemnet/types';
import {
  DEFAULT_MAX_FRAME_BYTES,
  ProtocolIds,
  encodeDirectSendHeader,
  encodeRpcResponseHeader,
} from '@diemnet/wire';
import type { SimulatedNode } from '../world/simulated-node.js';
import type { Adversary, AdversaryConnection } from './adversary.js';

/** Something that an adversary does to a node. Resolves when it is under way. */
export type Attack = (adversary: Adversary, node: SimulatedNode) => Promise<void>;

/** What is done again and again is done this often. */
const BEAT_MS = 100;
/** A frame of 8 MiB every three seconds: about as much as a simulation handles in reasonable time. */
const HUGE_FRAME_BEATS = 30;

/** Connects and says nothing. */
const silence: Attack = async (adversary, node) => {
  await adversary.connect(node);
};

/** Random bytes where the Noise handshake begins. */
const garbageForNoise: Attack = async (adversary, node) => {
  const { socket } = await adversary.connect(node);
  socket.write(adversary.garbage(CLIENT_MESSAGE_BYTES));
};

/** A first message that is right up to the key that it is meant for, and random from there. */
const garbageBehindPrologue: Attack = async (adversary, node) => {
  const { socket } = await adversary.connect(node);
  const message = adversary.garbage(CLIENT_MESSAGE_BYTES);
  message.set(hexToBytes(adversary.identity.peerId), 0);
  message.set(hexToBytes(node.keyPair.publicKey), 16);
  socket.write(message);
};

/** Random bytes, encrypted, where the version handshake is expected. Takes a key that the node trusts. */
const garbageForHandshake: Attack = async (adversary, node) => {
  const { socket } = await adversary.connectNoise(node);
  socket.write(adversary.garbage(500));
};

/** Random frames, encrypted, two thousand a second. Takes a key that the node trusts, as all that follow. */
const garbageFrames: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  repeat(adversary, connection, ({ socket }) => {
    for (let i = 0; i < 200; i++) {
      const body = adversary.garbage(1 + adversary.rng.below(100));
      socket.writeMany([frameHeader(body.length), body]);
    }
  });
};

/** Ciphertext that is none, after a proper beginning. */
const garbageCiphertext: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  const raw = adversary.lastRawSocket;
  repeat(adversary, connection, () => raw?.write(adversary.garbage(64)));
};

/** A byte of the first message every two seconds. */
const slowHandshake: Attack = async (adversary, node) => {
  const connection = await adversary.connect(node);
  let sent = 0;
  adversary.every(2000, () => {
    if (!isWritable(connection) || sent++ > CLIENT_MESSAGE_BYTES) return false;
    connection.socket.write(adversary.garbage(1));
    return true;
  });
};

/** Announces a frame that is too long. */
const oversizedFrame: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  connection.socket.writeMany([frameHeader(DEFAULT_MAX_FRAME_BYTES + 1), adversary.garbage(1000)]);
};

/** Announces the longest frame, and sends a little of it every now and then. */
const endlessFrame: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  connection.socket.write(frameHeader(DEFAULT_MAX_FRAME_BYTES));
  repeat(adversary, connection, ({ socket }) => socket.write(adversary.garbage(10)));
};

/** The longest messages there are, without end. */
const hugeFrames: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  const payload = new Uint8Array(DEFAULT_MAX_FRAME_BYTES - 100);
  const header = encodeDirectSendHeader(ProtocolIds.MempoolDirectSend, 0, payload.length);
  let beats = 0;
  repeat(adversary, connection, ({ socket }) => {
    if (beats++ % HUGE_FRAME_BEATS === 0) socket.writeMany([header, payload]);
  });
};

/** Hundreds of empty messages a second, without end. */
const tinyFrames: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  repeat(adversary, connection, ({ socket }) => {
    for (let i = 0; i < 100; i++) {
      socket.write(encodeDirectSendHeader(ProtocolIds.MempoolDirectSend, 0, 0));
    }
  });
};

/** Answers to requests that nobody made. */
const unaskedResponses: Attack = async (adversary, node) => {
  const connection = await adversary.connectPeer(node);
  repeat(adversary, connection, ({ socket }) => {
    for (let i = 0; i < 200; i++) {
      const payload = adversary.garbage(10);
      const id = adversary.rng.below(1000);
      socket.writeMany([encodeRpcResponseHeader(id, 0, payload.length), payload]);
    }
  });
};

/** Is a peer, reads everything, and answers nothing: no ping either. */
const mutePeer: Attack = async (adversary, node) => {
  await adversary.connectPeer(node);
};

/** Is a peer, and reads nothing. */
const deafPeer: Attack = async (adversary, node) => {
  const { socket } = await adversary.connectPeer(node);
  socket.pause();
};

/** Attacks that anybody can make. */
export const STRANGERS_ATTACKS: Readonly<Record<string, Attack>> = Object.freeze({
  silence,
  garbageForNoise,
  garbageBehindPrologue,
  slowHandshake,
});

/** Attacks that take the key of a validator. */
export const INSIDERS_ATTACKS: Readonly<Record<string, Attack>> = Object.freeze({
  garbageForHandshake,
  garbageFrames,
  garbageCiphertext,
  oversizedFrame,
  endlessFrame,
  hugeFrames,
  tinyFrames,
  unaskedResponses,
  mutePeer,
  deafPeer,
});

/** Attacks that are no violation: whoever makes them may stay connected. */
export const TOLERATED_ATTACKS: ReadonlySet<string> = new Set(['endlessFrame', 'hugeFrames', 'tinyFrames']);

/** The four bytes in front of a message. */
function frameHeader(length: number): Uint8Array {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, length);
  return header;
}

function isWritable({ socket, closed }: AdversaryConnection): boolean {
  return !closed && !socket.closed;
}

function repeat(
  adversary: Adversary,
  connection: AdversaryConnection,
  act: (connection: AdversaryConnection) => void,
): void {
  adversary.every(BEAT_MS, () => {
    if (!isWritable(connection)) return false;
    act(connection);
    return true;
  });
}
