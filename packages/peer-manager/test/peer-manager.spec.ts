import { TypesError } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { GREATER, LESSER, LISTEN, OWN, TARGET, recordingHandler, running, setup } from './support/setup.js';

describe('start', () => {
  it('fails with a typed error when the listen address is taken, and may be tried again [C-293] [D-02]', async () => {
    const { peerManager, transport } = setup();
    const cause = new TypesError('ERR_ELAPSED', 'address in use');
    transport.listenError = cause;
    await expect(peerManager.start({ listenAddress: LISTEN })).rejects.toMatchObject({
      name: 'PeerManagerError',
      code: 'ERR_LISTEN_FAILED',
      cause,
    });
    expect(peerManager.state).toBe('new');
    transport.listenError = undefined;
    await peerManager.start({ listenAddress: LISTEN });
    expect(peerManager.state).toBe('running');
    expect(peerManager.listenAddress).toBe(LISTEN);
  });

  it('listens once, however often it is called', async () => {
    const { peerManager, transport, logged } = setup();
    const listen = jest.spyOn(transport, 'listen');
    await Promise.all([
      peerManager.start({ listenAddress: LISTEN }),
      peerManager.start({ listenAddress: LISTEN }),
    ]);
    await peerManager.start({ listenAddress: LISTEN });
    expect(listen).toHaveBeenCalledTimes(1);
    expect(logged('start listening')).toMatchObject([{ level: 'info', fields: { listen_address: LISTEN } }]);
  });

  it('does not listen without an address', async () => {
    const { peerManager, transport } = setup();
    await peerManager.start();
    expect(transport.listening).toBeUndefined();
    expect(peerManager.listenAddress).toBeUndefined();
    expect(peerManager.state).toBe('running');
  });
});

describe('stop', () => {
  it('stops listening, gives up dials, loses every peer, drains, and leaves nothing behind [C-404] [D-10]', async () => {
    const harness = await running();
    const { peerManager, transport, time, events } = harness;
    const one = transport.accept({ remotePeerId: LESSER });
    const two = transport.accept({ remotePeerId: GREATER });
    const dial = peerManager.dial(LESSER, TARGET, { replace: true }).catch((error: unknown) => error);
    await settle();
    peerManager.sendDirectSend(LESSER, 2, Uint8Array.of(1));
    const stopped = peerManager.stop();
    expect(peerManager.state).toBe('stopping');
    expect(await dial).toMatchObject({ code: 'ERR_SHUTTING_DOWN' });
    await settle();
    expect(transport.listening).toBeUndefined();
    expect(one.socket.written.length).toBeGreaterThan(0);
    expect([one.socket.ended, two.socket.ended]).toEqual([true, true]);
    expect(events.slice(2)).toMatchObject([
      { type: 'lost-peer', cause: 'shutdown', reason: 'Requested' },
      { type: 'lost-peer', cause: 'shutdown', reason: 'Requested' },
    ]);
    one.socket.receiveEnd();
    two.socket.receiveEnd();
    await stopped;
    expect(peerManager.state).toBe('stopped');
    expect([one.socket.closed, two.socket.closed]).toEqual([true, true]);
    expect(time.pendingTimers).toBe(0);
    expect(peerManager.statistics()).toEqual([]);
  });

  it('destroys what has not ended by the deadline: peers, replaced connections, losers of ties [D-10]', async () => {
    const { peerManager, transport, time } = await running({ options: { closeGraceMs: 60_000 } });
    const replaced = transport.accept({ remotePeerId: LESSER });
    const active = transport.accept({ remotePeerId: LESSER });
    const self = transport.accept({ remotePeerId: OWN });
    let stopped = false;
    const stop = peerManager.stop({ graceMs: 1000 }).then(() => (stopped = true));
    await time.advanceAsync(999);
    expect(stopped).toBe(false);
    await time.advanceAsync(1);
    await stop;
    expect([replaced, active, self].map(({ socket }) => socket.closed)).toEqual([true, true, true]);
    expect(time.pendingTimers).toBe(0);
  });

  it('may be called in any state and any number of times', async () => {
    const fresh = setup().peerManager;
    await Promise.all([fresh.stop(), fresh.stop()]);
    expect(fresh.state).toBe('stopped');
    await expect(fresh.start()).rejects.toMatchObject({ code: 'ERR_SHUTTING_DOWN' });

    const { peerManager, transport } = setup();
    const starting = peerManager.start({ listenAddress: LISTEN });
    await peerManager.stop();
    await starting;
    expect(peerManager.state).toBe('stopped');
    expect(transport.listening).toBeUndefined();
  });

  it('ends `await using` of a PeerManager', async () => {
    const { peerManager } = await running();
    await peerManager[Symbol.asyncDispose]();
    expect(peerManager.state).toBe('stopped');
  });

  it('drops connections that come while it stops', async () => {
    const { peerManager, transport, names } = await running();
    const stopped = peerManager.stop();
    const { socket } = transport.accept({ remotePeerId: LESSER });
    await stopped;
    expect(socket.closed).toBe(true);
    expect(names()).toEqual([]);
  });
});

describe('register', () => {
  const { handler } = recordingHandler();

  it('advertises the registered protocols', () => {
    const { peerManager } = setup();
    peerManager.register({ protocolId: 5, kinds: ['rpc'], handler });
    peerManager.register({ protocolId: 2, kinds: ['direct-send'], handler });
    peerManager.register({ protocolId: 200, kinds: ['rpc', 'direct-send'], handler });
    expect(peerManager.protocolIds()).toEqual([2, 5, 200]);
  });

  it('refuses a second handler for the same kind, and claims nothing then [D-46]', () => {
    const { peerManager } = setup();
    peerManager.register({ protocolId: 5, kinds: ['rpc'], handler });
    const twice = () => peerManager.register({ protocolId: 5, kinds: ['direct-send', 'rpc'], handler });
    expect(twice).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL_REGISTERED' }));
    expect(() => peerManager.register({ protocolId: 5, kinds: ['direct-send'], handler })).not.toThrow();
  });

  it('refuses ids that do not exist, and everything after the start', async () => {
    const { peerManager } = setup();
    for (const protocolId of [-1, 256, 1.5]) {
      expect(() => peerManager.register({ protocolId, kinds: ['rpc'], handler })).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_PROTOCOL_ID' }),
      );
    }
    await peerManager.start();
    expect(() => peerManager.register({ protocolId: 5, kinds: ['rpc'], handler })).toThrow(
      expect.objectContaining({ code: 'ERR_ALREADY_STARTED' }),
    );
  });
});

it('refuses options that make no sense', () => {
  expect(() => setup({ options: { closeGraceMs: -1 } })).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_OPTIONS' }),
  );
  expect(() => setup({ options: { maxInboundConnections: Number.NaN } })).toThrow();
});

it('survives listeners that throw, and says so', async () => {
  const { peerManager, transport, names, logged } = await running();
  peerManager.subscribe(() => {
    throw new TypeError('defect');
  });
  transport.accept({ remotePeerId: LESSER });
  expect(names()).toEqual(['new-peer']);
  expect(logged('a listener of connection events failed')).toMatchObject([
    { level: 'warn', fields: { connection_notification: 'new-peer', remote_peer: LESSER.toUpperCase() } },
  ]);
});
