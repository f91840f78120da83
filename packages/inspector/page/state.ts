import type { NodeEvent } from '../src/model/event.js';
import type { NodeReport } from '../src/model/snapshot.js';
import { clock } from './format.js';
import { History } from './history.js';
import { viewOf, type NetworkView, type ViewConnection } from './network-view.js';

export const KEPT_EVENTS = 2000;

/** What the page knows, and what its user wants to see of it. */
export class State {
  reports: readonly NodeReport[] = [];
  view: NetworkView = { nodes: [], connections: [], gaps: [], networks: [], names: new Map() };
  /** Newest last. */
  readonly events: NodeEvent[] = [];
  history = new History();
  /** Where the axes of charts begin to count, in Unix milliseconds. */
  origin = 0;
  /** How moments are told: by the clock on the wall, or since a recording began. */
  clock: (unixMs: number) => string = clock;
  /** Empty: all. */
  node = '';
  network = '';
  /** Changes when peers get names, which rows that have been drawn must then take over. */
  namesKey = '';
  /** The id of a connection. */
  selected = '';

  look(reports: readonly NodeReport[], at: number): void {
    this.reports = reports;
    this.view = viewOf(reports, this.view);
    this.namesKey = [...this.view.names.keys()].join();
    this.history.add(this.view.connections, at);
  }

  /** As if nothing had been seen yet; what nodes are called is still known. */
  forgetSamples(): void {
    this.history = new History();
  }

  addEvent(event: NodeEvent): void {
    this.events.push(event);
    if (this.events.length > KEPT_EVENTS) this.events.shift();
  }

  /** Connections that the filters let through. */
  connections(): ViewConnection[] {
    return this.view.connections.filter(
      ({ network, from, to }) =>
        (this.network === '' || network === this.network) &&
        (this.node === '' || from === this.node || to === this.node),
    );
  }

  /** Does an event pass the filters of the page? */
  concerns({ node, network, peerId }: NodeEvent): boolean {
    const named = peerId === null ? undefined : this.view.names.get(peerId);
    return (
      (this.network === '' || network === this.network || network === '') &&
      (this.node === '' || node === this.node || named === this.node)
    );
  }

  /** What people call a peer. */
  nameOf(peerId: string | null): string {
    return peerId === null ? 'unknown' : (this.view.names.get(peerId) ?? peerId.slice(0, 8));
  }
}
