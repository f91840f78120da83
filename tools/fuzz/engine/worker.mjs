import { parentPort, workerData } from 'node:worker_threads';
import { targets } from '../targets/index.mjs';
import { Finding, fuzzTarget } from './fuzz-target.mjs';

/**
 * What is shared with the main thread: [number of the run, length of its input, 1 to end early], for its watchdog and
 * from it, then the bytes of the input under way.
 */
const header = new Int32Array(workerData.shared, 0, 3);
const current = new Uint8Array(workerData.shared, 12);
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
      until: () => Date.now() > until || Atomics.load(header, 2) === 1,
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
