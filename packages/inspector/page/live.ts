import { TokenNeeded, type Api } from './api.js';
import { byId, setText } from './dom.js';
import type { State } from './state.js';
import { tokenDialog } from './token-dialog.js';
import type { Views } from './views.js';

const LOOK_EVERY_MS = 1000;

/** Shows what nodes do now: looks at all of them every second, and follows their events. */
export function showLive(api: Api, state: State, views: Views): void {
  const pause = byId<HTMLButtonElement>('pause');
  const live = byId('live');
  const askForToken = tokenDialog(api, () => {});
  let paused = false;
  let streaming = false;
  let eventsChanged = false;

  function showState(error?: string): void {
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
        views.render();
      }
      showState();
    } catch (error) {
      if (error instanceof TokenNeeded) askForToken();
      showState(error instanceof TokenNeeded ? 'token needed' : 'no answer');
    }
    setTimeout(() => void look(), LOOK_EVERY_MS);
  }

  pause.hidden = false;
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    setText(pause, paused ? 'Go on' : 'Pause');
    showState();
  });
  void look();
  void api.follow(
    (event) => {
      state.addEvent(event);
      if (paused || eventsChanged) return;
      // Bursts are drawn once.
      eventsChanged = true;
      requestAnimationFrame(() => {
        eventsChanged = false;
        views.renderEvents();
      });
    },
    (isLive) => {
      streaming = isLive;
      showState();
    },
  );
}
