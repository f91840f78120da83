import { ipGroups, isLoopbackIp } from '@diemnet/netcore';
import { findIpAddress } from '@diemnet/network-address';
import type { UpgradeError } from '@diemnet/transport';
import type { PeerId } from '@diemnet/types';
import { CoolDowns } from './cool-downs.js';
import type { PeerManagerOptions } from './options.js';

/** What a peer that was disconnected for misbehaviour costs its address, and what garbage instead of a handshake. */
const MISBEHAVED_POINTS = 10;
const GARBAGE_POINTS = 1;

/** A message 1 that does not decrypt: no mistake of an honest dialer, and it costs us a Diffie-Hellman. */
const GARBAGE: ReadonlySet<string> = new Set(['ERR_NOISE_SERVER_PARSE_CLIENT']);

/**
 * Who misbehaved a short while ago (D-12): PeerIds at once, addresses only after several offences, since several peers
 * may share one, behind a proxy or NAT.
 */
export class Offenders {
  readonly #peers: CoolDowns<PeerId>;
  readonly #hosts: CoolDowns<string>;

  constructor(options: PeerManagerOptions) {
    const { coolDownMs, maxCoolDownMs, coolDownPointsPerIp, maxCoolDowns: maxEntries } = options;
    this.#peers = new CoolDowns({ coolDownMs, maxCoolDownMs, maxEntries, threshold: 1 });
    this.#hosts = new CoolDowns({ coolDownMs, maxCoolDownMs, maxEntries, threshold: coolDownPointsPerIp });
  }

  /** A peer was disconnected for what it did. Addresses answer only for peers that nobody vouches for. */
  misbehaved(
    { remotePeerId, remoteIp }: { readonly remotePeerId: PeerId; readonly remoteIp: string | undefined },
    { trusted, nowMs }: { readonly trusted: boolean; readonly nowMs: number },
  ): void {
    this.#peers.offend(remotePeerId, 1, nowMs);
    if (!trusted) this.#blame(remoteIp, MISBEHAVED_POINTS, nowMs);
  }

  /** An inbound upgrade failed. */
  upgradeFailed({ cause, details }: UpgradeError, nowMs: number): void {
    if (!GARBAGE.has((cause as { code?: string } | undefined)?.code ?? '')) return;
    this.#blame(findIpAddress(details.proxiedAddress ?? details.remoteAddress), GARBAGE_POINTS, nowMs);
  }

  /** Milliseconds for which nothing is taken from this peer. */
  peerCoolsDown(peerId: PeerId, nowMs: number): number {
    return this.#peers.remaining(peerId, nowMs);
  }

  /** Milliseconds for which nothing is taken from this address. */
  addressCoolsDown(ip: string, nowMs: number): number {
    return this.#hosts.size === 0 ? 0 : this.#hosts.remaining(ipGroups(ip).host, nowMs);
  }

  /** Not this machine itself: behind a local proxy, everyone would pay for one. */
  #blame(ip: string | undefined, points: number, nowMs: number): void {
    if (ip !== undefined && !isLoopbackIp(ip)) this.#hosts.offend(ipGroups(ip).host, points, nowMs);
  }
}
