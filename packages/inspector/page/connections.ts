import { networkColour } from './colours.js';
import { byId, el, setText } from './dom.js';
import { bytes, duration, milliseconds, perSecond } from './format.js';
import { sum, total } from './history.js';
import type { ViewConnection } from './network-view.js';
import type { State } from './state.js';

const COLUMNS = [
  ['Network', ''],
  ['Dialer → listener', ''],
  ['Up for', 'number'],
  ['Round trip', 'number'],
  ['Messages/s', 'number'],
  ['Bytes/s', 'number'],
  ['Queued', 'number'],
  ['RPCs', 'number'],
  ['Dropped', 'number'],
] as const;

interface Row {
  readonly row: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly cells: readonly HTMLTableCellElement[];
}

/** Every connection in a row. */
export class Connections {
  readonly #state: State;
  readonly #changed: () => void;
  readonly #explain: (peer: string, node: string) => void;
  readonly #body = el('tbody');
  readonly #rows = new Map<string, Row>();
  readonly #empty = el('p', { class: 'empty', text: 'No connection stands.' });

  constructor(state: State, changed: () => void, explain: (peer: string, node: string) => void) {
    this.#state = state;
    this.#changed = changed;
    this.#explain = explain;
    const head = COLUMNS.map(([text, type]) => el('th', { scope: 'col', class: type, text }));
    byId('connection-table').append(
      el('table', {}, el('thead', {}, el('tr', {}, ...head)), this.#body),
      this.#empty,
    );
  }

  render(): void {
    const connections = this.#state.connections();
    const wanted = new Set(connections.map(({ id }) => id));
    for (const [id, { row }] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    connections.forEach((connection, i) => {
      const known = this.#rows.get(connection.id);
      const row = known ?? this.#create(connection);
      if (this.#body.children[i] !== row.row)
        this.#body.insertBefore(row.row, this.#body.children[i] ?? null);
      this.#update(row, connection);
    });
    this.#empty.hidden = connections.length > 0;
  }

  #create(connection: ViewConnection): Row {
    const button = el('button', { type: 'button', class: 'link' });
    const cells = COLUMNS.map(([, type]) => el('td', { class: type }));
    const mark = el('i', { class: 'mark' });
    mark.style.setProperty('background', networkColour(connection.network));
    cells[0]?.append(mark, connection.network);
    cells[1]?.append(button);
    const row = el('tr', { 'data-id': connection.id }, ...cells);
    button.addEventListener('click', () => {
      this.#state.selected = this.#state.selected === connection.id ? '' : connection.id;
      const [end] = connection.ends;
      if (this.#state.selected !== '' && end !== undefined) {
        const node = end.origin === 'outbound' ? connection.from : connection.to;
        this.#explain(end.peerId, node);
      }
      this.#changed();
    });
    const made = { row, button, cells };
    this.#rows.set(connection.id, made);
    return made;
  }

  #update({ row, button, cells }: Row, { id, from, to, ends }: ViewConnection): void {
    const sample = this.#state.history.latest(id);
    const selected = this.#state.selected === id;
    row.classList.toggle('selected', selected);
    button.setAttribute('aria-pressed', String(selected));
    setText(button, `${label(from)} → ${label(to)}`);
    const since = Math.min(...ends.map(({ connectedSinceUnixMs }) => connectedSinceUnixMs));
    const now = Math.max(0, ...this.#state.reports.map((one) => (one.ok ? one.snapshot.atUnixMs : 0)));
    const queued = sum(ends, (end) => end.queuedMessages);
    const dropped = sum(ends, (end) => end.refusedMessages + end.unhandledMessages);
    const failed = Math.max(...ends.map(({ failedPings }) => failedPings));
    const trips = ends.flatMap(({ roundTripMs }) => roundTripMs ?? []);
    const texts = [
      duration(now - since),
      failed > 0 ? `${failed} lost` : milliseconds(trips.length === 0 ? null : Math.min(...trips)),
      perSecond(total(sample?.messages)),
      bytes(total(sample?.bytes)),
      queued === 0 ? '0' : `${queued} (${bytes(sum(ends, (end) => end.queuedBytes))})`,
      String(sum(ends, (end) => end.pendingOutboundRpcs + (ends.length > 1 ? 0 : end.pendingInboundRpcs))),
      String(dropped),
    ];
    texts.forEach((text, i) => setText(cells[i + 2] as Element, text));
    cells[3]?.classList.toggle('bad', failed > 0);
    cells[8]?.classList.toggle('bad', dropped > 0);
  }
}

/** A peer that tells nothing about itself goes by its first digits. */
export function label(id: string): string {
  return id.startsWith('peer ') ? id.slice(5, 13) : id;
}
