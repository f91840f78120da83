import { createMemorySocketPair } from '@diemnet/memsocket';
import { MockTime, settle } from '@diemnet/types/testing';
import { faultySocket, SocketProbe, type Faults } from '../../src/testing/index.js';

function pair(faults: Faults) {
  const [remote, inner] = createMemorySocketPair();
  const faulty = faultySocket(inner, faults);
  return { remote, faulty, atRemote: new SocketProbe(remote), probe: new SocketProbe(faulty) };
}

describe('faultySocket', () => {
  it('cuts what arrives into pieces', async () => {
    const { remote, faulty } = pair({ chunkSize: 2 });
    const sizes: number[] = [];
    faulty.setHandler({
      onData: (chunk) => void sizes.push(chunk.length),
      onEnd() {},
      onDrain() {},
      onClose() {},
    });
    remote.write(new Uint8Array(5));
    await settle();
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('delays data and the end by its latency', async () => {
    const time = new MockTime();
    const { remote, probe } = pair({ latencyMs: 20, time });
    remote.write(Uint8Array.of(1));
    remote.end();
    await time.advanceAsync(19);
    expect(probe.events).toEqual([]);
    await time.advanceAsync(1);
    expect(probe.events).toEqual(['data', 'end']);
  });

  it('loses the connection after so many bytes', async () => {
    const { remote, probe, atRemote } = pair({ dropAfterBytes: 3 });
    remote.write(Uint8Array.of(1, 2, 3, 4));
    await settle();
    expect(probe.bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(probe.events).toEqual(['data', 'close']);
    expect(probe.closeError).toMatchObject({ code: 'ERR_CONNECTION_RESET' });
    expect(atRemote.events).toEqual(['close']);
  });

  it('changes one bit of one byte', async () => {
    const { remote, probe } = pair({ corruptAt: 4, chunkSize: 3 });
    remote.write(Uint8Array.of(0, 0, 0, 0, 0, 0));
    await settle();
    expect(probe.bytes).toEqual(Uint8Array.of(0, 0, 0, 0, 1, 0));
  });

  it('holds writes until they are released, then their end', async () => {
    const { faulty, atRemote, probe } = pair({ stallWrites: true });
    expect(faulty.write(Uint8Array.of(1))).toBe(false);
    expect(faulty.writeMany([Uint8Array.of(2), Uint8Array.of(3)])).toBe(false);
    expect(faulty.queuedBytes).toBe(3);
    await settle();
    expect(atRemote.events).toEqual([]);

    faulty.releaseWrites();
    await settle();
    expect(probe.events).toEqual(['drain']);
    expect(atRemote.bytes).toEqual(Uint8Array.of(1, 2, 3));
    expect(faulty.write(Uint8Array.of(4))).toBe(true);
    faulty.end();
    await settle();
    expect(atRemote.events).toEqual(['data', 'end']);
  });

  it('keeps an end behind the writes that it holds', async () => {
    const { faulty, atRemote } = pair({ stallWrites: true });
    faulty.write(Uint8Array.of(1));
    faulty.end();
    expect(() => faulty.write(Uint8Array.of(2))).toThrow(
      expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }),
    );
    await settle();
    expect(atRemote.events).toEqual([]);
    faulty.releaseWrites();
    await settle();
    expect(atRemote.events).toEqual(['data', 'end']);
  });

  it('overwrites a chunk after its handler returned, if told to', async () => {
    const { remote, faulty } = pair({ reuseChunks: true });
    const kept: Uint8Array[] = [];
    faulty.setHandler({ onData: (chunk) => void kept.push(chunk), onEnd() {}, onDrain() {}, onClose() {} });
    remote.write(Uint8Array.of(1));
    await settle();
    expect(faulty.stableChunks).toBe(false);
    expect(kept).toEqual([Uint8Array.of(0xa5)]);
  });
});
