import type { FailureSnapshot } from './snapshot.js';
import type { UpgradeEnd } from './event.js';

/** Part of the model in JSON; see `snapshot.ts`. */

/** Why a peer is connected to a node on one network, or not. */
export interface PeerExplanationSnapshot {
  readonly node: string;
  readonly network: string;
  readonly peerId: string;
  readonly connected: boolean;
  /** The answer in a sentence. */
  readonly summary: string;
  /** What leads to it, one fact each. */
  readonly facts: readonly string[];
  readonly sources: readonly {
    readonly source: string;
    readonly role: string;
    readonly keys: readonly string[];
    readonly addresses: readonly string[];
  }[];
  readonly role: string;
  /** How the role was chosen where sources disagree. */
  readonly roleRule: string;
  readonly keys: readonly string[];
  readonly addresses: readonly { readonly address: string; readonly dialable: boolean }[];
  readonly eligible: boolean;
  readonly oursToDial: boolean;
  readonly dial: {
    readonly phase: string | null;
    readonly address: string | null;
    readonly dueInMs: number | null;
    readonly attempts: number;
    readonly notDialed: string | null;
    readonly lastFailure: FailureSnapshot | null;
  };
  readonly connection: {
    readonly connectionId: number;
    readonly origin: string;
    readonly address: string;
    readonly publicKey: string;
    /** `keep`, or why it is about to be closed. */
    readonly verdict: string;
    readonly roundTripMs: number | null;
  } | null;
  /** Upgrades with this peer, or from its addresses, that failed lately; newest first. */
  readonly recentFailures: readonly UpgradeEnd[];
}
