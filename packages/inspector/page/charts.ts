import uPlot from 'uplot';
import { networkColour, protocolColour, resolveColour } from './colours.js';
import { label } from './connections.js';
import { byId, el, setText } from './dom.js';
import { bytes, milliseconds, perSecond } from './format.js';
import { total, type Sample } from './history.js';
import type { ViewConnection } from './network-view.js';
import type { State } from './state.js';
import { item } from './topology.js';

interface Metric {
  readonly id: string;
  readonly text: string;
  /** What each line shows, by its name; one line without a name where there is nothing to tell apart. */
  readonly values: (sample: Sample) => Readonly<Record<string, number | null>>;
  readonly format: (value: number) => string;
}

const METRICS: readonly Metric[] = [
  { id: 'messages', text: 'messages/s', values: ({ messages }) => messages, format: perSecond },
  { id: 'bytes', text: 'bytes/s', values: (sample) => sample.bytes, format: bytes },
  { id: 'rtt', text: 'round trip', values: ({ roundTripMs }) => ({ '': roundTripMs }), format: milliseconds },
  { id: 'queue', text: 'queued bytes', values: ({ queuedBytes }) => ({ '': queuedBytes }), format: bytes },
  {
    id: 'drops',
    text: 'drops/s',
    values: ({ dropsPerSecond }) => ({ '': dropsPerSecond }),
    format: perSecond,
  },
];

interface Tile {
  readonly root: HTMLElement;
  readonly value: HTMLElement;
  readonly canvas: HTMLElement;
  plot: uPlot | undefined;
  /** What the plot was made for. */
  key: string;
}

/** Tiles that are shown unasked. */
const FEW = 12;
const PLOT_HEIGHT = 84;
/** What a chart covers: as much as there is, within these. */
const LEAST_SECONDS = 20;
const MOST_SECONDS = 120;

/** A small chart per connection, all alike, so that the odd one catches the eye. */
export class Charts {
  readonly #state: State;
  readonly #host = byId('chart-tiles');
  readonly #more = byId<HTMLButtonElement>('chart-more');
  readonly #scale = byId<HTMLInputElement>('chart-scale');
  readonly #tiles = new Map<string, Tile>();
  readonly #sync = uPlot.sync('traffic');
  #metric = METRICS[0] as Metric;
  #all = false;
  #theme = 0;

  constructor(state: State) {
    this.#state = state;
    byId('chart-metric').append(
      ...METRICS.map(({ id, text }, i) => {
        const input = el('input', { type: 'radio', name: 'metric', value: id, checked: i === 0 });
        input.addEventListener('change', () => {
          this.#metric = METRICS[i] as Metric;
          this.render();
        });
        return el('label', {}, input, el('span', { text }));
      }),
    );
    this.#scale.addEventListener('change', () => this.render());
    this.#more.addEventListener('click', () => {
      this.#all = !this.#all;
      this.render();
    });
    new ResizeObserver(() => this.#resize()).observe(this.#host);
  }

  /** Colours have changed: canvases cannot follow by themselves. */
  repaint(): void {
    this.#theme++;
    this.render();
  }

  render(): void {
    const connections = this.#state.connections();
    const { selected } = this.#state;
    const first = connections.filter(({ id }) => id === selected);
    const ordered = [...first, ...connections.filter(({ id }) => id !== selected)];
    const shown = this.#all ? ordered : ordered.slice(0, FEW);
    this.#more.hidden = connections.length <= FEW;
    setText(
      this.#more,
      this.#all ? `Show ${FEW} of ${connections.length}` : `Show all ${connections.length}`,
    );
    const wanted = new Set(shown.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) if (!wanted.has(id)) this.#remove(id, tile);
    const names = this.#names(shown);
    const top = this.#scale.checked ? this.#highest(shown) : undefined;
    shown.forEach((connection, i) => {
      const tile = this.#tiles.get(connection.id) ?? this.#create(connection);
      if (this.#host.children[i] !== tile.root)
        this.#host.insertBefore(tile.root, this.#host.children[i] ?? null);
      this.#draw(tile, connection.id, names, top);
    });
    this.#legend(names);
  }

  #create({ id, network, from, to }: ViewConnection): Tile {
    const value = el('output', {});
    const canvas = el('div', { class: 'plot' });
    const mark = el('i', { class: 'mark', title: network });
    mark.style.setProperty('background', networkColour(network));
    const title = el('h3', {}, mark, `${label(from)} → ${label(to)}`);
    const root = el(
      'figure',
      { class: 'tile', 'data-id': id, 'aria-label': `${network}: ${label(from)} to ${label(to)}` },
      el('figcaption', {}, title, value),
      canvas,
    );
    const tile: Tile = { root, value, canvas, plot: undefined, key: '' };
    this.#tiles.set(id, tile);
    return tile;
  }

  #remove(id: string, { root, plot }: Tile): void {
    plot?.destroy();
    root.remove();
    this.#tiles.delete(id);
  }

  #draw(tile: Tile, id: string, names: readonly string[], top: number | undefined): void {
    const { values, format } = this.#metric;
    const { origin } = this.#state;
    const samples = this.#state.history.samples(id);
    const latest = samples.at(-1);
    const now = latest && values(latest);
    const single = now !== undefined && '' in now;
    const current = single ? (now[''] ?? null) : total(now as Record<string, number> | undefined);
    setText(tile.value, current === null ? '–' : format(current));
    tile.root.classList.toggle('selected', id === this.#state.selected);
    const data: uPlot.AlignedData = [
      samples.map(({ at }) => (at - origin) / 1000),
      ...names.map((name) => samples.map((sample) => values(sample)[name] ?? (single ? null : 0))),
    ];
    const key = [this.#metric.id, this.#theme, ...names].join();
    if (tile.plot === undefined || tile.key !== key) {
      tile.plot?.destroy();
      tile.key = key;
      tile.canvas.replaceChildren();
      tile.plot = new uPlot(this.#options(tile, names), data, tile.canvas);
    } else {
      tile.plot.setData(data, false);
    }
    const end = ((latest?.at ?? origin) - origin) / 1000;
    const seconds = Math.min(
      MOST_SECONDS,
      Math.max(LEAST_SECONDS, end - ((samples[0]?.at ?? origin) - origin) / 1000),
    );
    tile.plot.batch(() => {
      tile.plot?.setScale('x', { min: end - seconds, max: end });
      tile.plot?.setScale('y', { min: 0, max: top ?? this.#highestOf(id) });
    });
  }

  #options(tile: Tile, names: readonly string[]): uPlot.Options {
    const { format } = this.#metric;
    const ink = resolveColour('var(--faint)');
    const grid = { stroke: resolveColour('var(--grid)'), width: 1 };
    const axis = { stroke: ink, font: '10px system-ui, sans-serif', grid, ticks: { show: false } };
    return {
      width: Math.max(120, tile.canvas.clientWidth),
      height: PLOT_HEIGHT,
      legend: { show: false },
      cursor: { sync: { key: this.#sync.key }, y: false, drag: { x: false, y: false }, points: { size: 5 } },
      scales: { x: { time: true, auto: false }, y: { auto: false } },
      padding: [6, 6, 0, 0],
      axes: [
        {
          ...axis,
          size: 18,
          space: 60,
          values: (_plot, ticks) =>
            ticks.map((tick) => this.#state.clock(this.#state.origin + tick * 1000).replace(/\.0$/, '')),
        },
        { ...axis, size: 52, space: 26, values: (_plot, ticks) => ticks.map(format) },
      ],
      series: [
        {},
        ...names.map((name): uPlot.Series => {
          const stroke = resolveColour(name === '' ? 'var(--accent)' : protocolColour(name));
          return { label: name, stroke, width: 1.5, points: { show: false }, spanGaps: true };
        }),
      ],
    };
  }

  #names(connections: readonly ViewConnection[]): string[] {
    const names = new Set<string>();
    for (const { id } of connections) {
      for (const sample of this.#state.history.samples(id)) {
        for (const name of Object.keys(this.#metric.values(sample))) names.add(name);
      }
    }
    return [...names].sort();
  }

  #highest(connections: readonly ViewConnection[]): number {
    return Math.max(...connections.map(({ id }) => this.#highestOf(id)));
  }

  #highestOf(id: string): number {
    let highest = 0;
    for (const sample of this.#state.history.samples(id)) {
      for (const value of Object.values(this.#metric.values(sample))) highest = Math.max(highest, value ?? 0);
    }
    return highest === 0 ? 1 : highest * 1.1;
  }

  #legend(names: readonly string[]): void {
    const legend = byId('chart-legend');
    const key = names.join();
    if (legend.dataset['key'] === key) return;
    legend.dataset['key'] = key;
    legend.replaceChildren(
      ...names.filter((name) => name !== '').map((name) => item(protocolColour(name), name)),
    );
  }

  #resize(): void {
    for (const { plot, canvas } of this.#tiles.values()) {
      const width = Math.max(120, canvas.clientWidth);
      if (plot !== undefined && plot.width !== width) plot.setSize({ width, height: PLOT_HEIGHT });
    }
  }
}
