/** One event of a stream. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/** Longest event that is put together. */
const MAX_EVENT_LENGTH = 1024 * 1024;

/** Takes a stream of server-sent events apart, whatever its chunks are. */
export class ServerSentEventReader {
  readonly #onEvent: (event: ServerSentEvent) => void;
  #rest = '';
  #id: string | undefined;
  #data: string[] = [];

  constructor(onEvent: (event: ServerSentEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** False if the stream makes no sense and should be given up. */
  push(text: string): boolean {
    this.#rest += text;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      this.#line(this.#rest.slice(0, end).replace(/\r$/, ''));
      this.#rest = this.#rest.slice(end + 1);
    }
    return this.#rest.length + this.#data.reduce((sum, part) => sum + part.length, 0) <= MAX_EVENT_LENGTH;
  }

  #line(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) this.#onEvent({ id: this.#id, data: this.#data.join('\n') });
      this.#data = [];
      return;
    }
    const [field, value] = splitField(line);
    if (field === 'id') this.#id = value;
    else if (field === 'data') this.#data.push(value);
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
