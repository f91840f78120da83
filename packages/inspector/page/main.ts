import { Api, TokenNeeded } from './api.js';
import { Charts } from './charts.js';
import { Connections } from './connections.js';
import { byId, el, setOptions, setText } from './dom.js';
import { Events } from './events.js';
import { Explain } from './explain.js';
import { bytes, perSecond } from './format.js';
import { Handshakes } from './handshakes.js';
import { total } from './history.js';
import { State } from './state.js';
import { followTheme } from './theme.js';
import { Topology } from './topology.js';

const LOOK_EVERY_MS = 1000;

const api = new Api();
const state = new State();
const nodeFilter = byId<HTMLSelectElement>('filter-node');
const networkFilter = byId<HTMLSelectElement>('filter-network');
const pause = byId<HTMLButtonElement>('pause');
const live = byId('live');
let paused = false;
let streaming = false;
let eventsChanged = false;

const explain = new Explain(state, api);
const explainPeer = (peer: string, node: string) => void explain.ask(peer, node);
const topology = new Topology(state, render);
const connections = new Connections(state, render, explainPeer);
const charts = new Charts(state);
const handshakes = new Handshakes(state, (peer, node) => {
  explainPeer(peer, node);
  byId('explain').scrollIntoView({ block: 'nearest' });
});
const events = new Events(state, (peer, node) => {
  explainPeer(peer, node);
  byId('explain').scrollIntoView({ block: 'nearest' });
});

function render(): void {
  const { view } = state;
  setOptions(
    nodeFilter,
    'all',
    view.nodes.filter(({ known }) => known).map(({ id }) => id),
  );
  setOptions(networkFilter, 'all', view.networks);
  if (nodeFilter.value !== state.node) nodeFilter.value = state.node;
  topology.render();
  connections.render();
  charts.render();
  explain.render();
  handshakes.render();
  events.render();
  totals();
}

function totals(): void {
  const { nodes, connections: all, gaps } = state.view;
  const known = nodes.filter((node) => node.known);
  const down = known.filter(({ up }) => !up).length;
  const samples = all.map(({ id }) => state.history.latest(id));
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
  const list = byId('totals');
  list.replaceChildren(
    ...items.map(([value, text, bad]) =>
      el('li', { class: bad ? 'bad' : '' }, el('b', { text: value }), ` ${text}`),
    ),
  );
}

function showLive(error?: string): void {
  const text = error ?? (paused ? 'paused' : streaming ? 'live' : 'reconnecting');
  setText(live, text);
  live.className = text === 'live' ? 'good' : paused && error === undefined ? '' : 'bad';
}

async function look(): Promise<void> {
  try {
    const reports = await api.nodes();
    if (!paused) {
      state.look(reports, Date.now());
      eventsChanged = false;
      render();
    }
    showLive();
  } catch (error) {
    if (error instanceof TokenNeeded) askForToken();
    showLive(error instanceof TokenNeeded ? 'token needed' : 'no answer');
  }
  setTimeout(() => void look(), LOOK_EVERY_MS);
}

function askForToken(): void {
  const dialog = byId<HTMLDialogElement>('token-dialog');
  if (!dialog.open) dialog.showModal();
}

byId<HTMLFormElement>('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  api.useToken(byId<HTMLInputElement>('token').value.trim());
  byId<HTMLDialogElement>('token-dialog').close();
});
nodeFilter.addEventListener('change', () => {
  state.node = nodeFilter.value;
  render();
});
networkFilter.addEventListener('change', () => {
  state.network = networkFilter.value;
  render();
});
pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', String(paused));
  setText(pause, paused ? 'Go on' : 'Pause');
  showLive();
});
followTheme(() => charts.repaint());

void look();
void api.follow(
  (event) => {
    state.addEvent(event);
    if (paused || eventsChanged) return;
    // Bursts are drawn once.
    eventsChanged = true;
    requestAnimationFrame(() => {
      eventsChanged = false;
      handshakes.render();
      events.render();
    });
  },
  (isLive) => {
    streaming = isLive;
    showLive();
  },
);
