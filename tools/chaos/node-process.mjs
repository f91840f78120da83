import { fork } from 'node:child_process';
import path from 'node:path';

const SCRIPT = path.join(import.meta.dirname, 'node.mjs');
const ANSWER_WITHIN_MS = 60_000;

/** A node in a process of its own. */
export class NodeProcess {
  #child;
  #next = 0;
  #waiting = new Map();
  /** Resolves with the exit code, or the signal, when the process is gone. */
  exited;

  constructor() {
    this.#child = fork(SCRIPT, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', ({ id, result, error }) => {
      const waiter = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiter?.resolve(result);
      else waiter?.reject(new Error(error));
    });
    this.exited = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        for (const { reject } of this.#waiting.values()) reject(new Error('the node is gone'));
        this.#waiting.clear();
        resolve(code ?? signal);
      });
    });
  }

  /** Gives an order and waits for its result. */
  order(order, details = {}) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`no answer to ${order}`));
      }, ANSWER_WITHIN_MS);
      this.#waiting.set(id, {
        resolve: (result) => (clearTimeout(timer), resolve(result)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
      if (!this.#child.connected) this.#waiting.get(id).reject(new Error('the node is gone'));
      else
        this.#child.send({ id, order, ...details }, (error) => error && this.#waiting.get(id)?.reject(error));
    });
  }

  /** SIGKILL, SIGSTOP, SIGCONT. */
  signal(signal) {
    this.#child.kill(signal);
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
