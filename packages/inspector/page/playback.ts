import type { NodeEvent } from '../src/model/event.js';
import type { PeerExplanationSnapshot } from '../src/model/explanation.js';
import { TokenNeeded, type Api } from './api.js';
import { byId, setText } from './dom.js';
import type { Explainer } from './explain.js';
import { elapsed } from './format.js';
import { KEPT_SAMPLES } from './history.js';
import { PlayerBar } from './player-bar.js';
import { Recording, countUntil } from './recording.js';
import { KEPT_EVENTS, type State } from './state.js';
import { tokenDialog } from './token-dialog.js';
import { Views } from './views.js';

/** Loads the recording of the server, and shows it with the same views as what is live. */
export async function playRecording(api: Api, state: State): Promise<void> {
  const status = byId('live');
  const recording = new Recording();
  const askForToken = tokenDialog(api, () => void load());

  async function load(): Promise<void> {
    setText(status, 'loading');
    try {
      await api.recording((line) => recording.add(line));
    } catch (error) {
      if (error instanceof TokenNeeded) askForToken();
      setText(status, error instanceof TokenNeeded ? 'token needed' : 'no answer');
      status.className = 'bad';
      return;
    }
    setText(status, 'recording');
    status.className = '';
    new Playback(recording, state);
  }
  await load();
}

/** Makes the state what it was at any moment of a recording. */
class Playback implements Explainer {
  readonly #recording: Recording;
  readonly #state: State;
  readonly #views: Views;
  /** What the state has taken in: how many samples and events from the beginning. */
  #samples = 0;
  #events = 0;
  #at = 0;

  constructor(recording: Recording, state: State) {
    this.#recording = recording;
    this.#state = state;
    const { startedUnixMs = 0, title = '' } = recording.header ?? {};
    state.origin = startedUnixMs;
    state.clock = (unixMs) => elapsed(unixMs - startedUnixMs);
    document.title = `${title} – DiemNet inspector`;
    this.#views = new Views(state, this);
    const { durationMs, notes } = recording;
    const bar = new PlayerBar({ title, durationMs, notes, show: (at) => this.#show(at) });
    bar.seek(0);
  }

  explain(peerId: string, node: string): Promise<PeerExplanationSnapshot[]> {
    const found = this.#recording.explain(peerId, node, this.#at);
    if (found.length === 0) {
      return Promise.reject(new TypeError('At this moment the recording says nothing about that peer.'));
    }
    return Promise.resolve(
      found.map(({ at, explanation }) => ({
        ...explanation,
        summary: `${explanation.summary} (told at ${elapsed(at)})`,
      })),
    );
  }

  #show(at: number): void {
    const { samples, events } = this.#recording;
    const wantedSamples = countUntil(samples, at);
    const wantedEvents = countUntil(events, at);
    const sampled = wantedSamples !== this.#samples;
    const happened = wantedEvents !== this.#events;
    this.#at = at;
    if (sampled) this.#takeSamples(wantedSamples);
    if (happened) this.#takeEvents(wantedEvents);
    if (sampled) this.#views.render();
    else if (happened) this.#views.renderEvents();
  }

  #takeSamples(wanted: number): void {
    const first = Math.max(0, wanted - KEPT_SAMPLES - 1);
    if (wanted < this.#samples || first > this.#samples) {
      this.#state.forgetSamples();
      this.#samples = first;
    }
    for (; this.#samples < wanted; this.#samples++) {
      const { at } = this.#recording.samples[this.#samples] as { at: number };
      this.#state.look(this.#recording.nodesOf(this.#samples), this.#state.origin + at);
    }
  }

  #takeEvents(wanted: number): void {
    const { events } = this.#recording;
    const first = Math.max(0, wanted - KEPT_EVENTS);
    if (wanted < this.#events || first > this.#events) {
      this.#state.events.length = 0;
      this.#events = first;
    }
    for (; this.#events < wanted; this.#events++) {
      this.#state.addEvent((events[this.#events] as { event: NodeEvent }).event);
    }
  }
}
