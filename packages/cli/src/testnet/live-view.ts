import type { TimeService } from '@diemnet/types';
import type { ConnectionTable } from './connection-table.js';
import { expectedConnections, type TestnetNode } from './layout.js';

interface Totals {
  readonly at: number;
  readonly messages: number;
  readonly bytes: number;
}

const RESET = '\x1b[0m';
const GREEN = '\x1b[32m';
const RED = '\x1b[31m';
const DIM = '\x1b[2m';
const HOME_AND_CLEAR = '\x1b[H\x1b[J';

/** The testnet on one screen: who is connected to whom, round trips, and traffic since the last look. */
export class LiveView {
  readonly #time: TimeService;
  readonly #colours: boolean;
  readonly #page: string | undefined;
  #last = new Map<string, Totals>();

  constructor({
    time,
    colours,
    page,
  }: {
    readonly time: TimeService;
    readonly colours: boolean;
    /** Where the inspector is served. */
    readonly page?: string | undefined;
  }) {
    this.#time = time;
    this.#colours = colours;
    this.#page = page;
  }

  /** The screen, starting with the codes that clear it. */
  render(nodes: readonly TestnetNode[], table: ConnectionTable, notices: readonly string[]): string {
    const expected = expectedConnections(nodes);
    const standing = expected.filter((connection) => table.stands(connection)).length;
    const lines = [
      `DiemNet testnet: ${nodes.length} nodes, ${standing} of ${expected.length} connections stand`,
      ...(this.#page === undefined ? [] : [`inspector: ${this.#page}`]),
      '',
      this.#dim(
        `${'network'.padEnd(10)}${'from'.padEnd(13)}${'to'.padEnd(13)}${'state'.padEnd(11)}${'round trip'.padStart(11)}${'msg/s'.padStart(9)}${'KiB/s'.padStart(10)}`,
      ),
    ];
    const seen = new Map<string, Totals>();
    for (const connection of expected) {
      const { network, from, to } = connection;
      const ends = [table.end(from, to, network), table.end(to, from, network)];
      const totals: Totals = {
        at: this.#time.now(),
        messages: ends.reduce(
          (sum, end) => sum + (end?.traffic.directSendsSent ?? 0) + (end?.traffic.rpcsAnswered ?? 0),
          0,
        ),
        bytes: ends.reduce((sum, end) => sum + (end?.traffic.bytesSent ?? 0), 0),
      };
      const key = `${network} ${from} ${to}`;
      const before = this.#last.get(key);
      seen.set(key, totals);
      const seconds = before === undefined ? 0 : (totals.at - before.at) / 1000;
      const perSecond = (now: number, then: number | undefined) =>
        seconds > 0 && then !== undefined ? Math.max(0, (now - then) / seconds) : 0;
      const up = table.stands(connection);
      const roundTrip = ends[0]?.traffic.medianRoundTripMs ?? ends[1]?.traffic.medianRoundTripMs;
      const state = (up ? 'connected' : (ends[0]?.lostBecause ?? ends[1]?.lostBecause ?? 'waiting')).padEnd(
        11,
      );
      lines.push(
        network.padEnd(10) +
          from.padEnd(13) +
          to.padEnd(13) +
          this.#paint(up ? GREEN : RED, state) +
          (typeof roundTrip === 'number' ? `${roundTrip.toFixed(2)} ms` : '-').padStart(11) +
          perSecond(totals.messages, before?.messages).toFixed(0).padStart(9) +
          (perSecond(totals.bytes, before?.bytes) / 1024).toFixed(1).padStart(10),
      );
    }
    this.#last = seen;
    const unexpected = table.unexpected(expected);
    for (const { network, node, peer } of unexpected) {
      lines.push(this.#paint(RED, `${network}: ${node} - ${peer} should not be connected`));
    }
    lines.push('', ...notices.map((notice) => this.#dim(notice)), '', this.#dim('Ctrl-C stops every node'));
    return `${HOME_AND_CLEAR}${lines.join('\n')}\n`;
  }

  #paint(colour: string, text: string): string {
    return this.#colours ? `${colour}${text}${RESET}` : text;
  }

  #dim(text: string): string {
    return this.#paint(DIM, text);
  }
}
