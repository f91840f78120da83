/** Part of the model in JSON; see `snapshot.ts`. */

/** How long an upgrade was in one stage. */
export interface StageSnapshot {
  readonly stage: string;
  readonly durationMs: number;
}

interface EventBase {
  readonly node: string;
  readonly network: string;
  readonly atUnixMs: number;
  /** Who it was, or said to be if its handshake failed. Null if that is not known. */
  readonly peerId: string | null;
  readonly address: string;
}

/** A connection began, was replaced, or ended. */
export interface ConnectionChange extends EventBase {
  readonly kind: 'connected' | 'replaced' | 'disconnected';
  readonly origin: 'inbound' | 'outbound';
  readonly role: string;
  readonly connectionId: number;
  /** Why it ended; null unless `disconnected`. */
  readonly cause: string | null;
}

/** A dial of ConnectivityManager ended. */
export interface DialEnd extends EventBase {
  readonly kind: 'dial';
  readonly result: string;
  readonly code: string | null;
  readonly likelyCause: string | null;
}

/** An upgrade ended: the handshake waterfall. */
export interface UpgradeEnd extends EventBase {
  readonly kind: 'upgrade';
  readonly origin: 'inbound' | 'outbound';
  readonly ok: boolean;
  readonly elapsedMs: number;
  readonly stages: readonly StageSnapshot[];
  /** Of a failure: the stage, the code of its error, a guess at why, and all of it in words. */
  readonly failedStage: string | null;
  readonly reason: string | null;
  readonly likelyCause: string | null;
  readonly message: string | null;
}

/** A node came into sight or went out of it, as the server that serves its page sees it. */
export interface NodeChange extends EventBase {
  readonly kind: 'node-up' | 'node-down';
}

/** What happened, without its place in a stream. */
export type NodeEvent = ConnectionChange | DialEnd | UpgradeEnd | NodeChange;

/** Kinds of events, in the order in which a page lists them. */
export const EVENT_KINDS = [
  'connected',
  'replaced',
  'disconnected',
  'dial',
  'upgrade',
  'node-up',
  'node-down',
] as const satisfies readonly NodeEvent['kind'][];

/** True for what an operator should look at. */
export function isTrouble(event: NodeEvent): boolean {
  switch (event.kind) {
    case 'disconnected':
      return event.cause !== 'shutdown' && event.cause !== 'requested';
    case 'dial':
      return event.result === 'failed';
    case 'upgrade':
      return !event.ok;
    case 'node-down':
      return true;
    default:
      return false;
  }
}
