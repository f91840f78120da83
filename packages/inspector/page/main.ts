import { Api } from './api.js';
import { playRecording } from './playback.js';
import { showLive } from './live.js';
import { State } from './state.js';
import { Views } from './views.js';

const api = new Api();
const state = new State();

if (document.body.dataset['recording'] === undefined) showLive(api, state, new Views(state, api));
else void playRecording(api, state);
