import { byId, el, setText } from './dom.js';
import { elapsed } from './format.js';
import { countUntil } from './recording.js';

interface Note {
  readonly at: number;
  readonly text: string;
}

/** What is played, and who shows it. */
export interface PlayerBarOptions {
  readonly title: string;
  readonly durationMs: number;
  readonly notes: readonly Note[];
  /** Shows the moment, in milliseconds since the start. */
  show(at: number): void;
}

const SPEEDS = [0.5, 1, 2, 5, 10, 30, 60];
/** What the arrow keys jump over, in milliseconds. */
const JUMP_MS = 5000;
/** A note that close behind us is the one that we are at, not the one before. */
const NEAR_MS = 300;
/** A tab in the background gets no frames: time must not leap when it comes back. */
const LONGEST_FRAME_MS = 250;

/** Play, pause, seek, speed, and what was done to the network when. */
export class PlayerBar {
  readonly #options: PlayerBarOptions;
  readonly #play = byId<HTMLButtonElement>('play');
  readonly #seek = byId<HTMLInputElement>('seek');
  readonly #speed = byId<HTMLSelectElement>('speed');
  readonly #time = byId('player-time');
  readonly #note = byId('player-note');
  #at = 0;
  #playing = false;
  #lastFrame = 0;

  constructor(options: PlayerBarOptions) {
    this.#options = options;
    const { title, durationMs, notes } = options;
    setText(byId('player-title'), title);
    this.#seek.max = String(durationMs);
    this.#seek.step = String(Math.max(1, Math.min(1000, durationMs / 1000)));
    this.#speed.append(...SPEEDS.map((speed) => el('option', { value: String(speed), text: `${speed}×` })));
    this.#speed.value = '1';
    byId('player-marks').append(...marks(notes, durationMs));
    this.#play.addEventListener('click', () => this.#toggle());
    this.#seek.addEventListener('input', () => this.seek(Number(this.#seek.value)));
    byId('note-before').addEventListener('click', () => this.#toNote(-1));
    byId('note-after').addEventListener('click', () => this.#toNote(1));
    document.addEventListener('keydown', (event) => this.#onKey(event));
    document.body.classList.add('playing');
    byId('player').hidden = false;
  }

  /** Goes to a moment, which is brought within the recording. */
  seek(at: number): void {
    const { durationMs, notes, show } = this.#options;
    this.#at = Math.min(durationMs, Math.max(0, at));
    this.#seek.value = String(this.#at);
    const text = `${elapsed(this.#at)} of ${elapsed(durationMs)}`;
    this.#seek.setAttribute('aria-valuetext', text);
    setText(this.#time, text);
    setText(this.#note, noteAt(notes, this.#at));
    show(this.#at);
  }

  #toggle(): void {
    this.#playing = !this.#playing;
    setText(this.#play, this.#playing ? 'Pause' : 'Play');
    if (!this.#playing) return;
    if (this.#at >= this.#options.durationMs) this.seek(0);
    this.#lastFrame = performance.now();
    requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now: number): void {
    if (!this.#playing) return;
    const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, now - this.#lastFrame));
    this.#lastFrame = now;
    this.seek(this.#at + passed * Number(this.#speed.value));
    if (this.#at >= this.#options.durationMs) this.#toggle();
    else requestAnimationFrame((next) => this.#frame(next));
  }

  #toNote(direction: 1 | -1): void {
    const { notes, durationMs } = this.#options;
    const before = notes.findLast(({ at }) => at < this.#at - (this.#playing ? NEAR_MS * 5 : NEAR_MS));
    const after = notes.find(({ at }) => at > this.#at);
    this.seek(direction < 0 ? (before?.at ?? 0) : (after?.at ?? durationMs));
  }

  #faster(by: 1 | -1): void {
    const index = SPEEDS.indexOf(Number(this.#speed.value)) + by;
    const speed = SPEEDS[index];
    if (speed !== undefined) this.#speed.value = String(speed);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(event)) return;
    const act = {
      ' ': () => this.#toggle(),
      ArrowLeft: () => this.seek(this.#at - JUMP_MS),
      ArrowRight: () => this.seek(this.#at + JUMP_MS),
      ',': () => this.#toNote(-1),
      '.': () => this.#toNote(1),
      '-': () => this.#faster(-1),
      '+': () => this.#faster(1),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }
}

/** Does the element that has the focus need the key itself? */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches('select, textarea, input:not([type=range], [type=checkbox], [type=radio])')) return true;
  if (key === ' ') return target.matches('button, input:not([type=range]), summary, [role=button]');
  return key.startsWith('Arrow') && target.matches('input, .scroll');
}

function marks(notes: readonly Note[], durationMs: number): HTMLElement[] {
  return notes.map(({ at, text }) => {
    const mark = el('i', { title: `${elapsed(at)} ${text}` });
    mark.style.setProperty('--at', String(durationMs === 0 ? 0 : at / durationMs));
    return mark;
  });
}

/** The latest note, with others of the same moment. */
function noteAt(notes: readonly Note[], at: number): string {
  const count = countUntil(notes, at);
  const latest = notes[count - 1];
  if (latest === undefined) return '';
  const together = notes.slice(0, count).filter((note) => note.at === latest.at);
  const more = together.length > 3 ? `, and ${together.length - 3} more` : '';
  return `${elapsed(latest.at)} ${together
    .slice(0, 3)
    .map(({ text }) => text)
    .join(', ')}${more}`;
}
