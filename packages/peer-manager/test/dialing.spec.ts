import { TypesError } from '@diemnet/types';
import type { NetworkAddress } from '@diemnet/types';
import { settle } from '@diemnet/types/testing';
import { GREATER, LESSER, TARGET, running, setup } from './support/setup.js';

const OTHER = '/memory/8' as NetworkAddress;

describe('dial', () => {
  it('does not dial a connected peer, and says where it is [C-281]', async () => {
    const { peerManager, transport, logged } = await running();
    const { metadata } = transport.accept({ remotePeerId: LESSER });
    await expect(peerManager.dial(LESSER, TARGET)).rejects.toMatchObject({
      code: 'ERR_ALREADY_CONNECTED',
      details: { address: metadata.address },
    });
    expect(transport.dials).toEqual([]);
    expect(logged('already connected, not dialing')[0]?.level).toBe('debug');
  });

  it('resolves with the connection, or fails with the cause [C-282]', async () => {
    const { peerManager, transport, metrics } = await running();
    const first = peerManager.dial(LESSER, TARGET);
    await settle();
    const { metadata } = transport.lastDial.succeed();
    await expect(first).resolves.toMatchObject({ connectionId: metadata.connectionId, address: TARGET });

    const second = peerManager.dial(GREATER, TARGET);
    await settle();
    const cause = new TypesError('ERR_ELAPSED', 'too slow');
    transport.lastDial.fail(cause);
    await expect(second).rejects.toMatchObject({ name: 'PeerManagerError', code: 'ERR_DIAL_FAILED', cause });
    expect(metrics.value('diem_network_dials', { outcome: 'connected' })).toBe(1);
    expect(metrics.value('diem_network_dials', { outcome: 'failed' })).toBe(1);
  });

  it('fails for an address that cannot be dialed, and leaves other dials alone [C-283]', async () => {
    const { peerManager, transport } = await running();
    const other = peerManager.dial(GREATER, TARGET);
    await settle();
    const cause = new TypesError('ERR_ELAPSED', 'no such address');
    jest.spyOn(transport, 'dial').mockImplementationOnce(() => {
      throw cause;
    });
    await expect(peerManager.dial(LESSER, OTHER)).rejects.toMatchObject({ code: 'ERR_DIAL_FAILED', cause });
    transport.lastDial.succeed();
    await expect(other).resolves.toMatchObject({ remotePeerId: GREATER });
  });

  it('fails when the connection comes out under another PeerId [C-284]', async () => {
    const { peerManager, transport, names } = await running();
    const dial = peerManager.dial(LESSER, TARGET);
    await settle();
    const { socket } = transport.lastDial.succeed({ remotePeerId: GREATER });
    await expect(dial).rejects.toMatchObject({
      code: 'ERR_DIAL_FAILED',
      cause: { code: 'ERR_PEER_ID_MISMATCH' },
    });
    expect(socket.closed).toBe(true);
    expect(names()).toEqual([]);
  });

  it('resolves after the tie-break, with the connection that stands [D-14]', async () => {
    const { peerManager, transport, metrics, time } = await running();
    const dial = peerManager.dial(GREATER, TARGET);
    await settle();
    const inbound = transport.accept({ remotePeerId: GREATER });
    const { socket } = transport.lastDial.succeed();
    await expect(dial).resolves.toBe(inbound.metadata);
    await time.advanceAsync(1000);
    expect(socket.ended).toBe(true);
    expect(metrics.value('diem_network_dials', { outcome: 'tie-lost' })).toBe(1);
    expect(metrics.value('diem_network_tie_breaks', { outcome: 'keep-existing' })).toBe(1);
  });

  it('joins a dial to the same peer and address, and no other [D-14]', async () => {
    const { peerManager, transport } = await running();
    const [first, second, elsewhere] = [
      peerManager.dial(LESSER, TARGET),
      peerManager.dial(LESSER, TARGET),
      peerManager.dial(LESSER, OTHER),
    ];
    await settle();
    expect(transport.dials.map(({ address }) => address)).toEqual([TARGET, OTHER]);
    transport.dials[0]?.succeed();
    expect(await first).toBe(await second);
    transport.dials[1]?.fail(new TypesError('ERR_ELAPSED', 'too slow'));
    await expect(elsewhere).rejects.toThrow();
  });

  it('dials anew once the last attempt is over', async () => {
    const { peerManager, transport } = await running();
    const first = peerManager.dial(LESSER, TARGET);
    await settle();
    transport.lastDial.fail(new TypesError('ERR_ELAPSED', 'too slow'));
    await expect(first).rejects.toThrow();
    const second = peerManager.dial(LESSER, TARGET);
    await settle();
    expect(transport.dials).toHaveLength(2);
    transport.lastDial.succeed();
    await second;
  });

  it('lets each joiner leave for itself, and gives up when the last one leaves', async () => {
    const { peerManager, transport, metrics } = await running();
    const [one, two] = [new AbortController(), new AbortController()];
    const reasons = [new TypeError('one'), new TypeError('two')];
    const first = peerManager.dial(LESSER, TARGET, one).catch((error: unknown) => error);
    const second = peerManager.dial(LESSER, TARGET, two).catch((error: unknown) => error);
    await settle();
    one.abort(reasons[0]);
    expect(await first).toBe(reasons[0]);
    expect(transport.lastDial.signal?.aborted).toBe(false);
    two.abort(reasons[1]);
    expect(await second).toBe(reasons[1]);
    expect(transport.lastDial.signal?.aborted).toBe(true);
    // A dial that was given up is nothing to join.
    const third = peerManager.dial(LESSER, TARGET);
    await settle();
    expect(transport.dials).toHaveLength(2);
    transport.lastDial.succeed();
    await third;
    expect(metrics.value('diem_network_dials', { outcome: 'aborted' })).toBe(1);
  });

  it('does not take over a connection that comes after everybody gave up', async () => {
    const { peerManager, transport, names } = await running();
    const controller = new AbortController();
    let resolve: (connection: ReturnType<typeof transport.connection>) => void = () => {};
    jest.spyOn(transport, 'dial').mockImplementationOnce(() => new Promise((done) => (resolve = done)));
    const dial = peerManager.dial(LESSER, TARGET, controller).catch((error: unknown) => error);
    await settle();
    controller.abort();
    expect(await dial).toMatchObject({ code: 'ERR_ABORTED' });
    const late = transport.connection({ remotePeerId: LESSER, origin: 'outbound' });
    resolve(late);
    await settle();
    expect(late.socket.closed).toBe(true);
    expect(names()).toEqual([]);
  });

  it('replaces a standing connection if it is asked to', async () => {
    const { peerManager, transport, names } = await running();
    transport.accept({ remotePeerId: LESSER });
    const dial = peerManager.dial(LESSER, TARGET, { replace: true });
    await settle();
    transport.lastDial.succeed();
    await expect(dial).resolves.toMatchObject({ origin: 'outbound' });
    expect(names()).toEqual(['new-peer', 'updated-peer']);
  });

  it('is refused before the start and after the stop', async () => {
    const { peerManager } = setup();
    await expect(peerManager.dial(LESSER, TARGET)).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' });
    await peerManager.start();
    await peerManager.stop();
    await expect(peerManager.dial(LESSER, TARGET)).rejects.toMatchObject({ code: 'ERR_SHUTTING_DOWN' });
  });
});
