import { Charts } from './charts.js';
import { Connections } from './connections.js';
import { byId, el, setOptions } from './dom.js';
import { Events } from './events.js';
import { Explain, type Explainer } from './explain.js';
import { bytes, perSecond } from './format.js';
import { Handshakes } from './handshakes.js';
import { total } from './history.js';
import type { State } from './state.js';
import { followTheme } from './theme.js';
import { Topology } from './topology.js';

/** Everything that shows the state, whether it is live or recorded. */
export class Views {
  readonly #state: State;
  readonly #nodeFilter = byId<HTMLSelectElement>('filter-node');
  readonly #networkFilter = byId<HTMLSelectElement>('filter-network');
  readonly #explain: Explain;
  readonly #topology: Topology;
  readonly #connections: Connections;
  readonly #charts: Charts;
  readonly #handshakes: Handshakes;
  readonly #events: Events;

  constructor(state: State, explainer: Explainer) {
    this.#state = state;
    const render = () => this.render();
    this.#explain = new Explain(state, explainer);
    const explain = (peer: string, node: string) => void this.#explain.ask(peer, node);
    const explainBelow = (peer: string, node: string) => {
      explain(peer, node);
      byId('explain').scrollIntoView({ block: 'nearest' });
    };
    this.#topology = new Topology(state, render);
    this.#connections = new Connections(state, render, explain);
    this.#charts = new Charts(state);
    this.#handshakes = new Handshakes(state, explainBelow);
    this.#events = new Events(state, explainBelow);
    this.#nodeFilter.addEventListener('change', () => {
      state.node = this.#nodeFilter.value;
      render();
    });
    this.#networkFilter.addEventListener('change', () => {
      state.network = this.#networkFilter.value;
      render();
    });
    followTheme(() => this.#charts.repaint());
  }

  render(): void {
    const { view, node } = this.#state;
    setOptions(
      this.#nodeFilter,
      'all',
      view.nodes.filter(({ known }) => known).map(({ id }) => id),
    );
    setOptions(this.#networkFilter, 'all', view.networks);
    if (this.#nodeFilter.value !== node) this.#nodeFilter.value = node;
    this.#topology.render();
    this.#connections.render();
    this.#charts.render();
    this.#explain.render();
    this.renderEvents();
    this.#totals();
  }

  /** Enough where nothing but an event is new. */
  renderEvents(): void {
    this.#handshakes.render();
    this.#events.render();
  }

  #totals(): void {
    const { view, history } = this.#state;
    const { nodes, connections: all, gaps } = view;
    const known = nodes.filter((node) => node.known);
    const down = known.filter(({ up }) => !up).length;
    const samples = all.map(({ id }) => history.latest(id));
    const messages = samples.reduce((sum, sample) => sum + total(sample?.messages), 0);
    const volume = samples.reduce((sum, sample) => sum + total(sample?.bytes), 0);
    const items: [string, string, boolean][] = [
      [String(known.length), known.length === 1 ? 'node' : 'nodes', false],
      ...(down > 0 ? [[String(down), 'down', true] as [string, string, boolean]] : []),
      [String(all.length), all.length === 1 ? 'connection' : 'connections', false],
      ...(gaps.length > 0 ? [[String(gaps.length), 'missing', true] as [string, string, boolean]] : []),
      [perSecond(messages), 'messages/s', false],
      [`${bytes(volume)}/s`, '', false],
    ];
    byId('totals').replaceChildren(
      ...items.map(([value, text, bad]) =>
        el('li', { class: bad ? 'bad' : '' }, el('b', { text: value }), ` ${text}`),
      ),
    );
  }
}
