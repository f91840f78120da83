import fc from 'fast-check';
import { KeyedChannel, type QueueStyle } from '../src/index.js';

const CAPACITY = 3;
const MAX_BYTES = 10;

interface Message {
  readonly n: number;
  readonly bytes: number;
}

/** What the channel is, written for reading: an array per key, and the keys that have something in order of turn. */
class Model {
  readonly queues = new Map<string, Message[]>();
  turns: string[] = [];
  readonly dropped: Message[] = [];
  readonly style: QueueStyle;

  constructor(style: QueueStyle) {
    this.style = style;
  }

  push(key: string, message: Message): boolean {
    const queue = this.queues.get(key) ?? [];
    const full = () =>
      queue.length >= CAPACITY || queue.reduce((sum, { bytes }) => sum + bytes, message.bytes) > MAX_BYTES;
    if (message.bytes > MAX_BYTES || (this.style === 'fifo' && queue.length > 0 && full())) {
      this.dropped.push(message);
      return false;
    }
    while (queue.length > 0 && full()) this.dropped.push(queue.shift() as Message);
    queue.push(message);
    this.queues.set(key, queue);
    if (!this.turns.includes(key)) this.turns.push(key);
    return true;
  }

  pop(): { key: string; message: Message } | undefined {
    const key = this.turns.shift();
    if (key === undefined) return undefined;
    const queue = this.queues.get(key) as Message[];
    const message = (this.style === 'lifo' ? queue.pop() : queue.shift()) as Message;
    if (queue.length > 0) this.turns.push(key);
    return { key, message };
  }

  clear(): void {
    for (const queue of this.queues.values()) this.dropped.push(...queue.splice(0));
    this.turns = [];
  }

  get length(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }
}

interface Real {
  readonly channel: KeyedChannel<string, Message>;
  readonly dropped: Message[];
}

const compare = (model: Model, { channel, dropped }: Real) => {
  expect(channel.length).toBe(model.length);
  // In which order keys are cleared is nobody's business.
  const byNumber = (messages: Message[]) => messages.toSorted((a, b) => a.n - b.n);
  expect(byNumber(dropped)).toEqual(byNumber(model.dropped));
};

class Push implements fc.Command<Model, Real> {
  readonly key: string;
  readonly message: Message;

  constructor(key: string, message: Message) {
    this.key = key;
    this.message = message;
  }

  check = () => true;

  run(model: Model, real: Real): void {
    expect(real.channel.push(this.key, this.message)).toBe(model.push(this.key, this.message));
    compare(model, real);
  }

  toString = () => `push(${this.key}, ${this.message.n}: ${this.message.bytes} bytes)`;
}

class Pop implements fc.Command<Model, Real> {
  check = () => true;

  run(model: Model, real: Real): void {
    const popped = real.channel.pop();
    expect(popped && { key: popped.key, message: popped.message }).toEqual(model.pop());
    compare(model, real);
  }

  toString = () => 'pop()';
}

class Clear implements fc.Command<Model, Real> {
  check = () => true;

  run(model: Model, real: Real): void {
    real.channel.clear();
    model.clear();
    compare(model, real);
  }

  toString = () => 'clear()';
}

describe('KeyedChannel against a model', () => {
  it.each(['fifo', 'lifo', 'klast'] as const)('%s: the same messages come out, and are dropped', (style) => {
    let n = 0;
    const push = fc
      .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: MAX_BYTES + 1 }))
      .map(([key, bytes]) => new Push(key, { n: n++, bytes }));
    const commands = fc.commands(
      [push, push, push, fc.constant(new Pop()), fc.constant(new Pop()), fc.constant(new Clear())],
      { maxCommands: 100, size: 'max' },
    );
    fc.assert(
      fc.property(commands, (run) => {
        fc.modelRun(() => {
          const dropped: Message[] = [];
          const channel = new KeyedChannel<string, Message>({
            style,
            capacity: CAPACITY,
            maxBytesPerKey: MAX_BYTES,
            sizeOf: ({ bytes }) => bytes,
            onDropped: (_, message) => void dropped.push(message),
          });
          return { model: new Model(style), real: { channel, dropped } };
        }, run);
      }),
      { numRuns: 25 },
    );
  });

  it('gives every key with messages its turn before any gets a second one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 200 }), (keys) => {
        const channel = new KeyedChannel<string, number>({ style: 'fifo', capacity: 1000 });
        keys.forEach((key, i) => channel.push(key, i));
        const waiting = new Map<string, number>();
        for (const key of keys) waiting.set(key, (waiting.get(key) ?? 0) + 1);
        let round = new Set<string>();
        for (let popped = channel.pop(); popped !== undefined; popped = channel.pop()) {
          if (round.has(popped.key)) {
            // Nobody who still had something was left out of the round that is over.
            for (const [key, left] of waiting) expect(round.has(key) || left === 0).toBe(true);
            round = new Set();
          }
          round.add(popped.key);
          waiting.set(popped.key, (waiting.get(popped.key) as number) - 1);
        }
        expect([...waiting.values()].every((left) => left === 0)).toBe(true);
      }),
    );
  });
});
