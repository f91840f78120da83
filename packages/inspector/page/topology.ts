import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';
import { networkColour } from './colours.js';
import { byId, el, svg } from './dom.js';
import { milliseconds, perSecond } from './format.js';
import { total } from './history.js';
import type { ViewConnection, ViewGap, ViewNode } from './network-view.js';
import type { State } from './state.js';

interface Placed extends SimulationNodeDatum {
  id: string;
  node: ViewNode;
}

interface Line extends SimulationLinkDatum<Placed> {
  source: Placed;
  target: Placed;
  bend: number;
  edge: ViewConnection | ViewGap;
}

const RADIUS = 13;
const LABEL_PX = 7;

/** The picture of who is connected to whom. Arrows point from the dialer to the listener. */
export class Topology {
  readonly #state: State;
  readonly #changed: () => void;
  readonly #host = byId('topology');
  readonly #svg = svg('svg', { role: 'group', 'aria-label': 'Nodes and their connections' });
  readonly #lines = svg('g');
  readonly #dots = svg('g');
  readonly #places = new Map<string, Placed>();
  readonly #simulation = forceSimulation<Placed>().stop();
  #links: Line[] = [];
  #shape = '';
  #width = 0;
  #height = 0;

  constructor(state: State, changed: () => void) {
    this.#state = state;
    this.#changed = changed;
    this.#svg.append(svg('defs', {}, arrow('arrow')), this.#lines, this.#dots);
    this.#host.append(this.#svg);
    new ResizeObserver(() => this.#resize()).observe(this.#host);
    this.#resize();
  }

  render(): void {
    const { view } = this.#state;
    const shape = [...view.nodes.map(({ id }) => id), ...view.connections.map(({ id }) => id)].sort().join();
    for (const node of view.nodes) {
      const place = this.#places.get(node.id);
      if (place === undefined) this.#places.set(node.id, this.#place(node));
      else place.node = node;
    }
    const present = new Set(view.nodes.map(({ id }) => id));
    for (const id of this.#places.keys()) if (!present.has(id)) this.#places.delete(id);
    this.#links = this.#linesOf([...view.gaps, ...view.connections]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#settle();
    }
    this.#draw();
    this.#legend();
  }

  #place(node: ViewNode): Placed {
    const angle = this.#places.size * 2.4;
    const { id } = node;
    return {
      id,
      node,
      x: this.#width / 2 + Math.cos(angle) * (this.#width / 3.5),
      y: this.#height / 2 + Math.sin(angle) * (this.#height / 3.5),
    };
  }

  #linesOf(edges: readonly (ViewConnection | ViewGap)[]): Line[] {
    const between = new Map<string, number>();
    return edges.flatMap((edge) => {
      const source = this.#places.get(edge.from);
      const target = this.#places.get(edge.to);
      if (source === undefined || target === undefined || source === target) return [];
      const pair = [edge.from, edge.to].sort().join();
      const before = between.get(pair) ?? 0;
      between.set(pair, before + 1);
      return [{ source, target, edge, bend: before * (edge.from < edge.to ? 1 : -1) * 26 }];
    });
  }

  /** Lays out at once: a picture that wobbles every time a node comes or goes is hard to read. */
  #settle(): void {
    const nodes = [...this.#places.values()];
    const space = Math.sqrt((this.#width * this.#height) / Math.max(1, nodes.length));
    this.#simulation
      .nodes(nodes)
      .force(
        'link',
        forceLink<Placed, Line>(this.#links)
          .distance(space * 0.9)
          .strength(0.15),
      )
      .force('charge', forceManyBody().strength(-space * 9))
      .force('collide', forceCollide(RADIUS * 2.4))
      .force('x', forceX(this.#width / 2).strength(0.09))
      .force('y', forceY(this.#height / 2).strength(0.14))
      .alpha(1);
    for (let i = 0; i < 240; i++) this.#simulation.tick();
    this.#fit(nodes);
  }

  /** Stretches the picture over the room there is. */
  #fit(nodes: readonly Placed[]): void {
    const longest = Math.max(0, ...nodes.map(({ node }) => node.label.length));
    stretch(nodes, 'x', Math.max(RADIUS * 2, (longest * LABEL_PX) / 2 + 6), this.#width);
    stretch(nodes, 'y', RADIUS * 2, this.#height - 14);
  }

  #draw(): void {
    const { node: chosen, network, selected } = this.#state;
    const focused = this.#dots.contains(document.activeElement)
      ? document.activeElement?.getAttribute('data-id')
      : undefined;
    this.#lines.replaceChildren(
      ...this.#links.map((line) => {
        const { edge } = line;
        const off =
          (network !== '' && edge.network !== network) ||
          (chosen !== '' && edge.from !== chosen && edge.to !== chosen);
        const gap = 'peer' in edge;
        const kind = gap ? 'gap' : 'edge';
        const classes = `${kind}${off ? ' off' : ''}${edge.id === selected ? ' selected' : ''}`;
        const path = svg('path', {
          class: classes,
          d: curve(line),
          'data-id': edge.id,
          'marker-end': gap ? undefined : 'url(#arrow)',
        });
        path.style.setProperty('--stroke', networkColour(edge.network));
        path.append(svg('title', { text: this.#describe(edge) }));
        if (!gap) path.addEventListener('click', () => this.#select(edge.id));
        return path;
      }),
    );
    this.#dots.replaceChildren(...[...this.#places.values()].map((place) => this.#dot(place)));
    if (focused) this.#dots.querySelector<SVGElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #dot({ node, x = 0, y = 0 }: Placed): SVGElement {
    const { view, node: chosen } = this.#state;
    const linked = view.connections.filter(({ from, to }) => from === node.id || to === node.id).length;
    const state = node.up ? '' : ', does not answer';
    const group = svg('g', {
      class: `dot${node.known ? '' : ' stranger'}${node.up ? '' : ' down'}${chosen === node.id ? ' selected' : ''}`,
      transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
      'data-id': node.id,
      'data-label': node.label,
      ...(node.known
        ? {
            tabindex: '0',
            role: 'button',
            'aria-pressed': String(chosen === node.id),
            'aria-label': `${node.label}, ${node.role}, ${linked} connections${state}`,
          }
        : {}),
    });
    const round = /^validator$/i.test(node.role);
    group.append(
      round
        ? svg('circle', { r: String(RADIUS) })
        : svg('rect', {
            x: String(-RADIUS + 1),
            y: String(-RADIUS + 1),
            width: String(2 * RADIUS - 2),
            height: String(2 * RADIUS - 2),
            rx: '5',
          }),
      svg('text', { class: 'count', y: '4.5', text: node.up ? String(linked) : '×' }),
      svg('text', { class: 'name', y: String(RADIUS + 15), text: node.label }),
      svg('title', { text: `${node.label} (${node.role}${state}), ${linked} connections` }),
    );
    if (node.known) {
      group.addEventListener('click', () => this.#choose(node.id));
      group.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        this.#choose(node.id);
      });
    }
    return group;
  }

  #choose(id: string): void {
    this.#state.node = this.#state.node === id ? '' : id;
    this.#changed();
  }

  #select(id: string): void {
    this.#state.selected = this.#state.selected === id ? '' : id;
    this.#changed();
  }

  #describe(edge: ViewConnection | ViewGap): string {
    const name = (id: string) => this.#places.get(id)?.node.label ?? id;
    const between = `${edge.network}: ${name(edge.from)} → ${name(edge.to)}`;
    if ('peer' in edge) return `${between} not connected (${edge.peer.state})`;
    const sample = this.#state.history.latest(edge.id);
    return `${between}\n${milliseconds(sample?.roundTripMs)}, ${perSecond(total(sample?.messages))} messages/s`;
  }

  #legend(): void {
    const { networks, gaps } = this.#state.view;
    const key = [...networks, gaps.length].join();
    const legend = byId('topology-legend');
    if (legend.dataset['key'] === key) return;
    legend.dataset['key'] = key;
    legend.replaceChildren(
      ...networks.map((network) => item(networkColour(network), network)),
      item('', '○ validator'),
      item('', '▢ full node'),
      item('', '→ dialed'),
      ...(gaps.length > 0 ? [el('span', { class: 'missing', text: `┄ ${gaps.length} missing` })] : []),
    );
  }

  #resize(): void {
    const width = Math.max(280, this.#host.clientWidth);
    const height = Math.round(Math.min(470, Math.max(300, width * 0.62)));
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#svg.setAttribute('height', String(height));
    this.#shape = '';
    if (this.#state.view.nodes.length > 0) this.render();
  }
}

/** An entry of a legend. */
export function item(colour: string, text: string): HTMLElement {
  const mark = el('i');
  mark.style.setProperty('background', colour);
  return el('span', {}, colour === '' ? null : mark, text);
}

function arrow(id: string): SVGMarkerElement {
  return svg(
    'marker',
    { id, viewBox: '0 0 8 8', refX: '7', refY: '4', markerWidth: '7', markerHeight: '7', orient: 'auto' },
    svg('path', { d: 'M0 0 8 4 0 8Z', fill: 'context-stroke' }),
  );
}

/** From rim to rim, bent where several connections join the same two nodes. */
function curve({ source, target, bend }: Line): string {
  const { x: x1 = 0, y: y1 = 0 } = source;
  const { x: x2 = 0, y: y2 = 0 } = target;
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const middleX = (x1 + x2) / 2 - ((y2 - y1) / length) * bend;
  const middleY = (y1 + y2) / 2 + ((x2 - x1) / length) * bend;
  const start = towards(x1, y1, middleX, middleY, RADIUS + 1);
  const end = towards(x2, y2, middleX, middleY, RADIUS + 4);
  return `M${start} Q${middleX.toFixed(1)} ${middleY.toFixed(1)} ${end}`;
}

function towards(x: number, y: number, toX: number, toY: number, by: number): string {
  const length = Math.hypot(toX - x, toY - y) || 1;
  return `${(x + ((toX - x) / length) * by).toFixed(1)} ${(y + ((toY - y) / length) * by).toFixed(1)}`;
}

function stretch(nodes: readonly Placed[], axis: 'x' | 'y', margin: number, size: number): void {
  const values = nodes.map((node) => node[axis] ?? 0);
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  const room = Math.max(1, size - 2 * margin);
  for (const node of nodes) {
    node[axis] = span < 1 ? size / 2 : margin + (((node[axis] ?? 0) - least) / span) * room;
  }
}
