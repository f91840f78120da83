import { EVENT_KINDS, isTrouble, type NodeEvent } from '../src/model/event.js';
import { networkColour } from './colours.js';
import { byId, el } from './dom.js';
import { milliseconds } from './format.js';
import { sync } from './handshakes.js';
import type { State } from './state.js';

const SHOWN = 200;

/** What happened, newest first. */
export class Events {
  readonly #state: State;
  readonly #explain: (peer: string, node: string) => void;
  readonly #list = byId('event-list');
  readonly #trouble = byId<HTMLInputElement>('event-trouble');
  readonly #search = byId<HTMLInputElement>('event-search');
  readonly #kinds = new Set<string>(EVENT_KINDS);
  #rows = new WeakMap<NodeEvent, HTMLElement>();
  #namesKey = '';

  constructor(state: State, explain: (peer: string, node: string) => void) {
    this.#state = state;
    this.#explain = explain;
    byId('event-kinds').append(
      ...EVENT_KINDS.map((kind) => {
        const input = el('input', { type: 'checkbox', value: kind, checked: true });
        input.addEventListener('change', () => {
          if (input.checked) this.#kinds.add(kind);
          else this.#kinds.delete(kind);
          this.render();
        });
        return el('label', {}, input, el('span', { text: kind }));
      }),
    );
    this.#trouble.addEventListener('change', () => this.render());
    this.#search.addEventListener('input', () => this.render());
  }

  render(): void {
    if (this.#namesKey !== this.#state.namesKey) {
      this.#namesKey = this.#state.namesKey;
      this.#rows = new WeakMap();
    }
    const needle = this.#search.value.trim().toLowerCase();
    const rows: HTMLElement[] = [];
    const { events } = this.#state;
    for (let i = events.length - 1; i >= 0 && rows.length < SHOWN; i--) {
      const event = events[i] as NodeEvent;
      if (!this.#kinds.has(event.kind) || !this.#state.concerns(event)) continue;
      if (this.#trouble.checked && !isTrouble(event)) continue;
      const row = this.#rows.get(event) ?? this.#create(event);
      if (needle !== '' && !row.dataset['text']?.includes(needle)) continue;
      rows.push(row);
    }
    if (rows.length === 0) rows.push(el('li', { class: 'empty', text: 'Nothing to show.' }));
    sync(this.#list, rows);
  }

  #create(event: NodeEvent): HTMLElement {
    const peer = event.peerId === null ? '' : this.#state.nameOf(event.peerId);
    const text = detail(event);
    const who = el('button', { type: 'button', class: 'link', text: peer });
    who.addEventListener('click', () => this.#explain(event.peerId as string, event.node));
    const mark = el('i', { class: 'mark', title: event.network });
    mark.style.setProperty(
      'background',
      event.network === '' ? 'var(--faint)' : networkColour(event.network),
    );
    const row = el(
      'li',
      { class: isTrouble(event) ? 'failure' : '' },
      el('time', { text: this.#state.clock(event.atUnixMs) }),
      el('span', { class: 'kind', text: event.kind }),
      el('span', { class: 'what' }, mark, `${event.node} `, peer === '' ? null : who, ` ${text}`),
    );
    row.dataset['text'] = `${JSON.stringify(event)} ${peer} ${text}`.toLowerCase();
    this.#rows.set(event, row);
    return row;
  }
}

function detail(event: NodeEvent): string {
  switch (event.kind) {
    case 'connected':
    case 'replaced':
      return `${event.origin}, ${event.role}`;
    case 'disconnected':
      return event.cause ?? '';
    case 'dial':
      return [event.result.replace('_', ' '), event.code, event.likelyCause].filter(Boolean).join(', ');
    case 'upgrade':
      return event.ok
        ? `${event.origin}, ${milliseconds(event.elapsedMs)}`
        : `${event.origin} failed at ${event.failedStage}: ${event.reason} (${event.likelyCause})`;
    default:
      return event.address;
  }
}
