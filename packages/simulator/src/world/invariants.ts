import type { Socket } from '@diemnet/types';
import type { World } from './world.js';

/** Something that has to be true at every moment. */
export interface Invariant {
  readonly name: string;
  /** What is wrong, or undefined. */
  check(world: World): string | undefined;
}

/** From the moment a connection is not wanted any more: a look at everything, then the grace of closing. */
const UNWANTED_MS = 5000 + 5000 + 1000;
/** A tie is broken when both connections are upgraded, and the loser closed within its grace. */
const TIE_MS = 30_000 + 5000 + 1000;
/** What one socket may hold: the high-water mark and one batch beyond it. */
const SOCKET_QUEUE_BYTES = 1024 * 1024;

/** Two nodes never keep more than one connection, but for the time that a tie or a replacement takes. */
export const oneConnectionPerPeer: Invariant = Object.freeze({
  name: 'at most one connection per peer',
  check(world: World): string | undefined {
    const latest = world.nowMs - TIE_MS;
    const pairs = new Set<string>();
    for (const connection of world.network.connections()) {
      if (connection.openedAt > latest || connection.sockets.some((socket) => socket.closed)) continue;
      const { dialer, listener } = connection;
      if (!world.isNode(dialer) || !world.isNode(listener)) continue;
      if (dialer.incarnation.state !== 'running' || listener.incarnation.state !== 'running') continue;
      const pair =
        dialer.ip < listener.ip ? `${dialer.name} ${listener.name}` : `${listener.name} ${dialer.name}`;
      if (pairs.has(pair)) return `${pair} have kept two connections`;
      pairs.add(pair);
    }
    return undefined;
  },
});

/** Whoever waits with a deadline has been told by then. */
export const noOverdueWaiter: Invariant = Object.freeze({
  name: 'no waiter past its deadline',
  check(world: World): string | undefined {
    const overdue = world.watchList.overdue(world.nowMs - 1);
    return overdue === undefined
      ? undefined
      : `${overdue.what} should have ended at ${overdue.deadlineMs} ms`;
  },
});

/** After an interval nobody is connected whom, or whose key, the trusted set does not contain. */
export const trustedPeersOnly: Invariant = Object.freeze({
  name: 'trusted set and connections agree',
  check(world: World): string | undefined {
    for (const node of world.nodes) {
      if (node.state !== 'running' || world.nowMs - node.changedAt < UNWANTED_MS) continue;
      const { trustedPeers, peerManager } = node.network;
      for (const { remotePeerId, remotePublicKey } of peerManager.connections()) {
        const trusted = trustedPeers.get(remotePeerId);
        const name = world.nameOf(remotePeerId);
        if (trusted === undefined) return `${node.name} keeps ${name}, whom it does not trust`;
        if (!trusted.keys.has(remotePublicKey)) return `${node.name} keeps ${name} under an old key`;
      }
    }
    return undefined;
  },
});

/** Queues and pending requests stay within what the configuration allows. */
export const boundedQueues: Invariant = Object.freeze({
  name: 'queues within their bounds',
  check(world: World): string | undefined {
    const { maxQueuedBytes, maxPendingRpcs } = world.limits;
    for (const node of world.nodes) {
      if (node.state !== 'running') continue;
      for (const { metadata, stats } of node.network.peerManager.statistics()) {
        const peer = `${node.name} to ${world.nameOf(metadata.remotePeerId)}`;
        if (stats.queuedBytes > maxQueuedBytes) return `${peer} queues ${stats.queuedBytes} bytes`;
        const pending = Math.max(stats.pendingInboundRpcs, stats.pendingOutboundRpcs);
        if (pending > maxPendingRpcs) return `${peer} has ${pending} RPCs pending`;
      }
    }
    for (const { id, dialer, listener, sockets } of world.network.connections()) {
      for (const [i, host] of [dialer, listener].entries()) {
        const queued = (sockets[i] as Socket).queuedBytes;
        if (queued > SOCKET_QUEUE_BYTES && world.isNode(host)) {
          return `${host.name} queues ${queued} bytes in the socket of connection ${id}`;
        }
      }
    }
    return undefined;
  },
});

/** What is checked where nothing else is said. */
export const DEFAULT_INVARIANTS: readonly Invariant[] = Object.freeze([
  oneConnectionPerPeer,
  noOverdueWaiter,
  trustedPeersOnly,
  boundedQueues,
]);
