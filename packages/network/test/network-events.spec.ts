import fc from 'fast-check';
import { jsonCodec, type ApplicationDefinition, type NetworkEvent } from '../src/index.js';
import { FakeResponder, connection, peer, setUp } from './fake-peer-manager.js';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const a = connection(peer(1), 1);
const b = connection(peer(2), 2);

const definition: ApplicationDefinition<unknown> = {
  name: 'test',
  protocols: [
    { id: 2, codec: jsonCodec() },
    { id: 5, codec: jsonCodec() },
    { id: 9, name: 'Both', kinds: ['rpc', 'direct-send'], codec: jsonCodec() },
  ],
};

function create(overrides: Partial<ApplicationDefinition<unknown>> = {}) {
  return setUp({ ...definition, ...overrides });
}

describe('connection events', () => {
  it('merge to the last one while unread [C-269]', () => {
    const app = create();
    app.newPeer(a);
    app.lostPeer(a);
    app.newPeer(a);
    app.lostPeer(a, 'requested');
    expect(app.events.poll()).toMatchObject({ type: 'lost-peer', reason: 'Requested', cause: 'requested' });
    expect(app.events.poll()).toBeUndefined();
  });

  it('are kept for each peer [C-270]', () => {
    const app = create();
    app.newPeer(a);
    app.newPeer(b);
    expect(app.read()).toEqual(['new-peer 1', 'new-peer 2']);
  });

  it('reach the application [C-274]', () => {
    const app = create();
    app.newPeer(a);
    expect(app.events.poll()).toEqual({ type: 'new-peer', metadata: a });
    app.lostPeer(a);
    expect(app.events.poll()).toMatchObject({ type: 'lost-peer', metadata: a, reason: 'ConnectionLost' });
  });

  it('come before and after the messages of their peer [D-11]', () => {
    const app = create();
    app.newPeer(a);
    app.message(a, bytes('one'));
    app.message(a, bytes('two'), 9);
    app.lostPeer(a);
    app.newPeer(b);
    app.message(b, bytes('other'));
    const read = app.read();
    expect(read.filter((text) => /\b1\b/.test(text))).toEqual([
      'new-peer 1',
      'message 1: one',
      'message 1: two',
      'lost-peer 1',
    ]);
    expect(read.filter((text) => /\b2\b/.test(text))).toEqual(['new-peer 2', 'message 2: other']);
  });

  it('tell of the end also when the last message of the peer is unreadable or dropped [D-11]', () => {
    const app = create();
    app.newPeer(a);
    app.message(a, [0x7b]);
    app.lostPeer(a);
    expect(app.read()).toEqual(['new-peer 1', 'lost-peer 1']);

    const tiny = create({ queueBytes: 4 });
    tiny.newPeer(a);
    tiny.message(a, bytes('too large'));
    tiny.lostPeer(a);
    expect(tiny.read()).toEqual(['lost-peer 1']);
  });

  it('make an update of a peer that was lost and came back unread, for a reader that knows it [D-06] [D-11]', () => {
    const app = create();
    app.newPeer(a);
    app.read();
    const again = connection(peer(1), 7);
    app.lostPeer(a);
    app.newPeer(again);
    expect(app.events.poll()).toEqual({ type: 'updated-peer', metadata: again, previous: a });
  });

  it('make a new peer of an update that a reader could not place [D-06]', () => {
    const app = create();
    const second = connection(peer(1), 7);
    const third = connection(peer(1), 8);
    app.newPeer(a);
    app.updatedPeer(second, a);
    expect(app.events.poll()).toEqual({ type: 'new-peer', metadata: second });
    app.updatedPeer(third, second);
    expect(app.events.poll()).toEqual({ type: 'updated-peer', metadata: third, previous: second });
  });

  it('frame the messages of their peer whatever the order of reading [D-11]', () => {
    const step = fc.record({
      n: fc.integer({ min: 1, max: 2 }),
      action: fc.constantFrom('connect', 'replace', 'message', 'lose', 'read'),
    });
    const style = fc.constantFrom('fifo' as const, 'lifo' as const, 'klast' as const);
    fc.assert(
      fc.property(style, fc.integer({ min: 1, max: 3 }), fc.array(step), (queueStyle, queueSize, steps) => {
        const app = create({ queueStyle, queueSize });
        const current = new Map<number, ReturnType<typeof connection>>();
        const believed = new Map<number, unknown>();
        let ids = 0;
        const readOne = () => {
          const event = app.events.poll();
          if (event === undefined) return false;
          if (event.type === 'message') expect(believed.has(Number(event.peer))).toBe(true);
          else if (event.type !== 'rpc') {
            const { metadata } = event;
            const n = Number(metadata.remotePeerId);
            if (event.type === 'new-peer') expect(believed.has(n)).toBe(false);
            if (event.type === 'updated-peer') expect(event.previous).toBe(believed.get(n));
            if (event.type === 'lost-peer') believed.delete(n);
            else believed.set(n, metadata);
          }
          return true;
        };
        for (const { n, action } of steps) {
          const metadata = current.get(n);
          const fresh = connection(peer(n), ids++);
          if (action === 'read') readOne();
          else if (action === 'connect' && metadata === undefined) {
            current.set(n, fresh);
            app.newPeer(fresh);
          } else if (metadata === undefined) continue;
          else if (action === 'replace') {
            current.set(n, fresh);
            app.updatedPeer(fresh, metadata);
          } else if (action === 'message') app.message(metadata, bytes(1));
          else if (action === 'lose') {
            current.delete(n);
            app.lostPeer(metadata);
          }
        }
        while (readOne());
        expect(believed).toEqual(current);
      }),
    );
  });

  it('carry the connection that a message came on', () => {
    const app = create();
    app.newPeer(a);
    app.message(a, bytes(1));
    app.read();
    app.message(a, bytes(2));
    expect(app.events.poll()).toEqual({
      type: 'message',
      peer: peer(1),
      message: 2,
      protocolId: 2,
      connection: a,
    });
  });
});

describe('messages', () => {
  it('of two peers take turns [C-288]', () => {
    const app = create();
    for (const text of ['a1', 'a2', 'a3']) app.message(a, bytes(text));
    for (const text of ['b1', 'b2', 'b3']) app.message(b, bytes(text));
    expect(app.read().map((text) => text.slice(-2))).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('of two protocols arrive in one stream [C-290]', () => {
    const app = create();
    app.message(a, bytes('direct'), 2);
    app.rpc(a, bytes('asked'), 5);
    expect(app.read()).toEqual(['message 1: direct', 'rpc 1: asked']);
  });

  it.each([
    ['fifo', ['0', '1']],
    ['lifo', ['3', '2']],
    ['klast', ['2', '3']],
  ] as const)('are dropped from a full queue as %s says, and counted [C-291]', (queueStyle, kept) => {
    const app = create({ queueStyle, queueSize: 2, queueMetric: 'test_queue' });
    for (let i = 0; i < 4; i++) app.message(a, bytes(i));
    expect(app.read()).toEqual(kept.map((text) => `message 1: ${text}`));
    const dropped = { reason: 'application-queue-full', protocol_id: 'MempoolDirectSend' };
    expect(app.metrics.value('diem_network_dropped_messages', dropped)).toBe(2);
    expect(app.metrics.value('test_queue', { state: 'enqueued' })).toBe(4);
    expect(app.metrics.value('test_queue', { state: 'dequeued' })).toBe(2);
    expect(app.metrics.value('test_queue', { state: 'dropped' })).toBe(2);
  });

  it('of a quiet peer wait for one message of a flooding one at most [C-292]', () => {
    const app = create();
    for (let i = 0; i < 1000; i++) app.message(a, bytes(i));
    app.message(b, bytes('quiet'));
    expect(app.read().indexOf('message 2: quiet')).toBeLessThanOrEqual(1);
  });

  it('fail their RPC when they are dropped from a full queue', () => {
    const app = create({ queueSize: 1 });
    const kept = app.rpc(a, bytes(1));
    const dropped = app.rpc(a, bytes(2));
    expect(kept.closed).toBe(false);
    expect(dropped.failure).toMatchObject({ code: 'ERR_EVENT_DROPPED' });
  });

  it('are bounded in bytes per peer and protocol', () => {
    const app = create({ queueStyle: 'klast', queueBytes: 100 });
    for (let i = 0; i < 10; i++) app.message(a, bytes('x'.repeat(38)));
    expect(app.events.queued).toBe(2);
  });

  it('that do not decode are logged with 16 bytes, counted, dropped and left unanswered [C-250]', () => {
    const app = create();
    const secret = [...bytes('not json')].slice(1);
    const responder = app.rpc(a, [...secret, ...new Array(30).fill(7)]);
    app.message(a, [0xff]);
    app.message(a, bytes('fine'));
    expect(app.read()).toEqual(['message 1: fine']);
    expect(responder.answer).toBeUndefined();
    expect(responder.failure).toMatchObject({ code: 'ERR_DECODE_FAILED' });
    const logged = (protocolId: string) =>
      app.logger.at('warn').find(({ fields }) => fields.protocol_id === protocolId)?.fields;
    expect(logged('MempoolDirectSend')).toMatchObject({
      'security-event': 'invalid_network_event',
      error: expect.any(String),
      remote_peer_id: '00000000',
      data_prefix: 'ff',
    });
    expect(logged('HealthCheckerRpc')?.data_prefix).toHaveLength(32);
    expect(app.metrics.value('diem_network_invalid_messages', { type: 'rpc' })).toBe(1);
    expect(app.metrics.value('diem_network_invalid_messages', { type: 'direct-send' })).toBe(1);
  });

  it('that do not decode cannot flood the log [D-12]', () => {
    const app = create({ queueSize: 1000 });
    app.events.setHandler({});
    for (let i = 0; i < 500; i++) app.message(a, [0xff]);
    expect(app.logger.at('warn')).toHaveLength(20);
    app.time.advance(1_000);
    app.message(a, [0xff]);
    expect(app.logger.at('warn')[20]?.fields).toMatchObject({ suppressed: 480 });
    expect(app.metrics.value('diem_network_invalid_messages')).toBe(501);
  });

  it('are accounted to their peer while they wait [D-32]', () => {
    const app = create({ queueSize: 2 });
    const held = () => [a, b].map(({ remotePeerId }) => app.handler.heldBytes?.(remotePeerId));
    app.message(a, bytes('x'.repeat(38)));
    app.message(b, bytes('y'.repeat(8)));
    expect(held()).toEqual([40, 10]);
    // The third of three finds no room.
    for (let i = 0; i < 2; i++) app.message(b, bytes('y'.repeat(8)));
    expect(held()).toEqual([40, 20]);
    app.read();
    expect(held()).toEqual([0, 0]);
  });

  it('do not keep a large buffer alive for a small payload', () => {
    const app = setUp<Uint8Array>({
      name: 'bytes',
      protocols: [{ id: 2, codec: { encode: (it) => it, decode: (it) => it } }],
    });
    const large = new Uint8Array(100_000).fill(3);
    app.handler.onDirectSend(a, 2, large.subarray(10, 20));
    app.handler.onDirectSend(a, 2, large.subarray(0, 90_000));
    const messages = [app.events.poll(), app.events.poll()] as { message: Uint8Array }[];
    expect(messages[0]?.message.buffer.byteLength).toBe(10);
    expect(messages[0]?.message).toEqual(new Uint8Array(10).fill(3));
    expect(messages[1]?.message.buffer).toBe(large.buffer);
  });
});

describe('reading', () => {
  it('waits for the next event', async () => {
    const app = create();
    const next = app.events.next();
    app.newPeer(a);
    expect(await next).toMatchObject({ type: 'new-peer' });
    const message = app.events.next();
    app.message(a, [0xff]);
    app.message(a, bytes('readable'));
    expect(await message).toMatchObject({ type: 'message', message: 'readable' });
  });

  it('stops waiting when aborted, and loses nothing', async () => {
    const app = create();
    const controller = new AbortController();
    const next = app.events.next({ signal: controller.signal });
    controller.abort();
    await expect(next).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(app.events.next({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    app.message(a, bytes(1));
    expect(await app.events.next()).toMatchObject({ message: 1 });
  });

  it('has one reader at a time', async () => {
    const app = create();
    const waiting = app.events.next();
    await expect(app.events.next()).rejects.toMatchObject({ code: 'ERR_EVENTS_IN_USE' });
    expect(() => app.events.poll()).toThrow(expect.objectContaining({ code: 'ERR_EVENTS_IN_USE' }));
    expect(() => app.events.setHandler({})).toThrow(expect.objectContaining({ code: 'ERR_EVENTS_IN_USE' }));
    app.message(a, bytes(1));
    await waiting;
    app.events.setHandler({});
    await expect(app.events.next()).rejects.toMatchObject({ code: 'ERR_EVENTS_IN_USE' });
  });

  it('iterates until the events are closed, over what waited too', async () => {
    const app = create();
    app.newPeer(a);
    app.message(a, bytes(1));
    app.events.close();
    app.events.close();
    expect(app.events.closed).toBe(true);
    const read: NetworkEvent<unknown>[] = [];
    for await (const event of app.events) read.push(event);
    expect(read.map(({ type }) => type)).toEqual(['new-peer', 'message']);
    expect(app.listeners.size).toBe(0);
  });

  it('ends a reader that waits when the events are closed', async () => {
    const app = create();
    const next = app.events.next();
    app.events.close();
    expect(await next).toBeUndefined();
    expect(await app.events.next()).toBeUndefined();
  });

  it('fails RPCs and drops messages that come after the close', () => {
    const app = create();
    app.events.close();
    app.message(a, bytes(1));
    expect(app.rpc(a, bytes(1)).failure).toMatchObject({ code: 'ERR_EVENTS_CLOSED' });
    expect(app.events.queued).toBe(0);
    expect(app.metrics.value('diem_network_dropped_messages', { reason: 'application-closed' })).toBe(2);
  });
});

describe('a handler', () => {
  it('hears everything within the call that causes it, without a queue', () => {
    const app = create({ queueMetric: 'test_queue' });
    const heard: unknown[] = [];
    app.events.setHandler({
      onMessage: (message, from, protocolId) => heard.push([message, from, protocolId]),
      onRpc: (message, responder, from, protocolId) => {
        heard.push([message, from, protocolId]);
        responder.respond('pong');
      },
      onConnection: (event) => heard.push(event.type),
    });
    app.newPeer(a);
    app.message(a, bytes('hi'));
    const responder = app.rpc(a, bytes('ping'));
    app.lostPeer(a);
    expect(heard).toEqual(['new-peer', ['hi', a, 2], ['ping', a, 5], 'lost-peer']);
    expect(responder.answer).toEqual(bytes('pong'));
    expect(app.events.queued).toBe(0);
    expect(app.metrics.value('test_queue', { state: 'enqueued' })).toBe(2);
    expect(app.metrics.value('test_queue', { state: 'dequeued' })).toBe(2);
  });

  it('first hears what waited, and in order what arrives meanwhile', () => {
    const app = create();
    app.newPeer(a);
    app.message(a, bytes(1));
    app.message(a, bytes(2));
    const heard: unknown[] = [];
    app.events.setHandler({
      onMessage: (message) => {
        heard.push(message);
        if (message === 1) app.message(a, bytes(3));
      },
      onConnection: (event) => heard.push(event.type),
    });
    app.message(a, bytes(4));
    expect(heard).toEqual(['new-peer', 1, 2, 3, 4]);
  });

  it('hears the end once, also when it comes late', () => {
    const app = create();
    const onEnd = jest.fn();
    app.events.setHandler({ onEnd });
    app.events.close();
    app.events.close();
    expect(onEnd).toHaveBeenCalledTimes(1);
    const late = jest.fn(() => {
      throw new TypeError('oops');
    });
    app.events.setHandler({ onEnd: late });
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('that throws hurts nobody; its RPC fails', () => {
    const app = create();
    const oops = () => {
      throw new TypeError('oops');
    };
    app.events.setHandler({ onMessage: oops, onRpc: oops, onConnection: oops });
    app.newPeer(a);
    app.message(a, bytes(1));
    expect(app.rpc(a, bytes(1)).failure).toMatchObject({ code: 'ERR_EVENT_UNHANDLED' });
    expect(app.logger.at('error')).toHaveLength(3);
  });

  it('without a method leaves messages alone and fails RPCs', () => {
    const app = create();
    app.events.setHandler({});
    app.newPeer(a);
    app.message(a, bytes(1));
    expect(app.rpc(a, bytes(1)).failure).toMatchObject({ code: 'ERR_EVENT_UNHANDLED' });
    expect(app.metrics.value('diem_network_dropped_messages', { reason: 'unhandled' })).toBe(2);
  });
});

describe('answering an RPC', () => {
  function asked() {
    const app = create();
    const responder = app.rpc(a, bytes('question'));
    const event = app.events.poll();
    if (event?.type !== 'rpc') throw new TypeError('expected an RPC');
    return { responder, reply: event.responder };
  }

  it('happens once, with a message', () => {
    const { responder, reply } = asked();
    expect(reply.respond({ ok: true })).toBe(true);
    expect(responder.answer).toEqual(bytes({ ok: true }));
    expect(reply.closed).toBe(true);
    expect(() => reply.respond(1)).toThrow(expect.objectContaining({ code: 'ERR_ALREADY_ANSWERED' }));
    expect(() => reply.fail(1)).toThrow(expect.objectContaining({ code: 'ERR_ALREADY_ANSWERED' }));
  });

  it('happens with bytes or not at all', () => {
    const first = asked();
    first.reply.respondBytes(Uint8Array.of(1));
    expect(first.responder.answer).toEqual(Uint8Array.of(1));
    const second = asked();
    second.reply.fail('no');
    expect(second.responder.failure).toBe('no');
    expect(second.reply.signal).toBe(second.responder.signal);
  });

  it('with a message that cannot be encoded is an error and leaves the RPC open', () => {
    const { responder, reply } = asked();
    expect(() => reply.respond(undefined)).toThrow(expect.objectContaining({ code: 'ERR_ENCODE_FAILED' }));
    expect(responder).toBeInstanceOf(FakeResponder);
    expect(responder.closed).toBe(false);
    reply.respond(null);
    expect(responder.answer).toEqual(bytes(null));
  });
});
