import type { NodeEvent } from '../src/model/event.js';
import type { PeerExplanationSnapshot } from '../src/model/explanation.js';
import type { NodeReport } from '../src/model/snapshot.js';
import { ServerSentEventReader } from '../src/remote/server-sent-events.js';

/** The server wants a token, or another one. */
export class TokenNeeded extends TypeError {}

const TOKEN_KEY = 'diemnet-inspector-token';
const RETRY_MS = 1000;

/** Talks to the server of this page. The token comes from the address (`#token=…`, never sent) or from a dialog. */
export class Api {
  #token: string | null;
  #lastEventId: string | undefined;

  constructor() {
    const given = new URLSearchParams(location.hash.slice(1)).get('token');
    if (given !== null) {
      history.replaceState(null, '', location.pathname);
      sessionStorage.setItem(TOKEN_KEY, given);
    }
    this.#token = sessionStorage.getItem(TOKEN_KEY);
  }

  useToken(token: string): void {
    sessionStorage.setItem(TOKEN_KEY, token);
    this.#token = token;
  }

  async nodes(): Promise<NodeReport[]> {
    const { nodes } = (await (await this.#ask('/v1/nodes')).json()) as { nodes: NodeReport[] };
    return nodes;
  }

  async explain(peerId: string, node: string): Promise<PeerExplanationSnapshot[]> {
    const query = node === '' ? '' : `?node=${encodeURIComponent(node)}`;
    const response = await this.#ask(`/v1/peers/${encodeURIComponent(peerId)}/explain${query}`);
    return ((await response.json()) as { explanations: PeerExplanationSnapshot[] }).explanations;
  }

  /** The recording that the server plays, line by line. */
  async recording(onLine: (line: string) => void): Promise<void> {
    const response = await this.#ask('/v1/recording');
    let rest = '';
    const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await stream?.read(); read !== undefined && !read.done; read = await stream?.read()) {
      const lines = `${rest}${read.value}`.split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    }
    if (rest !== '') onLine(rest);
  }

  /** Follows the events for ever; goes on where it broke. EventSource cannot send a token, hence by hand. */
  async follow(onEvent: (event: NodeEvent) => void, onState: (live: boolean) => void): Promise<never> {
    for (;;) {
      try {
        const headers = this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId };
        const response = await this.#ask('/v1/events', headers);
        onState(true);
        const reader = new ServerSentEventReader(({ id, data }) => {
          this.#lastEventId = id;
          onEvent(JSON.parse(data) as NodeEvent);
        });
        const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
        for (let read = await stream?.read(); read !== undefined && !read.done; read = await stream?.read()) {
          if (!reader.push(read.value)) break;
        }
      } catch {
        // The loop over snapshots tells what is wrong.
      }
      onState(false);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const authorization = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    const response = await fetch(path, { headers: { ...headers, ...authorization }, cache: 'no-store' });
    if (response.ok) return response;
    if (response.status === 401) throw new TokenNeeded('a token is needed');
    const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new TypeError(detail ?? `the server answers ${response.status}`);
  }
}
