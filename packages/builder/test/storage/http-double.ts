import type { HttpClient, HttpRequest, HttpResponse } from '../../src/index.js';

/** A server that exists only as a function: answers by URL, and remembers what it was asked. */
export class HttpDouble {
  readonly requests: HttpRequest[] = [];
  readonly #answers: Readonly<Record<string, unknown>>;
  /** Status for URLs that are not known. */
  status = 404;

  constructor(answers: Readonly<Record<string, unknown>> = {}) {
    this.#answers = answers;
  }

  readonly client: HttpClient = async (request): Promise<HttpResponse> => {
    this.requests.push(request);
    const answer = this.#answers[request.url];
    if (answer === undefined) return { status: this.status, body: '{"errors":[]}' };
    if (answer instanceof Error) throw answer;
    return { status: 200, body: typeof answer === 'string' ? answer : JSON.stringify(answer) };
  };
}

/** A server that never answers, until it is told that nobody waits any more. */
export const silentServer: HttpClient = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
