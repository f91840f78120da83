import { parentPort, workerData } from 'node:worker_threads';
import { targets } from '../targets/index.mjs';
import { Finding, fuzzTarget } from './fuzz-target.mjs';

/** Where the watchdog of the main thread finds the input under way: [number of the run, length], then the bytes. */
const header = new Int32Array(workerData.shared, 0, 2);
const current = new Uint8Array(workerData.shared, 8);
const { name, runs, seed, until, input } = workerData;
const target = targets.find((each) => each.name === name);
const began = performance.now();

try {
  if (input !== undefined) {
    const answer = await target.run(input);
    parentPort.postMessage({ type: 'done', answer });
  } else {
    const result = await fuzzTarget(target, {
      runs,
      seed,
      until: () => Date.now() > until,
      onInput: (bytes, run) => {
        current.set(bytes);
        header[1] = bytes.length;
        Atomics.store(header, 0, run + 1);
      },
      onProgress: (progress) => parentPort.postMessage({ type: 'progress', progress }),
    });
    parentPort.postMessage({
      type: 'done',
      result: { ...result, seconds: (performance.now() - began) / 1000 },
    });
  }
} catch (error) {
  Error.stackTraceLimit = 10;
  parentPort.postMessage({
    type: 'finding',
    kind: error instanceof Finding ? error.kind : 'crash',
    message: error instanceof Error ? error.message : String(error),
    stack: (error?.cause ?? error)?.stack,
    input: error?.input ?? input,
  });
}
