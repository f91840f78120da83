import { createMemorySocketPair } from '@diemnet/memsocket';
import { SocketProbe } from '@diemnet/netcore/testing';
import { MessageReader, ProtocolIds, encodeDirectSendHeader, type MessageSink } from '@diemnet/wire';
import { Transcript, VirtualTime, recordSocket, replay, replayToSocket } from '../../src/index.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('Transcript', () => {
  it('becomes text and back', () => {
    const transcript = new Transcript();
    transcript.add(0, 'dialer', bytes(1, 2));
    transcript.add(1.25, 'listener', bytes(255));
    transcript.add(3, 'dialer', bytes());
    const text = transcript.format();
    expect(text).toBe('diemnet-transcript/1\n0 dialer 0102\n1.25 listener ff\n3 dialer \n');
    expect(Transcript.parse(text).pieces).toEqual(transcript.pieces);
  });

  it('leaves out the secrets it knows of, also across pieces, unless it is told otherwise', () => {
    const transcript = new Transcript({ secrets: [bytes(7, 8, 9), bytes()] });
    transcript.add(0, 'dialer', bytes(1, 7, 8));
    transcript.add(1, 'listener', bytes(7, 8));
    transcript.add(2, 'dialer', bytes(9, 2, 7, 8, 9));
    expect(Transcript.parse(transcript.format()).pieces.map((piece) => [...piece.bytes])).toEqual([
      [1, 0, 0],
      [7, 8],
      [0, 2, 0, 0, 0],
    ]);
    expect(Transcript.parse(transcript.format({ redact: [] })).pieces).toEqual(transcript.pieces);
    expect(transcript.bytes('dialer')).toEqual(bytes(1, 7, 8, 9, 2, 7, 8, 9));
  });

  it.each([
    '',
    'diemnet-transcript/2\n',
    'diemnet-transcript/1\n0 nobody 00\n',
    'diemnet-transcript/1\n0 dialer 0\n',
  ])('refuses %j', (text) => {
    expect(() => Transcript.parse(text)).toThrow(
      expect.objectContaining({ code: 'ERR_SIMULATOR_TRANSCRIPT' }),
    );
  });
});

describe('recordSocket', () => {
  it('records both directions of a connection and changes nothing', async () => {
    const time = new VirtualTime();
    const [inner, remote] = createMemorySocketPair();
    const transcript = new Transcript();
    const socket = recordSocket(inner, transcript, { side: 'dialer', time });
    const [here, there] = [new SocketProbe(socket), new SocketProbe(remote)];
    expect(socket.write(bytes(1))).toBe(true);
    socket.writeMany([bytes(2), bytes(3)]);
    await there.untilBytes(3);
    await time.runFor(40);
    remote.write(bytes(9));
    await here.untilBytes(1);
    socket.end();
    remote.end();
    await here.untilEvent('close');
    expect(transcript.bytes('dialer')).toEqual(bytes(1, 2, 3));
    expect(transcript.pieces.at(-1)).toEqual({ atMs: 40, from: 'listener', bytes: bytes(9) });
    expect(here.events).toEqual(['data', 'end', 'close']);
    expect([socket.closed, socket.queuedBytes, socket.remoteIp]).toEqual([true, 0, undefined]);
    expect(() => socket.write(bytes(4))).toThrow(expect.objectContaining({ code: 'ERR_BROKEN_PIPE' }));
  });
});

describe('replay', () => {
  it('feeds a decoder', () => {
    const transcript = new Transcript();
    const header = encodeDirectSendHeader(ProtocolIds.MempoolDirectSend, 0, 3);
    transcript.add(0, 'dialer', header.subarray(0, 2));
    transcript.add(1, 'listener', bytes(0, 0));
    transcript.add(2, 'dialer', Uint8Array.of(...header.subarray(2), 5, 6, 7));
    const received: number[][] = [];
    const sink: Partial<MessageSink> = {
      onDirectSend: (_protocol: number, _priority: number, payload: Uint8Array) =>
        received.push([...payload]),
    };
    const reader = new MessageReader(sink as MessageSink);
    replay(transcript, { from: 'dialer' }, (piece) => reader.push(piece, true));
    expect(received).toEqual([[5, 6, 7]]);
  });

  it('writes to a socket with the pauses of the recording', async () => {
    const time = new VirtualTime();
    const transcript = new Transcript();
    for (const [atMs, value] of [
      [100, 1],
      [100, 2],
      [350, 3],
    ] as const) {
      transcript.add(atMs, 'listener', bytes(value));
    }
    transcript.add(400, 'dialer', bytes(9));
    const [socket, remote] = createMemorySocketPair();
    const probe = new SocketProbe(remote);
    const over = replayToSocket(transcript, socket, { from: 'listener', time });
    await time.runFor(100);
    expect(probe.bytes).toEqual(bytes(1, 2));
    await time.runFor(150);
    await over;
    await probe.untilBytes(3);
    expect(probe.bytes).toEqual(bytes(1, 2, 3));
  });

  it('stops at a socket that is closed', async () => {
    const transcript = new Transcript();
    transcript.add(0, 'dialer', bytes(1));
    const [socket] = createMemorySocketPair();
    socket.destroy();
    await replayToSocket(transcript, socket, { from: 'dialer', time: new VirtualTime() });
    expect(socket.closed).toBe(true);
  });
});
