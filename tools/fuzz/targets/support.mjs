/* global FIXTURES */
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';

/** The published vectors that the tests of `packageName` use. */
export function vectors(packageName, topic) {
  return JSON.parse(
    fs.readFileSync(path.join(FIXTURES, packageName, 'test/fixtures/vectors', `${topic}.json`), 'utf8'),
  );
}

export const hex = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
export const utf8 = (text) => new TextEncoder().encode(text);
export const text = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** Byte strings of at most `max` bytes in the named fields of all cases of a vector file. */
export function collect(file, fields, max = 2048) {
  const found = [];
  for (const cases of Object.values(file)) {
    if (!Array.isArray(cases)) continue;
    for (const each of cases) {
      for (const field of fields) {
        const value = each[field];
        if (typeof value === 'string' && value.length <= 2 * max) found.push(hex(value));
      }
    }
  }
  return found;
}

/** Holds what must hold of every input; a failure is a finding. */
export function hold(condition, what) {
  assert(condition, what);
}

export function sameBytes(a, b) {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/**
 * Lengths into which a stream is cut, told by its own bytes, so that a finding repeats: mostly small, now and then all
 * that is left.
 */
export function* cuts(bytes) {
  let state = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i += 7) state = Math.imul(state ^ bytes[i], 0x01000193) >>> 0;
  for (let at = 0; at < bytes.length;) {
    state = (Math.imul(state, 0x19660d) + 0x3c6ef35f) >>> 0;
    const size = [1, 1, 2, 3, 5, 17, 64, 5000][state >>> 29];
    const end = Math.min(bytes.length, at + size);
    yield bytes.subarray(at, end);
    at = end;
  }
}

/** A socket that gives `bytes` in pieces and swallows what is written. */
export class ScriptedSocket {
  stableChunks = false;
  remoteIp = '127.0.0.1';
  written = 0;
  closed = false;
  #chunks;
  #handler;
  #paused = false;
  #due = false;
  #ended = false;

  constructor(bytes) {
    this.#chunks = [...cuts(bytes)];
  }

  get queuedBytes() {
    return 0;
  }

  setHandler(handler) {
    this.#handler = handler;
    this.#turn();
  }

  write(chunk) {
    this.written += chunk.length;
    return true;
  }

  writeMany(chunks) {
    for (const chunk of chunks) this.written += chunk.length;
    return true;
  }

  end() {}

  destroy(error) {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => this.#handler?.onClose(error));
  }

  pause() {
    this.#paused = true;
  }

  resume() {
    this.#paused = false;
    this.#turn();
  }

  #turn() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      while (!this.#paused && !this.closed && this.#chunks.length > 0) {
        // Handed on and overwritten after: what keeps it without a copy is found out.
        const chunk = Uint8Array.from(this.#chunks.shift());
        this.#handler.onData(chunk);
        chunk.fill(0xaa);
      }
      if (this.#chunks.length === 0 && !this.#ended && !this.closed && !this.#paused) {
        this.#ended = true;
        this.#handler.onEnd();
      }
    });
  }
}
