import type { NotDialedReason } from '@diemnet/connectivity-manager';
import type { LikelyCause } from '@diemnet/transport';

/** Why a peer is not dialed, after "Not connected: ". */
export const NOT_DIALED: Readonly<Record<NotDialedReason, string>> = Object.freeze({
  connected: 'the connection has only just ended',
  'unknown-peer': 'no source of discovery names this peer, so it is neither trusted nor dialed',
  'not-eligible': 'discovery names it without a key, so it is not trusted',
  'no-dialable-address': 'discovery gives no address of it that can be dialed',
  'not-ours-to-dial': 'it is of a role that this node does not dial; it has to connect by itself',
  'outbound-limit': 'max_outbound_connections is reached',
  'next-tick': 'it is dialed at the next connectivity check',
});

/** What probably went wrong, after the stage. */
export const CAUSES: Readonly<Record<LikelyCause, string>> = Object.freeze({
  unreachable: 'nothing answers there: wrong address, not running, or a firewall',
  'no-answer': 'connected, but nothing came until the deadline',
  'refused-by-noise':
    'it hung up on our Noise handshake: our key is not trusted there, it has another key than we were told, or it is full',
  'refused-after-noise': 'it hung up after Noise: shutting down or overloaded',
  'different-chain': 'it is on another chain',
  'different-network': 'it is another network of the node',
  'no-common-version': 'no version of the protocol is spoken by both',
  'not-diemnet': 'what answers is not DiemNet',
  'missing-proxy-header': 'we expect a PROXY header and there was none',
  'untrusted-or-invalid-peer': 'its key is not one that we trust, or its handshake is invalid',
  'dialer-left': 'the dialer hung up',
  'our-limits': 'too many connections were being set up here',
  'we-gave-up': 'we gave up ourselves',
  unknown: 'the cause is not known',
});
