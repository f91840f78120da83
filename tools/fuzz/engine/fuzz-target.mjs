import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Mutator } from './mutator.mjs';
import { Random } from './random.mjs';

/** Longest input, unless a target says otherwise. */
const MAX_BYTES = 2048;
/** Inputs that showed something new are kept for further changes, so many of them. */
const MAX_CORPUS = 2048;
/** Answers that are remembered; a target that has more of them tells too much. */
const MAX_ANSWERS = 65_536;
/** An input that takes longer is measured again, since the machine may have been busy. */
const SLOW_MS = 250;
/** Inputs between two looks at the heap. */
const LOOK_EVERY = 100_000;
/** Heap after a collection that a target may grow by, beyond its corpus. */
const GROWTH_BYTES = 32 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
// Refusals are the usual outcome: their stacks would cost more than the decoders.
Error.stackTraceLimit = 0;

/** What is wrong with an input. */
export class Finding extends Error {
  constructor(kind, message, input, cause) {
    super(`${kind}: ${message}`, { cause });
    this.kind = kind;
    this.input = input;
  }
}

/**
 * Feeds one target with `runs` inputs, or until `until` says so. A refusal is a typed error (one with a `code` that
 * begins with `ERR_`); anything else that is thrown is a finding, and so are inputs that take too long and a heap
 * that grows.
 *
 * There is no instrumentation: what an input showed is told by the target's answer (the code of the refusal and where
 * it happened, or the shape of the result), and inputs with a new answer join the corpus.
 */
export async function fuzzTarget(target, { runs, seed, until = () => false, onInput, onProgress }) {
  const random = new Random(seed);
  const maxBytes = target.maxBytes ?? MAX_BYTES;
  const encoder = new TextEncoder();
  const mutator = new Mutator(random, {
    maxBytes,
    tokens: (target.tokens ?? []).map((token) => (typeof token === 'string' ? encoder.encode(token) : token)),
  });
  const corpus = target.seeds().map((bytes) => Uint8Array.from(bytes.subarray(0, maxBytes)));
  if (corpus.length === 0) corpus.push(new Uint8Array(0));
  const seen = new Set();
  const state = { runs: 0, accepted: 0, refused: 0, corpus: corpus.length, answers: 0, heap: [] };
  let heap = measureHeap();
  const seedInputs = [...corpus];
  for (; state.runs < runs; state.runs++) {
    if ((state.runs & 0xff) === 0 && until(state.runs)) break;
    const input = state.runs < seedInputs.length ? seedInputs[state.runs] : mutator.next(corpus);
    onInput?.(input, state.runs);
    let answer;
    const began = performance.now();
    try {
      answer = target.run(input);
      if (typeof answer?.then === 'function') answer = await answer;
      state.accepted++;
    } catch (error) {
      if (!isRefusal(error)) throw new Finding('crash', describe(error), input, error);
      answer = error.code + placeOf(error);
      state.refused++;
    }
    const took = performance.now() - began;
    if (took > SLOW_MS && !(await isFast(target, input))) {
      throw new Finding('hang', `an input of ${input.length} bytes takes ${Math.round(took)} ms`, input);
    }
    if (answer !== undefined && seen.size < MAX_ANSWERS && !seen.has(answer)) {
      seen.add(answer);
      if (corpus.length < MAX_CORPUS) corpus.push(input);
      else corpus[random.below(corpus.length)] = input;
    }
    if (state.runs % LOOK_EVERY === LOOK_EVERY - 1) {
      const now = measureHeap();
      if (state.heap.length === 0) heap = now;
      state.heap.push(now);
      if (now > heap + GROWTH_BYTES) {
        throw new Finding('growth', `the heap grew from ${heap} to ${now} bytes`, input);
      }
      onProgress?.({ ...state, runs: state.runs + 1, corpus: corpus.length, answers: seen.size });
    }
  }
  return { ...state, corpus: corpus.length, answers: seen.size, heapBytes: [heap, measureHeap()] };
}

/** A typed error, as the packages define it. */
function isRefusal(error) {
  return error instanceof Error && typeof error.code === 'string' && error.code.startsWith('ERR_');
}

/** The refusal's own words without what differs from input to input, which would make everything look new. */
function placeOf({ message }) {
  const words = message.length > 160 ? message.slice(0, 160) : message;
  return words.replace(/[0-9a-f]{2,}|\d+|".*/gs, '#');
}

function describe(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
}

async function isFast(target, input) {
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    try {
      await target.run(input);
    } catch {
      // Measured here, judged before.
    }
    if (performance.now() - began < SLOW_MS) return true;
  }
  return false;
}

function measureHeap() {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
