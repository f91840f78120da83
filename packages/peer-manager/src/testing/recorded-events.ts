import type { ConnectionEvent, PeerManagerHandle } from '../contracts.js';

/** Everything that a listener of `peerManager` hears from now on, e.g. `new-peer`, `lost-peer Requested`. */
export function recordEvents(peerManager: Pick<PeerManagerHandle, 'subscribe'>): {
  readonly events: ConnectionEvent[];
  /** The events in short. */
  readonly names: () => string[];
} {
  const events: ConnectionEvent[] = [];
  peerManager.subscribe((event) => void events.push(event));
  const names = () =>
    events.map((event) => (event.type === 'lost-peer' ? `${event.type} ${event.reason}` : event.type));
  return { events, names };
}
