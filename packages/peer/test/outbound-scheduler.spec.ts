import { noMetrics } from '@diemnet/types';
import { createPeerMetrics } from '../src/index.js';
import { Lane } from '../src/lane.js';
import { OutboundMessage } from '../src/outbound-message.js';
import { OutboundScheduler } from '../src/outbound-scheduler.js';
import { CONTEXT } from './harness.js';

const metrics = createPeerMetrics(noMetrics, CONTEXT);
const lane = (rank = 10, maxMessages = 1024, maxBytes = 2 ** 24) => new Lane({ rank, maxMessages, maxBytes });
const message = (protocolId: number, tag: number, size = 1) =>
  OutboundMessage.directSend(protocolId, tag, new Uint8Array(size));

/** `protocol:tag` of everything, in the order of sending. */
function drain(scheduler: OutboundScheduler): string[] {
  const order: string[] = [];
  for (let next = scheduler.next(); next !== undefined; next = scheduler.next()) {
    order.push(`${next.protocolId}:${next.priority}`);
  }
  return order;
}

describe('OutboundScheduler', () => {
  it('lets the protocols of one rank take turns and keeps the order within each [C-225] [D-13]', () => {
    const scheduler = new OutboundScheduler(2 ** 30, metrics);
    const lanes = [lane(), lane(), lane()];
    for (let tag = 0; tag < 3; tag++) scheduler.enqueue(lanes[0] as Lane, message(0, tag));
    for (let tag = 0; tag < 2; tag++) scheduler.enqueue(lanes[1] as Lane, message(1, tag));
    scheduler.enqueue(lanes[2] as Lane, message(2, 0));
    expect(drain(scheduler)).toEqual(['0:0', '1:0', '2:0', '0:1', '1:1', '0:2']);
    expect(scheduler.messages).toBe(0);
    expect(scheduler.bytes).toBe(0);
  });

  it('goes on with the lane whose turn it is when more is queued in between [C-225]', () => {
    const scheduler = new OutboundScheduler(2 ** 30, metrics);
    const [a, b] = [lane(), lane()];
    for (let tag = 0; tag < 3; tag++) scheduler.enqueue(a, message(0, tag));
    expect(scheduler.next()?.priority).toBe(0);
    scheduler.enqueue(b, message(1, 0));
    expect(drain(scheduler)).toEqual(['0:1', '1:0', '0:2']);
  });

  it('sends lower ranks first, whenever they were queued [D-13]', () => {
    const scheduler = new OutboundScheduler(2 ** 30, metrics);
    const [urgent, normal, bulk] = [lane(0), lane(10), lane(20)];
    scheduler.enqueue(bulk, message(3, 0));
    scheduler.enqueue(bulk, message(3, 1));
    scheduler.enqueue(normal, message(2, 0));
    scheduler.enqueue(urgent, message(5, 0));
    expect(scheduler.next()?.protocolId).toBe(5);
    scheduler.enqueue(urgent, message(5, 1));
    expect(drain(scheduler)).toEqual(['5:1', '2:0', '3:0', '3:1']);
  });

  it('bounds a lane in messages and in bytes, and the whole in bytes', () => {
    const scheduler = new OutboundScheduler(1000, metrics);
    const few = lane(10, 2, 2 ** 20);
    expect([0, 1, 2].map((tag) => scheduler.enqueue(few, message(0, tag)))).toEqual([true, true, false]);
    const small = lane(10, 10, 100);
    expect(scheduler.enqueue(small, message(1, 0, 200))).toBe(true);
    expect(scheduler.enqueue(small, message(1, 1, 1))).toBe(false);
    const wide = lane();
    expect(scheduler.enqueue(wide, message(2, 0, 800))).toBe(false);
    expect(scheduler.enqueue(wide, message(2, 0, 400))).toBe(true);
    expect(scheduler.messages).toBe(4);
  });

  it('accepts a message of any size when nothing waits', () => {
    const scheduler = new OutboundScheduler(100, metrics);
    expect(scheduler.enqueue(lane(10, 1, 10), message(0, 0, 5000))).toBe(true);
  });

  it('passes over what was discarded, and gives its bytes back at once', () => {
    const scheduler = new OutboundScheduler(2 ** 30, metrics);
    const only = lane();
    const unwanted = message(0, 1, 500);
    scheduler.enqueue(only, message(0, 0));
    scheduler.enqueue(only, unwanted);
    scheduler.enqueue(only, message(0, 2));
    const before = scheduler.bytes;
    scheduler.discard(only, unwanted);
    scheduler.discard(only, unwanted);
    expect(before - scheduler.bytes).toBeGreaterThan(500);
    expect(drain(scheduler)).toEqual(['0:0', '0:2']);
    expect(scheduler.bytes).toBe(0);
  });

  it('has nothing left after clear', () => {
    const scheduler = new OutboundScheduler(2 ** 30, metrics);
    const only = lane();
    for (let tag = 0; tag < 40; tag++) scheduler.enqueue(only, message(0, tag));
    scheduler.clear();
    expect(scheduler.next()).toBeUndefined();
    expect(scheduler.enqueue(only, message(0, 7))).toBe(true);
    expect(drain(scheduler)).toEqual(['0:7']);
  });
});
