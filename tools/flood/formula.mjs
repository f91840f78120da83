/** The formula of docs/memory.md: from the limits in force to the most that peers can make a node hold. Bytes. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Read and decrypted, not delivered: one chunk of the system, one Noise frame in parts. */
const STREAM_BYTES = 2 * 64 * KIB;
/** Between a peer and its socket: the high-water mark of the stream and one batch of writes. */
const SOCKET_BYTES = 1 * MIB;
/** Objects of a connection apart from payloads: sockets, cipher states, tables, metrics. */
const CONNECTION_OBJECT_BYTES = 64 * KIB;
/** Objects of a message that waits somewhere. */
const MESSAGE_OBJECT_BYTES = 512;
/** A payload may keep the frame alive that it came in. */
const NOISE_FRAME_BYTES = 65_519;
/** A queued payload may keep this many times its size alive. */
const RETENTION = 4;

/** One half-open inbound connection: socket, timers, at most a frame of the version handshake. */
export const HALF_OPEN_BYTES = 256 * KIB;

/**
 * @param peer PeerOptions in force for this kind of peer
 * @param applications `{ protocols, queueSize, queueBytes }` of applications that read from a queue
 */
export function connectionBytes(peer, applications) {
  const frame = peer.maxFrameBytes;
  const receiving = frame + 64 * KIB + STREAM_BYTES;
  const pendingRequests =
    Math.max(peer.maxPendingInboundRpcBytes, frame) +
    peer.maxPendingInboundRpcs * (NOISE_FRAME_BYTES + MESSAGE_OBJECT_BYTES);
  const sending = Math.max(peer.maxQueuedBytes, frame) + SOCKET_BYTES;
  const queues = applications.reduce(
    (sum, { protocols, queueSize, queueBytes }) =>
      sum + protocols * (RETENTION * queueBytes + queueSize * MESSAGE_OBJECT_BYTES),
    0,
  );
  return receiving + pendingRequests + sending + queues + CONNECTION_OBJECT_BYTES;
}

/** `connections`: `[count, bytes of each]` per kind of peer. */
export function nodeBytes({ connections, maxPendingInboundUpgrades, maxFrameBytes }) {
  const peers = connections.reduce((sum, [count, bytes]) => sum + count * bytes, 0);
  // While a frame is put together it exists twice, but only one frame of the whole node at a time.
  return peers + maxPendingInboundUpgrades * HALF_OPEN_BYTES + maxFrameBytes;
}
