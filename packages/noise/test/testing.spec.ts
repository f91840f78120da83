import { SocketReader } from '@diemnet/types';
import { createMemorySocketPair } from '@diemnet/memsocket';
import { testIdentity, upgradedStreamPair } from '@diemnet/noise/testing';
import { BACKENDS } from './support/backends.js';

describe.each(BACKENDS)('testing harness, %s', (_name, backend) => {
  it('makes the same identity of the same seed', () => {
    expect(testIdentity(7, { backend }).peerId).toBe(testIdentity(7).peerId);
    expect(testIdentity(7, { backend }).peerId).not.toBe(testIdentity(8, { backend }).peerId);
  });

  it('upgrades a pair of sockets to streams that carry bytes both ways', async () => {
    const [dialer, listener] = await upgradedStreamPair(createMemorySocketPair(), { backend });
    expect(listener.role).toBe('Validator');
    const fromDialer = new SocketReader(listener.socket);
    const fromListener = new SocketReader(dialer.socket);
    dialer.socket.write(Uint8Array.of(1, 2, 3));
    listener.socket.write(Uint8Array.of(4, 5));
    expect([...(await fromDialer.readExactly(3))]).toEqual([1, 2, 3]);
    expect([...(await fromListener.readExactly(2))]).toEqual([4, 5]);
    dialer.socket.end();
    listener.socket.end();
    expect(await fromDialer.read()).toBeUndefined();
    expect(await fromListener.read()).toBeUndefined();
    expect(dialer.socket.closed && listener.socket.closed).toBe(true);
  });
});
