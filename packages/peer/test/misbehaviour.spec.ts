import { settle } from '@diemnet/types/testing';
import { PeerHarness, bytes, directSend, frame, rejection, rpcResponse } from './harness.js';

const OPTIONS = { maxViolations: 50, violationWindowMs: 10_000 };
const garbage = frame(bytes(0xff, 1));

describe('misbehaviour of the remote', () => {
  it('answers garbage up to the limit per second and reads on [D-12]', async () => {
    const harness = new PeerHarness({ options: { errorRepliesPerSecond: 100 } });
    for (let i = 0; i < 250; i++) harness.socket.receive(garbage);
    expect(await harness.sent()).toHaveLength(100);
    harness.time.advance(1000);
    for (let i = 0; i < 5; i++) harness.socket.receive(garbage);
    expect(await harness.sent()).toHaveLength(5);
    expect(harness.peer.state).toBe('connected');
    expect(harness.metrics.value('diem_network_error_messages', { direction: 'outbound' })).toBe(105);
  });

  it('limits the lines that a remote can make us log, and says how many it kept back [D-12]', () => {
    const harness = new PeerHarness();
    for (let i = 0; i < 100; i++) harness.socket.receive(garbage);
    expect(harness.logger.at('warn')).toHaveLength(10);
    harness.time.advance(1000);
    harness.socket.receive(garbage);
    expect(harness.logger.at('warn').at(-1)?.fields).toMatchObject({ suppressed: 90 });
  });

  it.each([
    ['garbage', (harness: PeerHarness) => harness.socket.receive(garbage)],
    [
      'Error messages',
      (harness: PeerHarness) =>
        harness.receive({ type: 'Error', error: { code: 'ParsingError', message: 9, protocol: 9 } }),
    ],
    ['unsolicited responses', (harness: PeerHarness) => harness.receive(rpcResponse(9, bytes(1)))],
  ])('ends the connection above the threshold of %s [D-12]', async (_what, misbehave) => {
    const harness = new PeerHarness({ options: OPTIONS });
    for (let i = 0; i < 50; i++) misbehave(harness);
    expect(harness.peer.state).toBe('connected');
    misbehave(harness);
    await settle();
    expect(harness.ends).toEqual([{ cause: 'misbehaviour', error: undefined }]);
  });

  it('forgives with time', () => {
    const harness = new PeerHarness({ options: OPTIONS });
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 50; i++) harness.socket.receive(garbage);
      harness.time.advance(10_000);
    }
    expect(harness.peer.state).toBe('connected');
  });

  it('does not blame a remote for responses that come late', async () => {
    const harness = new PeerHarness({ options: { maxViolations: 5 } });
    for (let i = 0; i < 20; i++) {
      const answer = rejection(harness.peer.sendRpc(0, bytes(1), { timeoutMs: 10 }));
      await settle();
      harness.time.advance(10);
      await answer;
    }
    for (let i = 0; i < 20; i++) harness.receive(rpcResponse(i, bytes(1)));
    expect(harness.peer.state).toBe('connected');
    for (let i = 0; i < 6; i++) harness.receive(rpcResponse(i, bytes(1)));
    expect(harness.peer.state).toBe('closing');
  });

  it('does not blame a remote for protocols without a handler', async () => {
    const harness = new PeerHarness({
      options: { ...OPTIONS, errorRepliesPerSecond: 100 },
      isRegistered: () => false,
    });
    for (let i = 0; i < 1000; i++) harness.receive(directSend(2, bytes(1)));
    expect(await harness.sent()).toHaveLength(100);
    expect(harness.peer.state).toBe('connected');
  });

  it('keeps few error replies for a remote that does not read them', async () => {
    const harness = new PeerHarness({ options: { errorRepliesPerSecond: 10_000, maxViolations: 10_000 } });
    harness.socket.writable = false;
    harness.peer.sendDirectSend(2, bytes(1));
    await settle();
    for (let i = 0; i < 2000; i++) harness.socket.receive(garbage);
    expect(harness.peer.stats().queuedMessages).toBe(1024);
    harness.peer.destroy('shutdown');
  });
});
