import { getEventListeners } from 'node:events';
import { MemoryTransport } from '@diemnet/netcore';
import { jsonCodec } from '@diemnet/network';
import { PUBLIC_NETWORK, type NetworkAddress } from '@diemnet/types';
import { checkEndpoint, createNetwork } from '../../src/index.js';
import { silentServer } from '../storage/http-double.js';
import { DIRECT, MemoryHarness, RPC, TESTING, keys, peerOf, seed } from './memory-harness.js';

const A = keys(1);
const B = keys(2);
const C = keys(3);

describe('Every call that waits', () => {
  let harness: MemoryHarness;
  beforeEach(() => {
    harness = new MemoryHarness();
  });
  afterEach(() => harness.stopAll());

  async function pair() {
    const a = await harness.start(harness.options(A, 1));
    const b = await harness.start(harness.options(B, 2, { seeds: new Map([seed(A, 1)]) }));
    await harness.until(() => b.network.connectivityManager.connectedCount === 1);
    await harness.until(() => a.network.connectivityManager.connectedCount === 1);
    for (const { events } of [a.application, b.application]) while (events.poll() !== undefined);
    return { a, b };
  }

  type Call = (setup: Awaited<ReturnType<typeof pair>>, signal: AbortSignal) => Promise<unknown>;
  /** Nobody answers behind this port. */
  const SILENT = `/memory/9/ln-noise-ik/${C.publicKey}/ln-handshake/0` as NetworkAddress;
  const calls: [string, Call][] = [
    [
      'an RPC',
      ({ b }, signal) =>
        b.application.sender.sendRpc(peerOf(A), RPC, Uint8Array.of(1), { timeoutMs: 60_000, signal }),
    ],
    ['a dial', ({ b }, signal) => b.application.sender.dialPeer(peerOf(C), SILENT, { signal })],
    [
      'a disconnect',
      ({ b }, signal) => b.application.sender.disconnectPeer(peerOf(A), 'requested', { signal }),
    ],
    ['reading events', ({ b }, signal) => b.application.events.next({ signal })],
    [
      'a check of an endpoint',
      (_, signal) =>
        checkEndpoint({
          address: SILENT,
          chainId: TESTING,
          networkId: PUBLIC_NETWORK,
          base: new MemoryTransport(harness.memoryNetwork),
          allowMemory: true,
          time: harness.time,
          signal,
        }).then((report) => {
          if (report.outcome === 'failed') throw report.error;
        }),
    ],
    [
      'waiting for room',
      ({ b }, signal) => {
        const { sender } = b.application;
        const chunk = new Uint8Array(1 << 20);
        while (sender.sendTo(peerOf(A), DIRECT, chunk));
        return sender.ready(peerOf(A), DIRECT, { signal });
      },
    ],
  ];

  it.each(calls)('gives up when told to, and leaves nothing behind: %s', async (_, call) => {
    const setup = await pair();
    harness.memoryNetwork.listen(9, { onConnection: () => {} });
    const controller = new AbortController();
    const reason = new TypeError('enough');
    const waiting = call(setup, controller.signal);
    const checked = expect(waiting).rejects.toBe(reason);
    controller.abort(reason);
    await harness.pass();
    await checked;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it.each(calls)('does not begin when it was told before: %s', async (_, call) => {
    const setup = await pair();
    const reason = new TypeError('never mind');
    await expect(Promise.resolve().then(() => call(setup, AbortSignal.abort(reason)))).rejects.toBe(reason);
  });
});

describe('Creating a network', () => {
  const backend = {
    type: 'vault' as const,
    server: 'https://vault.example:8200',
    token: { from_config: 'token' },
  };

  it.each([
    ['when told to', false],
    ['before it begins', true],
  ])('gives up waiting for its identity, and leaves nothing behind: %s', async (_, before) => {
    const harness = new MemoryHarness();
    const controller = new AbortController();
    const reason = new TypeError('enough');
    if (before) controller.abort(reason);
    const creating = harness.create({
      ...harness.options(A, 1, {
        identity: { type: 'from_storage', key_name: 'key', peer_id_name: 'owner', backend },
      }),
      storage: { http: silentServer },
      signal: controller.signal,
    });
    const checked = expect(creating).rejects.toBe(reason);
    await harness.pass();
    controller.abort(reason);
    await checked;
    expect(harness.time.pendingTimers).toBe(0);
  });
});

describe('A stopped network', () => {
  /** What keeps the process alive. Timers of the test runner are among it, and come and go. */
  const resources = (pattern: RegExp) =>
    process.getActiveResourcesInfo().filter((name) => pattern.test(name)).length;
  const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const SOCKETS = /TCP|Pipe|FSEvent|UDP/;
  const TIMERS = /Timeout|Immediate/;

  it('leaves no timer, socket or listener behind, over TCP as well [C-404] [D-10]', async () => {
    const before = { sockets: resources(SOCKETS), timers: resources(TIMERS), listeners: listeners() };
    const chat = {
      protocols: [
        { id: 42, name: 'chat', kinds: ['direct-send', 'rpc'] as const, codec: jsonCodec<string>(String) },
      ],
    };
    const create = (seeds: readonly string[]) =>
      createNetwork<{ chat: string }>({
        chainId: 'TESTING',
        listenAddress: '/ip4/127.0.0.1/tcp/0',
        seeds,
        applications: { chat },
      });
    const one = await create([]);
    const others = [await create([one.listenAddress]), await create([one.listenAddress])];
    for (const { applications } of others) {
      await applications.chat.events.next();
      applications.chat.sender.sendTo(one.peerId, 42, 'hello');
      // Left unanswered on purpose.
      applications.chat.sender.sendRpc(one.peerId, 42, 'anyone?', { timeoutMs: 60_000 }).catch(() => {});
    }
    // Three listeners and both ends of two connections.
    expect(resources(SOCKETS)).toBeGreaterThanOrEqual(before.sockets + 3 + 4);
    expect(resources(TIMERS)).toBeGreaterThan(before.timers);
    await Promise.all([one, ...others].map((network) => network.stop()));
    // The system closes handles a turn after it was told to.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(resources(SOCKETS)).toBe(before.sockets);
    expect(resources(TIMERS)).toBeLessThanOrEqual(before.timers);
    expect(listeners()).toEqual(before.listeners);
  });
});
