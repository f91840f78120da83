import { fork } from 'node:child_process';

/** One process of a system, seen from the bench. */
export class SystemProcess {
  #child;
  #name;
  #waiting = new Map();
  #lastId = 0;
  #ready;

  constructor(file, role, { name, env = {}, profileDir, nodeArguments = [] } = {}) {
    this.#name = `${name} ${role}`;
    const profile =
      profileDir === undefined
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}-${role}.cpuprofile`];
    this.#child = fork(file, [role], {
      // For looking into a system: BENCH_NODE_ARGS=--trace-gc, say.
      execArgv: [
        '--expose-gc',
        '--no-warnings',
        ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []),
        ...nodeArguments,
        ...profile,
      ],
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message) => (message.ready ? resolve() : this.#answer(message)));
      this.#child.on('exit', (code) => {
        const gone = new Error(`${this.#name} exited with ${code}`);
        reject(gone);
        for (const { fail } of this.#waiting.values()) fail(gone);
      });
    });
    // Whoever asks hears of it.
    this.#ready.catch(() => {});
  }

  /** Calls a method of the child. Fails after `limitMs`. */
  async ask(op, argument, limitMs = 30_000) {
    await this.#ready;
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      const fail = (error) => (done(), reject(error));
      const timer = setTimeout(
        () => fail(new Error(`${this.#name}: ${op} took over ${limitMs} ms`)),
        limitMs,
      );
      this.#waiting.set(id, { resolve: (value) => (done(), resolve(value)), fail });
      this.#child.send({ id, op, argument });
    });
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.ask('stop', undefined, 2000).catch(() => {});
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  }

  #answer({ id, value, error }) {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    if (error === undefined) waiting.resolve(value);
    else waiting.fail(new Error(`${this.#name}: ${error}`));
  }
}
