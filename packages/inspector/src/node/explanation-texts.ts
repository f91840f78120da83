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
  'no-answer':
    'connected, but no answer of DiemNet came until the deadline; another service, or a node that hangs',
  'refused-by-noise':
    'it hung up on our Noise handshake: our key is not trusted there, or it has another key than we were told (it does ' +
    'not tell which), or it is full; its peer set must list our PeerId with our key, and ours its present key',
  'refused-after-noise': 'it hung up after Noise: shutting down or overloaded',
  'different-chain': 'it is on another chain: compare base.chain_id',
  'different-network': 'it serves another network at this address: compare network_id',
  'no-common-version': 'no version of the protocol is spoken by both',
  'not-diemnet': 'what answers is not DiemNet: check the port',
  'missing-proxy-header': 'we expect a PROXY header and there was none',
  'untrusted-or-invalid-peer': 'its key is not one that we trust, or its handshake is invalid',
  'dialer-left': 'the dialer hung up',
  'our-limits': 'too many connections were being set up here',
  'we-gave-up': 'we gave up ourselves',
  unknown: 'the cause is not known',
});

/** What we know for certain of a connection that we refused, by the code of the error. */
const REFUSALS: Readonly<Record<string, string>> = Object.freeze({
  ERR_NOISE_UNAUTHENTICATED_CLIENT: 'we do not trust its key: no source lists that PeerId with that key',
  ERR_NOISE_CLIENT_EXPECTING_DIFFERENT_PUBKEY:
    'it expected another key of us than we have: what it knows of us is old or wrong',
  ERR_NOISE_SERVER_REPLAY_DETECTED: 'its handshake was a repetition: its clock went back, or it is an attack',
});

/** Why a handshake failed, in words. */
export function failureText({
  reason,
  likelyCause,
}: {
  readonly reason: string | null;
  readonly likelyCause: string | null;
}): string {
  return REFUSALS[reason ?? ''] ?? CAUSES[likelyCause as LikelyCause] ?? CAUSES.unknown;
}
