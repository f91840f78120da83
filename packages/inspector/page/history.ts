import type { PeerSnapshot, ProtocolSnapshot } from '../src/model/snapshot.js';
import type { ViewConnection } from './network-view.js';

/** One look at a connection. Rates are per second since the look before. */
export interface Sample {
  readonly at: number;
  readonly roundTripMs: number | null;
  readonly queuedBytes: number;
  readonly queuedMessages: number;
  readonly dropsPerSecond: number;
  readonly messages: Readonly<Record<string, number>>;
  readonly bytes: Readonly<Record<string, number>>;
}

interface Track {
  connectionIds: string;
  at: number;
  traffic: Map<string, { messages: number; bytes: number }>;
  drops: number;
  seen: number;
  readonly samples: Sample[];
}

/** Two minutes at a look per second. */
export const KEPT_SAMPLES = 120;

/** What has been seen of each connection. */
export class History {
  readonly #tracks = new Map<string, Track>();
  #looks = 0;

  /** Takes in one look; connections that are gone are forgotten. */
  add(connections: readonly ViewConnection[], at: number): void {
    this.#looks++;
    for (const connection of connections) this.#look(connection, at);
    for (const [id, track] of this.#tracks) if (track.seen < this.#looks - 5) this.#tracks.delete(id);
  }

  samples(id: string): readonly Sample[] {
    return this.#tracks.get(id)?.samples ?? [];
  }

  latest(id: string): Sample | undefined {
    return this.#tracks.get(id)?.samples.at(-1);
  }

  #look({ id, ends }: ViewConnection, at: number): void {
    const connectionIds = ends.map(({ connectionId }) => connectionId).join();
    const traffic = trafficOf(ends);
    const drops = sum(ends, (end) => end.refusedMessages + end.unhandledMessages);
    const track = this.#tracks.get(id);
    if (track === undefined || track.connectionIds !== connectionIds) {
      const samples = track?.samples ?? [];
      this.#tracks.set(id, { connectionIds, at, traffic, drops, seen: this.#looks, samples });
      return;
    }
    const seconds = (at - track.at) / 1000;
    if (seconds <= 0) return;
    const messages: Record<string, number> = {};
    const bytes: Record<string, number> = {};
    for (const [protocol, now] of traffic) {
      const before = track.traffic.get(protocol) ?? { messages: 0, bytes: 0 };
      messages[protocol] = Math.max(0, now.messages - before.messages) / seconds;
      bytes[protocol] = Math.max(0, now.bytes - before.bytes) / seconds;
    }
    const trips = ends.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
    track.samples.push({
      at,
      roundTripMs: trips.length === 0 ? null : Math.min(...trips),
      queuedBytes: sum(ends, (end) => end.queuedBytes),
      queuedMessages: sum(ends, (end) => end.queuedMessages),
      dropsPerSecond: Math.max(0, drops - track.drops) / seconds,
      messages,
      bytes,
    });
    if (track.samples.length > KEPT_SAMPLES) track.samples.shift();
    Object.assign(track, { at, traffic, drops, seen: this.#looks });
  }
}

/** Both directions. What one end sent is what the other got: with both ends, what they send says all. */
function trafficOf(ends: readonly PeerSnapshot[]): Map<string, { messages: number; bytes: number }> {
  const both = ends.length > 1;
  const totals = new Map<string, { messages: number; bytes: number }>();
  const count = ({ protocol, ...traffic }: ProtocolSnapshot) => {
    const { messages, bytes } = totals.get(protocol) ?? { messages: 0, bytes: 0 };
    totals.set(protocol, {
      messages: messages + traffic.messagesOut + (both ? 0 : traffic.messagesIn),
      bytes: bytes + traffic.bytesOut + (both ? 0 : traffic.bytesIn),
    });
  };
  for (const end of ends) end.traffic.forEach(count);
  return totals;
}

/** The sum of something over the ends of a connection. */
export function sum(ends: readonly PeerSnapshot[], pick: (end: PeerSnapshot) => number): number {
  return ends.reduce((total, end) => total + pick(end), 0);
}

/** All protocols of a record together. */
export function total(record: Readonly<Record<string, number>> | undefined): number {
  return Object.values(record ?? {}).reduce((all, one) => all + one, 0);
}
