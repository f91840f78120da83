import type { UpgradeEnd } from '../src/model/event.js';
import { stageColour } from './colours.js';
import { byId, el } from './dom.js';
import { milliseconds } from './format.js';
import type { State } from './state.js';
import { item } from './topology.js';

const SHOWN = 60;
const STAGES = ['connect', 'proxy', 'noise', 'handshake', 'negotiate'];

/** Recent handshakes, stage by stage, and where they failed. */
export class Handshakes {
  readonly #state: State;
  readonly #explain: (peer: string, node: string) => void;
  readonly #list = byId('waterfall');
  readonly #failed = byId<HTMLInputElement>('handshake-failed');
  #rows = new WeakMap<UpgradeEnd, HTMLElement>();
  #namesKey = '';

  constructor(state: State, explain: (peer: string, node: string) => void) {
    this.#state = state;
    this.#explain = explain;
    this.#failed.addEventListener('change', () => this.render());
    byId('stage-legend').append(...STAGES.map((stage) => item(stageColour(stage), stage)));
  }

  render(): void {
    if (this.#namesKey !== this.#state.namesKey) {
      this.#namesKey = this.#state.namesKey;
      this.#rows = new WeakMap();
    }
    const all = this.#state.events.filter(
      (event): event is UpgradeEnd => event.kind === 'upgrade' && this.#state.concerns(event),
    );
    const wanted = this.#failed.checked ? all.filter(({ ok }) => !ok) : all;
    const shown = wanted.slice(-SHOWN).reverse();
    const longest = scaleOf(shown);
    const rows = shown.map((event) => {
      const row = this.#rows.get(event) ?? this.#create(event);
      row.style.setProperty('--scale', String(longest));
      return row;
    });
    if (rows.length === 0) rows.push(el('li', { class: 'empty', text: 'None yet.' }));
    sync(this.#list, rows);
    this.#failures(all);
  }

  #create(event: UpgradeEnd): HTMLElement {
    const bar = el('div', { class: 'stages', role: 'img', 'aria-label': describe(event) });
    for (const { stage, durationMs } of event.stages) {
      const part = el('i', { title: `${stage} ${milliseconds(durationMs)}` });
      part.style.setProperty('--ms', String(durationMs));
      part.style.setProperty('background', stageColour(stage));
      if (!event.ok && stage === event.failedStage) part.classList.add('failed');
      bar.append(part);
    }
    const who = el('button', {
      type: 'button',
      class: 'link',
      text: `${event.node} ${event.origin === 'inbound' ? '←' : '→'} ${this.#state.nameOf(event.peerId)}`,
    });
    if (event.peerId === null) who.disabled = true;
    else who.addEventListener('click', () => this.#explain(event.peerId as string, event.node));
    const row = el(
      'li',
      { class: event.ok ? '' : 'failure' },
      el('time', { text: this.#state.clock(event.atUnixMs) }),
      el('span', { class: 'who' }, who),
      bar,
      el('span', { class: 'ms', text: milliseconds(event.elapsedMs) }),
      event.ok
        ? null
        : el('span', { class: 'why', text: `${event.failedStage}: ${event.reason} (${event.likelyCause})` }),
    );
    this.#rows.set(event, row);
    return row;
  }

  #failures(all: readonly UpgradeEnd[]): void {
    const byStage = new Map<string, Map<string, number>>();
    let failures = 0;
    for (const { ok, failedStage, reason } of all) {
      if (ok || failedStage === null) continue;
      failures++;
      const reasons = byStage.get(failedStage) ?? new Map<string, number>();
      byStage.set(failedStage, reasons.set(reason ?? 'unknown', (reasons.get(reason ?? 'unknown') ?? 0) + 1));
    }
    const host = byId('stage-failures');
    const key = JSON.stringify([...byStage].map(([stage, reasons]) => [stage, ...reasons]));
    if (host.dataset['key'] === `${all.length} ${key}`) return;
    host.dataset['key'] = `${all.length} ${key}`;
    host.replaceChildren(
      el('p', { class: failures > 0 ? 'bad' : 'faint', text: `${failures} of ${all.length} failed` }),
      el(
        'ul',
        { class: 'chips' },
        ...[...byStage].map(([stage, reasons]) =>
          el(
            'li',
            {},
            el('b', { text: `${stage} ${[...reasons.values()].reduce((a, b) => a + b)}` }),
            ` ${[...reasons].map(([reason, times]) => `${reason} ×${times}`).join(', ')}`,
          ),
        ),
      ),
    );
  }
}

/** Long waits would flatten everything else: bars beyond the slowest tenth are cut off. */
function scaleOf(events: readonly UpgradeEnd[]): number {
  const sorted = events.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b);
  const slow = sorted[Math.floor(sorted.length * 0.9)] ?? 1;
  return Math.max(0.001, Math.min(sorted.at(-1) ?? 1, slow * 1.5));
}

function describe({ stages, ok, failedStage }: UpgradeEnd): string {
  const parts = stages.map(({ stage, durationMs }) => `${stage} ${milliseconds(durationMs)}`).join(', ');
  return ok ? parts : `${parts}, failed at ${failedStage}`;
}

/** Makes the children these, and touches only those that differ, so that focus stays where it is. */
export function sync(list: HTMLElement, children: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(children);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, i) => {
    if (list.children[i] !== child) list.insertBefore(child, list.children[i] ?? null);
  });
}
