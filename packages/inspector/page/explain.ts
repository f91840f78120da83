import type { PeerExplanationSnapshot } from '../src/model/explanation.js';
import { byId, el, setOptions } from './dom.js';
import { milliseconds } from './format.js';
import type { State } from './state.js';

/** Who knows why a peer is connected, or not. An empty node: all of them. */
export interface Explainer {
  explain(peerId: string, node: string): Promise<PeerExplanationSnapshot[]>;
}

/** The panel that says why a peer is connected, or not. */
export class Explain {
  readonly #state: State;
  readonly #explainer: Explainer;
  readonly #node = byId<HTMLSelectElement>('explain-node');
  readonly #peer = byId<HTMLInputElement>('explain-peer');
  readonly #result = byId('explain-result');
  #asked = 0;

  constructor(state: State, explainer: Explainer) {
    this.#state = state;
    this.#explainer = explainer;
    byId<HTMLFormElement>('explain-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.ask(this.#peer.value, this.#node.value);
    });
  }

  render(): void {
    const { view } = this.#state;
    setOptions(
      this.#node,
      'all nodes',
      view.nodes.filter(({ known }) => known).map(({ id }) => id),
    );
    const list = byId('explain-peers');
    const key = [...view.names.keys()].join();
    if (list.dataset['key'] === key) return;
    list.dataset['key'] = key;
    list.replaceChildren(
      ...[...view.names].map(([peerId, name]) => el('option', { value: peerId, label: name })),
    );
  }

  /** Asks; `peer` may be the name of a node, which has a PeerId per network. */
  async ask(peer: string, node: string): Promise<void> {
    const asked = ++this.#asked;
    const wanted = peer.trim();
    const named = [...this.#state.view.names].filter(([, name]) => name === wanted).map(([peerId]) => peerId);
    this.#peer.value = wanted;
    this.#node.value = node;
    try {
      const peers = named.length > 0 ? named : [wanted];
      const answers = await Promise.all(peers.map((peerId) => this.#explainer.explain(peerId, node)));
      if (asked !== this.#asked) return;
      const useful = answers.flat().filter(({ summary }) => !summary.startsWith('This is the node itself'));
      const relevant = useful.filter(({ sources, connection }) => sources.length > 0 || connection !== null);
      const shown = relevant.length > 0 ? relevant : useful;
      this.#result.replaceChildren(...shown.map((one) => this.#card(one)));
    } catch (error) {
      if (asked !== this.#asked) return;
      const text = error instanceof Error ? error.message : String(error);
      this.#result.replaceChildren(el('p', { class: 'bad', text }));
    }
  }

  #card(one: PeerExplanationSnapshot): HTMLElement {
    const { dial, connection } = one;
    const failure = dial.lastFailure;
    const rows: [string, string][] = [
      ['PeerId', one.peerId],
      ['Role', `${one.role} (${one.roleRule})`],
      ['Keys', one.keys.join(', ') || 'none'],
      [
        'Addresses',
        one.addresses
          .map(({ address, dialable }) => address + (dialable ? '' : ' (cannot be dialed)'))
          .join(', ') || 'none',
      ],
      ...one.sources.map(({ source, role, keys, addresses }): [string, string] => [
        `Source ${source}`,
        `${role}, ${keys.length} keys, ${addresses.length} addresses`,
      ]),
      [
        'Dial',
        dial.phase === null
          ? (dial.notDialed ?? 'none')
          : `${dial.phase} ${dial.address}, due in ${milliseconds(dial.dueInMs)}, attempt ${dial.attempts}`,
      ],
      ...(failure === null
        ? []
        : [
            [
              'Last failure',
              `${this.#state.clock(failure.atUnixMs)} ${failure.stage ?? ''} ${failure.message}`,
            ] as [string, string],
          ]),
      ...(connection === null
        ? []
        : [
            [
              'Connection',
              `#${connection.connectionId} ${connection.origin} ${connection.address}, ${connection.verdict}, ${milliseconds(connection.roundTripMs)}`,
            ] as [string, string],
          ]),
    ];
    return el(
      'article',
      { class: one.connected ? 'card good' : 'card' },
      el('h3', { text: `${one.node} · ${one.network} · ${this.#state.nameOf(one.peerId)}` }),
      el('p', { class: 'summary', text: one.summary }),
      el('ul', {}, ...one.facts.map((text) => el('li', { text }))),
      one.recentFailures.length === 0
        ? null
        : el(
            'ul',
            { class: 'failures' },
            ...one.recentFailures.slice(0, 3).map((event) =>
              el('li', {
                text: `${this.#state.clock(event.atUnixMs)} ${event.origin} failed at ${event.failedStage}: ${event.reason} (${event.likelyCause})`,
              }),
            ),
          ),
      el(
        'details',
        {},
        el('summary', { text: 'Everything' }),
        el('dl', {}, ...rows.flatMap(([term, text]) => [el('dt', { text: term }), el('dd', { text })])),
      ),
    );
  }
}
